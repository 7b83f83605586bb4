import type { Log } from '../../../common/log';
import type { HandoffProvider } from '../../provider';
import { capabilities } from './capabilities';
import { failure, PROVIDER } from './errors';
import { transfer } from './open';
import type { MluviiTransferSession } from './session';
import type { MluviiTransferSettings } from './settings';
import { parseTarget } from './target';
import type { SessionControl } from './wire';

export type { MluviiTransferSession } from './session';
export { isConfigured, type MluviiTransferSettings, settingsSchema } from './settings';
export type { Group, Leaving, Outcome, SessionControl } from './wire';

/** The channel whose customers can be given away. */
const channel = 'mluvii';

export interface MluviiTransferDependencies {
  /** The channel's own hold on its sessions. */
  control: SessionControl;
  log: Log;
}

/**
 * mluvii's operators for customers who are in mluvii already: the session itself is given to them, and the bot is silent until
 * it comes back.
 */
export function createMluviiTransferProvider(
  settings: MluviiTransferSettings,
  dependencies: MluviiTransferDependencies,
): HandoffProvider<MluviiTransferSession> {
  const log = dependencies.log.child({ provider: PROVIDER });
  const { control } = dependencies;
  return {
    name: PROVIDER,
    channels: [channel],
    capabilities,
    inbound: { kind: 'channel' },
    parseTarget,

    async open(request, signal) {
      await transfer({ control, settings, log }, request, signal);
      const { id: customerId } = request.customer;
      // The handoff's id: the same customer may be given away more than once.
      return { session: { customerId }, sessionKey: request.id };
    },

    async send() {
      throw failure('sessionEnded', 'the channel carries messages itself');
    },

    // The session is the operators' own to end.
    async close() {},
  };
}
