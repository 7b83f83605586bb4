import type { JsonObject } from '../common/json';
import type { Card } from './events';

/** A file of the customer's. `read` it through the provider's `FileReader`; the URL is not for third parties. */
export interface CustomerFile {
  name: string;
  contentType: string;
  url: string;
  /** The channel gives it only to the bot itself. */
  needsBotToken?: true;
}

/** One thing that was said before the handoff. */
export interface TranscriptEntry {
  /** ISO time. */
  at: string;
  from: 'customer' | 'bot' | 'agent';
  /** An agent's name, when it is known. */
  name?: string;
  /** Plain text; may be empty when there are cards or files. */
  text: string;
  cards?: Card[];
  files?: CustomerFile[];
  /** Names of files that an agent sent; they are fetched from that agent's desk alone. */
  fileNames?: string[];
  /** Knowledge articles shown with this entry. */
  articles?: { number: string; title: string }[];
}

/** What the agent should know about the customer. Absent means unknown. */
export interface CustomerFacts {
  /** The channel's opaque user id. */
  id: string;
  name?: string;
  email?: string;
  phone?: string;
  /** Dynamics contact id, when the customer is known. */
  contactId?: string;
  /** True only after a verified sign-in. */
  isAuthenticated: boolean;
}

/** Everything a desk gets when a conversation is handed to it. Plain JSON: it is stored before it is sent. */
export interface HandoffRequest {
  /** Id of the handoff, unique; goes to the desk as correlation value where it has a place for one. */
  id: string;
  /** Where in the desk (queue, button, group …): the route's `target`, as accepted by `parseTarget`. */
  target: JsonObject;
  /** Name of the escalation skill. */
  skill: string;
  /** What it is about, in the customer's or the skill's words. */
  topic: string;
  /** BCP 47, such as `en-US`. */
  language: string;
  customer: CustomerFacts;
  /** Answers to further pre-chat fields, label → value. */
  fields: Record<string, string>;
  /** Id of the Dynamics chat activity that desk and bot share. */
  chatActivityId?: string;
  /** Bot Framework channel id, such as `webchat` or `msteams`. */
  channel: string;
  sourcePageUrl?: string;
  /** Oldest first. */
  transcript: TranscriptEntry[];
  /** ISO time. */
  requestedAt: string;
}

/** One message of the customer's on its way to the desk. */
export interface CustomerMessage {
  /** The idempotency key: equal on every attempt. */
  id: string;
  /** Who speaks; the customer when absent. `bot` is the relay's own word to the agent, such as "that did not arrive". */
  author?: 'customer' | 'bot';
  /** Plain text; may be empty when there are files. */
  text: string;
  files: CustomerFile[];
  /** What the customer submitted on a card of the agent's. */
  cardSubmission?: JsonObject;
  /** ISO time at which the customer sent it. */
  at: string;
}
