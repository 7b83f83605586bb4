import type { Log } from '../../common/log';

export interface EightByEightStandInOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  apiKey?: string;
  tenant?: string;
  channelId?: string;
  /** Where events go; may be set later by `connectWebhook`. Until then they wait. */
  webhookUrl?: string;
  /** Pause before the first repetition of a delivery; doubles up to `maxRetryInMs`, half of it random. Default 1,000 and 2,000. */
  firstRetryInMs?: number;
  maxRetryInMs?: number;
  /** How long a delivery is repeated; long enough for a bot to restart. Default 120,000. */
  retryForInMs?: number;
  /** Key and secret of the analytics interface. */
  analyticsKey?: string;
  analyticsSecret?: string;
  log?: Log;
}

/** What the documentation leaves open, so that a test can have it each way. */
export interface Behavior {
  /** How a customer's own message comes back: marked as echo, as the customer's, or not at all. */
  echo: 'marked' | 'asCustomer' | 'none';
  /** Whether the customer's typing is reflected. */
  reflectTyping: boolean;
  /** Which event of a transfer comes first. */
  transfer: 'transferFirst' | 'leftFirst';
  /** Deliver every event twice, although the first was acknowledged. */
  duplicate: boolean;
  /** Deliver each pair of events of a conversation in reverse. */
  reverse: boolean;
  /** Deliver the first event of a conversation before the request for it is answered. */
  eventBeforeAnswer: boolean;
  /** Tell of agents in the predecessor's flat events. */
  legacyMembers: boolean;
  /** Leave `_embedded` out of empty lists. */
  bareEmptyLists: boolean;
  /** The signing key as a JSON text inside a JSON string, as the specification types it. */
  keyAsText: boolean;
}

export const defaultBehavior: Behavior = {
  echo: 'marked',
  reflectTyping: true,
  transfer: 'leftFirst',
  duplicate: false,
  reverse: false,
  eventBeforeAnswer: false,
  legacyMembers: false,
  bareEmptyLists: true,
  keyAsText: false,
};

export const QUEUES = [
  { id: '104', name: 'Cards' },
  { id: '108', name: 'Transfers' },
  { id: '110', name: 'Complaints' },
];
