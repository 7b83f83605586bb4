import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../../common/json';
import type { StandInDesk } from '../desk';
import { Faults } from '../faults';
import { answering, respond } from '../http';
import { serve } from '../serve';
import { Account } from './account';
import { createDesk } from './agentDesk';
import { ChatActivities } from './chatActivities';
import { ContextKeys, keyPair } from './contextKeys';
import { type LiveAssistStandInOptions, settle } from './options';
import { route } from './route';

export { newKeyPair } from './contextKeys';
export type { ActivityRecords, LiveAssistStandInOptions } from './options';

export interface LiveAssistStandIn {
  /** Look-up, chat service and context service, all at one address. */
  url: string;
  faults: Faults;
  desk: StandInDesk;
  /** What went against the contract so far; empty for a correct client. */
  violations: string[];
  /** The settings a client needs, by environment variable. */
  env: Record<string, string>;
  /** The admin portal's page of context keys. */
  contextKeys: ContextKeys;
  /** The context of a chat as it was signed; undefined until one came. */
  contextOf(chatId: string): JsonObject | undefined;
  /** Adds any event of the vendor's to a chat. */
  push(chatId: string, type: string, members?: JsonObject): void;
  /** From now on the chat is unknown. */
  forget(chatId: string): void;
  /** Cuts all connections and stops; twice is fine. */
  close(): Promise<void>;
}

/**
 * A strict Live Assist on the loopback interface: it holds chats in memory, checks every request against the contract, verifies
 * contexts like the vendor's service, and fills the chat activities they name. Made after the contract, not after the vendor's
 * server.
 */
export async function startLiveAssistStandIn(options: LiveAssistStandInOptions = {}): Promise<LiveAssistStandIn> {
  const settled = settle(options);
  const { records, completeAfterInMs, log } = settled;
  const activities = new ChatActivities(records, completeAfterInMs, (text) => account.violation(text), log);
  const account: Account = new Account(settled, activities);
  const keys = new ContextKeys();
  keys.register(keyPair().publicKey);
  const faults = new Faults();
  const linesUnderWay = new Map<string, number>();

  const refused = {
    violation: (text: string) => account.violation(text),
    body: (message: string) => ({ error: { message } }),
  };
  const served = await serve({
    port: settled.port,
    faults,
    log,
    handle: (request, response) => answering(request, response, (call) => route(account, keys, call), refused),
    failed: (response) => respond(response, 500, { error: { message: 'The stand-in failed' } }),
    arrived: (request, response) => watchOrder(account, linesUnderWay, request, response),
  });
  account.url = served.url;

  return {
    url: account.url,
    faults,
    desk: createDesk(account),
    violations: account.violations,
    env: {
      LIVE_ASSIST_ACCOUNT: settled.account,
      LIVE_ASSIST_REGION: 'eu1',
      LIVE_ASSIST_CONTEXT_KEYS: keyPair().privateKey,
      LIVE_ASSIST_CONTEXT_URL: account.url,
      LIVE_ASSIST_DOMAIN_LOOKUP_URL: account.url,
    },
    contextKeys: keys,
    contextOf: (chatId) => account.find(chatId).context,
    push: (chatId, type, members = {}) => {
      account.find(chatId).addEvent(type, members);
    },
    forget: (chatId) => account.forget(chatId),
    close: () => {
      account.close();
      return served.close();
    },
  };
}

/** Lines of one chat have to be sent one after the other: nothing else keeps their order. */
function watchOrder(account: Account, underWay: Map<string, number>, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?')[0] ?? '';
  if (request.method !== 'POST' || !path.endsWith('/events')) return;
  const before = underWay.get(path) ?? 0;
  if (before > 0) account.violation(`POST ${path}: a line while another is under way`);
  underWay.set(path, before + 1);
  response.on('close', () => {
    const left = (underWay.get(path) ?? 1) - 1;
    if (left > 0) underWay.set(path, left);
    else underWay.delete(path);
  });
}
