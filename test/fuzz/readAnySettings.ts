import { readSettings, SettingsError } from '../../bot/settings';
import { settingsSchema } from '../../bot/settings/coreSettings';
import { dynamicsSettings } from '../../dynamics/settings';
import * as eightByEight from '../../handoff/providers/8x8';
import * as ccaip from '../../handoff/providers/ccaip';
import * as enhancedChat from '../../handoff/providers/enhanced-chat';
import * as liveAgent from '../../handoff/providers/live-agent';
import * as liveAssist from '../../handoff/providers/live-assist';
import * as mluvii from '../../handoff/providers/mluvii';
import * as mluviiTransfer from '../../handoff/providers/mluvii-transfer';

const groups = {
  dynamics: { settingsSchema: dynamicsSettings, isConfigured: () => true },
  eightByEight: { ...eightByEight, isConfigured: () => true },
  ccaip: { ...ccaip, isConfigured: () => true },
  enhancedChat: { ...enhancedChat, isConfigured: () => true },
  liveAgent: { ...liveAgent, isConfigured: () => true },
  liveAssist: { ...liveAssist, isConfigured: () => true },
  mluvii: { ...mluvii, isConfigured: () => true },
  mluviiTransfer: { ...mluviiTransfer, isConfigured: () => true },
};
const names = [settingsSchema, ...Object.values(groups).map((group) => group.settingsSchema)].flatMap((schema) =>
  Object.keys(schema.shape),
);

export type EnvironmentLike = [number, string][];

/** Reads settings of which some hold anything; what is refused must not be quoted. */
export function readAnySettings(given: EnvironmentLike): unknown {
  const env = Object.fromEntries(given.map(([index, value]) => [names[index % names.length] ?? '', value]));
  try {
    return readSettings({ LINK_SIGNING_KEYS: 'a key for the tests that is long enough', ...env }, groups).publicUrl;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const quoted = Object.values(env).find(
      (value) => value.length >= 12 && !/^[\w .,:/-]*$/.test(value) && error.message.includes(value),
    );
    if (quoted !== undefined) throw new Error('a value is told in the message');
    throw error;
  }
}
