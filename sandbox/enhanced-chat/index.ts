import type { JsonObject } from '../../common/json';
import type { StandInDesk } from '../desk';
import { Faults } from '../faults';
import { answering, type Call, Refusal, respond } from '../http';
import { serve } from '../serve';
import { agentOf, createDesk } from './agentDesk';
import { ConversationResources } from './conversationResources';
import { EndUserResources } from './endUser';
import { type EnhancedChatStandInOptions, routingAttributesSetting, settle } from './options';
import { Org, type Sender } from './org';

export type { EnhancedChatStandInOptions } from './options';

export interface EnhancedChatStandIn {
  /** What the deployment's Code Snippet panel would name as SCRT URL. */
  url: string;
  faults: Faults;
  desk: StandInDesk;
  /** What went against the contract so far; empty for a correct client. */
  violations: string[];
  /** The settings a client needs, by environment variable. */
  env: Record<string, string>;
  /** Makes any entry of the vendor's in a chat; of the agent unless the sender is named. Returns its identifier. */
  push(chatId: string, entryType: string, event: string, payload: JsonObject, sender?: Sender): string;
  /** Sets an active session aside, as an agent or the inactivity timer does. */
  setAside(chatId: string): void;
  /** How many streams are open. */
  streams(): number;
  /** Ends all streams; while `isDeaf` new ones bring no events either. */
  cutStreams(how?: 'end' | 'break'): void;
  setDeaf(isDeaf: boolean): void;
  /** Ends all tokens given out so far. */
  expireTokens(): void;
  /** Cuts all connections and stops; twice is fine. */
  close(): Promise<void>;
}

/**
 * A strict Enhanced Chat server on the loopback interface: it holds conversations in memory, enforces schemas, ids, owners,
 * session states and limits, and notes every breach. It is made after the contract, not after the vendor's server.
 */
export async function startEnhancedChatStandIn(options: EnhancedChatStandInOptions = {}): Promise<EnhancedChatStandIn> {
  const org = new Org(settle(options));
  const faults = new Faults();
  const conversations = new ConversationResources(org);
  const endUsers = new EndUserResources(org);

  const refused = { violation: (text: string) => org.violation(text), body: (message: string) => ({ message }) };
  const served = await serve({
    port: org.options.port,
    faults,
    log: org.options.log,
    handle: (request, response) => answering(request, response, (call) => route(org, conversations, endUsers, call), refused),
    failed: (response) => respond(response, 500, { message: 'The stand-in failed' }),
  });
  org.url = served.url;

  return {
    url: org.url,
    faults,
    desk: { ...createDesk(org), baseUrl: org.url },
    violations: org.violations,
    env: {
      ENHANCED_CHAT_URL: org.url,
      ENHANCED_CHAT_ORGANIZATION_ID: org.options.organizationId,
      ENHANCED_CHAT_DEPLOYMENT: org.options.deployment,
      ENHANCED_CHAT_ROUTING_ATTRIBUTES: routingAttributesSetting,
    },
    push: (chatId, entryType, event, payload, sender) => {
      const conversation = org.find(chatId);
      return org.record(conversation, entryType, event, sender ?? agentOf(conversation), payload);
    },
    setAside: (chatId) => org.setSession(org.find(chatId), 'inactive'),
    streams: () => org.streams.count,
    cutStreams: (how) => org.streams.cut(how),
    setDeaf: (isDeaf) => {
      org.streams.isDeaf = isDeaf;
    },
    expireTokens: () => org.tokens.expireAll(),
    close: () => {
      org.streams.close();
      return served.close();
    },
  };
}

const api = '/iamessage/api/v2';

async function route(org: Org, conversations: ConversationResources, endUsers: EndUserResources, call: Call): Promise<void> {
  const { method, path } = call;
  const line = `${method} ${path.startsWith(api) ? path.slice(api.length) : path}`;
  if (line.startsWith('GET /files/')) return download(org, call);
  if (line === 'POST /authorization/unauthenticated/access-token') return conversations.guestToken(call);
  if (line === 'POST /authorization/authenticated/access-token') return conversations.userToken(call);
  const token = org.tokens.authorize(call);
  if (line === 'GET /eventrouter/v1/sse') return org.streams.connect(call, token);
  if (line === 'POST /conversation') return conversations.create(call, token.subject);
  const [, verb, id, resource = ''] = /^(\w+) \/conversation\/([^/]+)(?:\/([\w-]+))?$/.exec(line) ?? [];
  if (id === undefined) throw new Refusal(404, 'There is no such path');
  const conversation = org.owned(id, token.subject);
  switch (`${verb} ${resource}`.trim()) {
    case 'GET':
      return conversations.status(call, conversation);
    case 'GET entries':
      return conversations.entries(call, conversation);
    case 'POST message':
      return endUsers.message(call, conversation);
    case 'POST file':
      return endUsers.file(call, conversation);
    case 'POST entry':
      return endUsers.typing(call, conversation);
    case 'POST acknowledge-entries':
      return endUsers.acknowledge(call, conversation);
    case 'DELETE session':
      return conversations.endSession(call, conversation);
    case 'DELETE':
      return conversations.close(call, conversation);
    default:
      throw new Refusal(404, 'There is no such resource');
  }
}

/** A file as agent and customer open it. */
function download(org: Org, call: Call): void {
  if (org.options.filesNeedToken) org.tokens.authorize(call);
  const file = org.files.get(call.path.slice('/files/'.length));
  if (!file) throw new Refusal(404, 'There is no such file', false);
  call.response.writeHead(200, {
    'content-type': file.contentType || 'application/octet-stream',
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
  });
  call.response.end(file.bytes);
}
