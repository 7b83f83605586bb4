import path from 'node:path';
import { silentLog } from '../../common/log';
import { packageRoot } from '../../common/packageRoot';
import { type EightByEightStandIn, startEightByEightStandIn } from '../../sandbox/8x8';
import { startControl } from '../../sandbox/control';
import type { StandInDesk } from '../../sandbox/desk';
import { startDynamicsStandIn } from '../../sandbox/dynamics';
import { type LiveAgentStandIn, startLiveAgentStandIn } from '../../sandbox/live-agent';
import type { SandboxAccess } from '../../sandbox/startSandbox';

/** The outside systems of a soak, in this process, and the door at which bots learn of them (`SANDBOX_URL`). */
export interface StandIns {
  readonly sandboxUrl: string;
  readonly desks: { eightByEight: StandInDesk; liveAgent: StandInDesk };
  /** Breaches of the desks' and Dynamics' contracts by the product. */
  violations(): string[];
  close(): Promise<void>;
}

const here = path.join(packageRoot, 'bench', 'soak');
const webhookSecret = 'soak-webhook-path';
const applicationId = '00000000-0000-4000-8000-000000000001';
/** Somebody has to be dead for longer than any fault lasts before a desk gives up. */
const retryForInMs = 300_000;

export async function startStandIns(webhookDoor: string, channelUrl: string): Promise<StandIns> {
  const log = silentLog;
  const dynamics = await startDynamicsStandIn({ port: 0, log, clientId: applicationId });
  const webhookUrl = `${webhookDoor}/webhooks/8x8/${webhookSecret}`;
  const eightByEight = await startEightByEightStandIn({ webhookUrl, retryForInMs, log });
  const liveAgent = await startLiveAgentStandIn({ log });
  const access: SandboxAccess = {
    environment: environment(dynamics.url, eightByEight, liveAgent),
    dynamicsTokenUrl: dynamics.tokenUrl,
    directLine: { url: channelUrl, secret: 'soak' },
    pages: { desk: channelUrl, records: dynamics.url },
  };
  const control = await startControl(0, { options: {}, access }, () => undefined);
  return {
    sandboxUrl: `http://127.0.0.1:${control.port}`,
    desks: { eightByEight: eightByEight.desk, liveAgent: liveAgent.desk },
    violations: () => [
      ...eightByEight.violations.map((text) => `8x8: ${text}`),
      ...liveAgent.violations.map((text) => `Live Agent: ${text}`),
      ...dynamics.violations.map((text) => `Dynamics: ${text}`),
    ],
    close: async () => {
      await Promise.all([control.close(), eightByEight.close(), liveAgent.close(), dynamics.close()]);
    },
  };
}

function environment(
  dynamicsUrl: string,
  eightByEight: EightByEightStandIn,
  liveAgent: LiveAgentStandIn,
): Record<string, string> {
  const { apiKey, tenant, channelId } = eightByEight.credentials;
  return {
    DYNAMICS_URL: dynamicsUrl,
    DYNAMICS_TENANT_ID: '00000000-0000-4000-8000-000000000002',
    DYNAMICS_CLIENT_ID: applicationId,
    DYNAMICS_CLIENT_SECRET: 'soak',
    DYNAMICS_TOPIC_COLUMN: 'swb_topickey',
    EIGHT_BY_EIGHT_BASE_URL: eightByEight.url,
    EIGHT_BY_EIGHT_API_KEY: apiKey,
    EIGHT_BY_EIGHT_TENANT: tenant,
    EIGHT_BY_EIGHT_CHANNEL_ID: channelId,
    EIGHT_BY_EIGHT_WEBHOOK_SECRET: webhookSecret,
    ...liveAgent.env,
    SKILLS_FILE: path.join(here, 'skills.json'),
    KNOWLEDGE_PHRASES_FILE: path.join(here, 'phrases.csv'),
  };
}
