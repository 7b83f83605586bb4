import type { JsonObject } from '../../common/json';
import type { StandInDesk } from '../desk';
import { Faults } from '../faults';
import { answering, type Call, Refusal, respond } from '../http';
import { serve } from '../serve';
import { createDesk } from './agentDesk';
import { ChasitorResources } from './chasitor';
import { download, filesPath, upload, uploadPath } from './files';
import { type LiveAgentStandInOptions, settle } from './options';
import { Org } from './org';
import { SystemResources } from './system';
import { availability } from './visitor';

export type { LiveAgentStandInOptions } from './options';

export interface LiveAgentStandIn {
  /** Without a path, as the org's Chat Settings would name the host. */
  url: string;
  faults: Faults;
  desk: StandInDesk;
  /** What went against the contract so far; empty for a correct client. */
  violations: string[];
  /** The settings a client needs, by environment variable. */
  env: Record<string, string>;
  /** Sends any event of the vendor's to a chat's client. */
  push(chatId: string, type: string, message?: JsonObject): void;
  /** Moves one chat, or all, to another server: 503 until the client asks for it again. */
  moveServer(chatId?: string): void;
  /** The org moves to another address: Visitor requests and polls name it; undefined takes that back. */
  switchServer(newUrl: string | undefined): void;
  /** Cuts all connections and stops; twice is fine. */
  close(): Promise<void>;
}

/**
 * A strict Live Agent server on the loopback interface: it holds chats in memory, enforces headers, keys, affinity, numbers
 * and one poll at a time, and notes every breach. It is made after the contract, not after the vendor's server.
 */
export async function startLiveAgentStandIn(options: LiveAgentStandInOptions = {}): Promise<LiveAgentStandIn> {
  const org = new Org(settle(options));
  const faults = new Faults();
  const system = new SystemResources(org);
  const chasitor = new ChasitorResources(org);

  const refused = { violation: (text: string) => org.violation(text), body: (text: string) => text };
  const served = await serve({
    port: org.options.port,
    faults,
    log: org.options.log,
    handle: (request, response) => answering(request, response, (call) => route(org, system, chasitor, call), refused),
    failed: (response) => respond(response, 500, 'The stand-in failed'),
  });
  org.url = served.url;

  return {
    url: org.url,
    faults,
    desk: createDesk(org),
    violations: org.violations,
    env: {
      LIVE_AGENT_URL: org.url,
      LIVE_AGENT_ORGANIZATION_ID: org.options.organizationId,
      LIVE_AGENT_DEPLOYMENT_ID: org.options.deploymentId,
    },
    push: (chatId, type, message) => org.push(org.find(chatId), type, message),
    moveServer: (chatId) => {
      for (const chat of org.chats()) if (chatId === undefined || chat.id === chatId) chat.lose();
    },
    switchServer: (newUrl) => {
      org.newUrl = newUrl;
      if (newUrl === undefined) return;
      for (const chat of org.chats()) if (chat.phase !== 'ended') org.push(chat, 'SwitchServer', { newUrl });
    },
    close: () => {
      org.close();
      return served.close();
    },
  };
}

async function route(org: Org, system: SystemResources, chasitor: ChasitorResources, call: Call): Promise<void> {
  if (call.path === uploadPath && call.method === 'POST') return upload(org, call);
  if (call.path.startsWith(filesPath) && call.method === 'GET') return download(org, call);
  const [, resource] = /^\/chat\/rest\/(.+)$/.exec(call.path) ?? [];
  if (resource === undefined) throw new Refusal(404, 'There is no such path');
  if (!/^[1-9]\d?$/.test(call.header('x-liveagent-api-version') ?? ''))
    throw new Refusal(400, 'X-LIVEAGENT-API-VERSION has to be a number');
  const line = `${call.method} ${resource}`;
  if (line === 'GET System/SessionId') return system.openSession(call);
  if (line === 'GET System/Messages') return system.poll(call);
  if (line === 'GET System/ReconnectSession') return system.reconnect(call);
  if (line === 'GET Visitor/Availability') return availability(org, call);
  if (line.startsWith('DELETE System/SessionId/')) {
    return system.deleteSession(call, decodeURIComponent(resource.slice('System/SessionId/'.length)));
  }
  if (line.startsWith('POST Chasitor/')) return chasitor.post(call, system.authorize(call), resource.slice('Chasitor/'.length));
  throw new Refusal(404, 'There is no such resource');
}
