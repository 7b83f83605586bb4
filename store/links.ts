import type { JsonObject } from '../common/json';

/** The state a link is in; which moves are allowed is the relay's rule, not the store's. */
export type LinkState = 'requested' | 'queued' | 'connected' | 'ended' | 'failed' | 'transferred';

/** The durable pairing of a conversation with a session at a desk. */
export interface Link {
  /** The handoff's id. */
  id: string;
  /** Channel id and conversation id, as one key. At most one link of a conversation is open. */
  conversationKey: string;
  state: LinkState;
  /** True from the request until the customer is back with the bot: the conversation belongs to this link. */
  isOpen: boolean;
  /** True when nothing is left to do, at the desk neither. A finished link is never open and never claimed. */
  isFinished: boolean;
  /** Name of the provider whose turn it is, or was. */
  provider: string;
  /** The desk's id of the session, as soon as it is known. */
  sessionKey?: string;
  /** Raised by every take-over; writes that carry an older one are refused (fencing). */
  epoch: number;
  /** When the relay wants to be woken for this link: a time in milliseconds since 1970. */
  dueAt?: number;
  /** Written once: request and conversation reference. */
  request: JsonObject;
  /** What changes: session, route position, agent's name, times. */
  data: JsonObject;
  /** Milliseconds since 1970. */
  createdAt: number;
  updatedAt: number;
}

/** A link that was taken over. */
export type ClaimedLink = Link & {
  /**
   * The owner before, when its process may still be there: frozen, or cut off from the database. What it has open at the desk
   * is open until it wakes up or the desk ends it. Absent when it is gone for sure, and its connections with it.
   */
  heldBy?: {
    owner: string;
    /** Milliseconds since its last sign of life. */
    silentForInMs: number;
  };
};

/** How many unfinished links an instance has. */
export interface Share {
  owner: string;
  links: number;
}

export type NewLink = Pick<Link, 'id' | 'conversationKey' | 'provider' | 'request' | 'data'> & { dueAt?: number };

/** `toDesk`: the customer's messages. `toCustomer`: what the agent and the relay say. */
export type Direction = 'toDesk' | 'toCustomer';

export interface NewMessage {
  /** Unique within link and direction: the channel's activity id, the desk's event id. */
  messageId: string;
  payload: JsonObject;
}

/** A message in the outbox of a link. */
export interface QueuedMessage extends NewMessage {
  /** Rises with the order of acceptance. */
  seq: number;
  linkId: string;
  direction: Direction;
  /** How many attempts were begun; more than 0 while pending means that the outcome of the last is unknown or failed. */
  attempts: number;
  /** What the provider reserved for it. */
  reservation?: JsonObject;
  /** Milliseconds since 1970. */
  acceptedAt: number;
}

/** An event of a desk, written down before it was acknowledged. */
export interface ReceivedEvent {
  seq: number;
  eventId: string;
  payload: JsonObject;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

export interface NewEvent {
  eventId: string;
  payload: JsonObject;
}

/**
 * The "provider" of events that are the product's own orders to a link (the customer leaves, an operator ends it): they
 * reach it by handoff id, whichever desk its route has come to.
 */
export const commands = 'relay';

/** A message that was given up, for the operator: no text in it. */
export interface DeadLetter {
  linkId: string;
  conversationKey: string;
  provider: string;
  direction: Direction;
  messageId: string;
  attempts: number;
  error?: string;
  /** Milliseconds since 1970. */
  acceptedAt: number;
  /** Whether the link still has the conversation, so that `retry` can succeed. */
  isOpen: boolean;
}

/** In place of a link's id in a wake-up: links were given free and want to be claimed. */
export const freeLinks = '*';

/** Everything that becomes true together when a link moves on. */
export interface LinkChange {
  state?: LinkState;
  isOpen?: boolean;
  isFinished?: boolean;
  provider?: string;
  /** `null` forgets the session key (next route). */
  sessionKey?: string | null;
  /** `null` clears the wake-up time. */
  dueAt?: number | null;
  data?: JsonObject;
  /** Events that are dealt with by this change. */
  handledEvents?: number[];
  /** Messages to append; one that is already there is left alone. */
  appendToDesk?: NewMessage[];
  appendToCustomer?: NewMessage[];
  /** The first of `appendToCustomer` is begun with it (as `appendBegun` does), unless another one waits before it. */
  beginsDelivery?: boolean;
  /** Messages that need no further attempt. */
  settled?: { seq: number; as: 'done' | 'failed'; error?: string }[];
}

/** The link was taken over by another instance (or closed); whoever gets this stops working on it. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(readonly linkId: string) {
    super(`the lease of link ${linkId} is held by somebody else`);
  }
}

/**
 * Links with their outbox and inbox. Every method but `purge` is one transaction: all of it happened when it resolves, none
 * when it rejects (only a `StoreFailure` with code `unavailable` leaves it open: the connection may have broken during the
 * commit). Methods with an `epoch` are fenced: they throw `LeaseLost` when the link's epoch is another.
 */
export interface LinkStore {
  /**
   * Opens a link in state `requested`, owned by `owner` with epoch 1. When the conversation has an open link
   * already (or the id is taken), nothing is written and that one is returned with `created: false`.
   */
  open(link: NewLink, owner: string, now: number): Promise<{ link: Link; created: boolean }>;
  get(id: string): Promise<Link | undefined>;
  findOpen(conversationKey: string): Promise<Link | undefined>;
  findBySession(provider: string, sessionKey: string): Promise<Link | undefined>;
  /** Open links, oldest first; for operators. */
  listOpen(limit: number): Promise<Link[]>;

