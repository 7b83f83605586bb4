import path from 'node:path';
import type { Log } from '../common/log';
import { startEightByEightStandIn } from './8x8';
import { startCcaipStandIn } from './ccaip';
import { startCrmTenant } from './ccaip-crm-client';
import type { StandInDesk } from './desk';
import { startDeskPage } from './desk-page/startDeskPage';
import { startDirectLine } from './direct-line/startDirectLine';
import { startDynamicsStandIn } from './dynamics';
import { startEnhancedChatStandIn } from './enhanced-chat';
import { startLiveAgentStandIn } from './live-agent';
import { startLiveAssistStandIn } from './live-assist';
import { startMluviiStandIn } from './mluvii';

export interface SandboxOptions {
  /** Where the bot listens. */
  botPort: number;
  /** The first of the ports below; the others follow it. 0 takes any free ones. */
  firstPort: number;
  /** Where Dynamics and Direct Line keep what must survive. */
  dataFolder: string;
  /** Whether the agents of the desks are at work. */
  agentsAtWork: boolean;
}

/** What a bot needs to know of a running sandbox. */
export interface SandboxAccess {
  /** Settings as an operator would give them in production. */
  environment: Record<string, string>;
  dynamicsTokenUrl: string;
  directLine: { url: string; secret: string };
  pages: { desk: string; records: string };
}

/** What the sandbox needs of a desk's stand-in. */
interface StandIn {
  desk: StandInDesk;
  /** The settings with which the bot finds it. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Only known to the bot and the stand-in on this machine. */
const webhookSecret = 'sandbox-webhook-path';
const dynamicsClientId = '00000000-0000-4000-8000-000000000001';
const dynamicsTenantId = '00000000-0000-4000-8000-000000000002';

/** Starts stand-ins for every outside system, on the loopback. Resolves when all listen. */
export async function startSandbox(
  options: SandboxOptions,
  log: Log,
): Promise<{ access: SandboxAccess; close(): Promise<void> }> {
  const port = (offset: number) => (options.firstPort === 0 ? 0 : options.firstPort + offset);
  const bot = `http://127.0.0.1:${options.botPort}`;
  const part = (name: string) => log.child({ sandbox: name });
  const dynamics = await startDynamicsStandIn({
    port: port(0),
    log: part('dynamics'),
    dataFile: path.join(options.dataFolder, 'sandbox-dynamics.jsonl'),
    clientId: dynamicsClientId,
  });
  const directLine = await startDirectLine({
    port: port(1),
    botUrl: `${bot}/api/messages`,
    log: part('direct-line'),
    dataFile: path.join(options.dataFolder, 'sandbox-direct-line.jsonl'),
  });
  const eightByEight = await startEightByEightStandIn({
    port: port(2),
    webhookUrl: `${bot}/webhooks/8x8/${webhookSecret}`,
    log: part('8x8'),
  });
  const liveAgent = await startLiveAgentStandIn({ port: port(3), log: part('live-agent') });
  const enhancedChat = await startEnhancedChatStandIn({ port: port(6), log: part('enhanced-chat') });
  // Ports +4 (desk page) and +5 (control) are taken below and in launch.ts.
  const mluvii = await startMluviiStandIn({
    port: port(7),
    chatbotCallbackUrl: `${bot}/channels/mluvii/sandbox-chatbot-callback`,
    sessionEventsUrl: `${bot}/channels/mluvii-sessions/sandbox-chatbot-callback`,
    registrationUrl: `${bot}/webhooks/mluvii/registration`,
    activityUrl: `${bot}/webhooks/mluvii/activity`,
    registersItself: true,
    log: part('mluvii'),
  });
  const ccaip = await startCcaipStandIn({ port: port(8), webhookUrl: `${bot}/webhooks/ccaip`, log: part('ccaip') });
  const liveAssist = await startLiveAssistStandIn({
    port: port(9),
    log: part('live-assist'),
    // The desk is part of Dynamics and fills the chat activities itself.
    records: {
      read: (id) => dynamics.rows('cxlvhlp_chatactivities').find((row) => row['activityid'] === id),
      write: (id, values) => dynamics.put('cxlvhlp_chatactivities', id, values),
    },
  });
  const standIns: StandIn[] = [eightByEight, liveAgent, enhancedChat, mluvii, ccaip, liveAssist];
  // Its port is of no matter: the bot and the pages are told its address.
  const crmTenant = await startCrmTenant({
    port: 0,
    botUrl: bot,
    pageUrl: `http://localhost:${options.botPort}`,
    log: part('ccaip-crm-client'),
  });
  const desks = standIns.map(({ desk }) => desk);
  for (const desk of desks) desk.setStaffed(options.agentsAtWork);
  const deskPage = await startDeskPage({
    port: port(4),
    desks,
    log: part('desk-page'),
    recordsUrl: `${dynamics.url}/#/cxlvhlp_chatactivities/{id}`,
    customerUrl: `http://localhost:${options.botPort}/`,
  });
  return {
    access: {
      environment: {
        DYNAMICS_URL: dynamics.url,
        DYNAMICS_TENANT_ID: dynamicsTenantId,
        DYNAMICS_CLIENT_ID: dynamicsClientId,
        DYNAMICS_CLIENT_SECRET: 'sandbox',
        DYNAMICS_TOPIC_COLUMN: 'swb_topickey',
        EIGHT_BY_EIGHT_WEBHOOK_SECRET: webhookSecret,
        ...Object.assign({}, ...standIns.map(({ env }) => env)),
        ...crmTenant.env,
        CUSTOM_CRM_RECORD_URL: `${dynamics.url}/#/{set}/{id}`,
      },
      dynamicsTokenUrl: dynamics.tokenUrl,
      directLine: { url: directLine.url, secret: directLine.secret },
      pages: { desk: deskPage.url, records: dynamics.url },
    },
    async close() {
      await Promise.all([
        deskPage.close(),
        directLine.stop(),
        dynamics.close(),
        crmTenant.close(),
        ...standIns.map((standIn) => standIn.close()),
      ]);
    },
  };
}
