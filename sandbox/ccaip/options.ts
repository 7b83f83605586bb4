import type { Log } from '../../common/log';

export interface CcaipStandInOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Where events go; may be set later by `connectWebhook`. Until then they wait. */
  webhookUrl?: string;
  /** Pause before the first repetition of a delivery; doubles up to `maxRetryInMs`, half of it random. Default 1,000 and 2,000. */
  firstRetryInMs?: number;
  maxRetryInMs?: number;
  /** How long a delivery is repeated; long enough for a bot to restart. Default 120,000. */
  retryForInMs?: number;
  log?: Log;
}

/** What the documentation leaves open, so that a test can have it each way. */
export interface Behavior {
  /** When a chat's announcement is delivered: before its request is answered, after that, or never. */
  created: 'before' | 'after' | 'never';
  /** Whether the announcement has the chat in it. */
  announcesChat: boolean;
  /** Whether the context comes back with the chat. */
  echoesContext: boolean;
  /** Whether an agent's joining has the name in it; otherwise only the chat has. */
  namesAgents: boolean;
  /** How a message's text stands in an event. */
  agentContent: 'string' | 'object';
  agentTextType: 'text' | 'markdown';
  /** Whether messages have ids of their own. */
  messageIds: boolean;
  /** Whether an agent's file has its name in the event. */
  fileNames: boolean;
  /** What a chat does that is asked for while nobody is at work. */
  closed: 'deflect' | 'wait';
  /** Whether new chats are turned away for want of capacity. */
  overCapacity: boolean;
  deflectionEvent: string;
  /** An empty name sends none. */
  transferEvent: string;
  /** What an agent's end does: finish the chat, or only close its tab. */
  endMeans: 'finish' | 'dismiss';
  tellsWhoEnded: boolean;
  /** What becomes of a message to a dismissed chat. */
  dismissedMessage: 'refuse' | 'swallow';
  /** Whether a chat can be read. */
  readsChats: boolean;
  timestamp: 'iso' | 'seconds' | 'milliseconds';
  /** Whether a repeated delivery is signed anew. */
  signsAnew: boolean;
  /** Deliver every event twice, although the first was acknowledged. */
  duplicate: boolean;
}

export const defaultBehavior: Behavior = {
  created: 'after',
  announcesChat: false,
  echoesContext: false,
  namesAgents: false,
  agentContent: 'string',
  agentTextType: 'text',
  messageIds: false,
  fileNames: true,
  closed: 'deflect',
  overCapacity: false,
  deflectionEvent: 'escalation_deflected',
  transferEvent: 'chat_transferred',
  endMeans: 'finish',
  tellsWhoEnded: true,
  dismissedMessage: 'refuse',
  readsChats: true,
  timestamp: 'iso',
  signsAnew: true,
  duplicate: false,
};

export const MENUS = [
  { id: 7, name: 'Cards' },
  { id: 8, name: 'Transfers' },
  { id: 9, name: 'Complaints' },
];

export const LANGUAGES = ['en', 'de', 'cs', 'es', 'fr'];

export const CREDENTIALS = { subdomain: 'sandbox', token: 'sandbox-api-token' };
export const FIRST_SECRET = 'sandbox-webhook-secret';