  /**
   * Takes over up to `limit` unfinished links that have no owner, or another one that gave no sign of life for at least
   * `silentForInMs` (0: whatever sign it gave); raises their epoch. Silence is measured by the database's clock alone.
   * Counts as a heartbeat when something was taken, as `open` does for an owner that is not known yet.
   * An owner's name must be another after each start of a process.
   */
  claim(owner: string, now: number, silentForInMs: number, limit: number): Promise<ClaimedLink[]>;
  /**
   * Takes the owner's own unfinished links anew that are not among `attended`, raising their epoch: after an answer to
   * `open` or `claim` was lost it may own links without knowing.
   */
  reclaim(owner: string, attended: string[], now: number): Promise<Link[]>;
  /** Reports that the instance lives; its links stay its own. Resolves with the time by the database's clock. */
  heartbeat(owner: string): Promise<number>;
  /**
   * Whether the process that reported by this name may still be there, though it does not report: see `ClaimedLink.heldBy`.
   * False once it has released the name.
   */
  lingers(owner: string): Promise<boolean>;
  /** The instances that reported within this time and are not being drained, with what they own. */
  shares(reportedWithinInMs: number): Promise<Share[]>;
  /**
   * Makes unfinished links of one instance another one's, raising their epoch; the new owner learns of them with `reclaim`.
   * Links that are no longer the giver's are left alone, and all are when the taker is not known. Resolves with how many went.
   */
  handOver(from: string, to: string, linkIds: string[], now: number): Promise<number>;
  /**
   * Ids of unfinished links of this owner in which something waits that nobody has begun with: events, or messages of
   * which no attempt was made yet. For wake-ups that were lost; one that is about to be heard is named as well.
   */
  waiting(owner: string, limit: number): Promise<string[]>;
  /** Gives all links of the instance free and forgets it (graceful stop); it does not linger when this resolves. Twice is fine. */
  release(owner: string): Promise<void>;

  /** Applies a change. Resolves with the number of the message that was begun with it, if one was. Fenced. */
  update(id: string, epoch: number, change: LinkChange, now: number): Promise<number | undefined>;

  /**
   * Appends to an outbox, from any instance. `duplicate` when the message id is known there, whatever became of the link;
   * `closed` when the link is not open, or for `toDesk` when its state is `ended` or `failed` (nothing is written).
   */
  append(linkId: string, direction: Direction, message: NewMessage, now: number): Promise<'stored' | 'duplicate' | 'closed'>;
  /**
   * Appends a message to the outbox to the desk together with its first attempt (as `beginAttempt` notes it), by the link's owner.
   * Resolves with its number; with undefined, and nothing done, when that is not for sure the next one to be sent: its id is
   * known, another one is pending, the link takes none (as in `append`), or the epoch is another.
   */
  appendBegun(
    link: { id: string; epoch: number },
    message: NewMessage,
    note: { reservation?: JsonObject; data?: JsonObject },
    now: number,
  ): Promise<number | undefined>;
  /** Pending messages in order. */
  pending(linkId: string, direction: Direction, limit: number): Promise<QueuedMessage[]>;
  /** Messages that were given up, newest first. */
  deadLetters(limit: number): Promise<DeadLetter[]>;
  /**
   * Makes a given-up message pending again, in its old place. `closed` when the link takes none any more (as in `append`),
   * `unknown` when there is no such given-up message. Twice is fine.
   */
  retry(linkId: string, direction: Direction, messageId: string): Promise<'pending' | 'closed' | 'unknown'>;
  /** Notes that an attempt begins, with what was reserved for it and the session that goes with it. Fenced. */
  beginAttempt(
    message: { seq: number; linkId: string },
    epoch: number,
    note: { reservation?: JsonObject; data?: JsonObject },
    now: number,
  ): Promise<void>;

  /**
   * Writes down events that came for a session; duplicates (same provider, session key and event id) are left out.
   * Resolves with the id of the unfinished link they belong to (by session key, else by handoff id), or undefined when none
   * is known yet: the events wait for it.
   */
  receive(
    provider: string,
    sessionKey: string,
    handoffId: string | undefined,
    events: NewEvent[],
    now: number,
  ): Promise<string | undefined>;
  /** The same for a batch that the owner listened to, together with the link's data (poll position). Fenced. */
  receiveListened(
    link: { id: string; epoch: number; provider: string; sessionKey: string },
    events: NewEvent[],
    data: JsonObject,
    now: number,
  ): Promise<void>;
  /** Unhandled events of a session, or that carry the handoff's id, in order of arrival. */
  unhandled(
    provider: string,
    sessionKey: string | undefined,
    handoffId: string,
    limit: number,
  ): Promise<(ReceivedEvent & { sessionKey: string })[]>;

  /**
   * Deletes finished links with their messages and events, and events that found no link, last touched before then.
   * Resolves with how many rows went. Works in slices, each a transaction, so that others are not held up.
   */
  purge(before: number): Promise<number>;

  /** Tells every instance, this one too, that a link has work; or `freeLinks`, that links have no owner any more. */
  wake(linkId: string): Promise<void>;
  /** Calls back on `wake`, own and others'; returns the function that stops it. Wake-ups can be lost: sweep as well. */
  onWake(listener: (linkId: string) => void): () => void;
}
