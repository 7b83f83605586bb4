import type { Clock } from '../common/clock';
import type { HttpClient } from '../common/http';
import type { JsonObject } from '../common/json';
import type { Log } from '../common/log';
import type { HandoffCapabilities } from './capabilities';
import type { HandoffEvent } from './events';
import type { Kept } from './kept';
import type { CustomerFile, CustomerMessage, HandoffRequest } from './request';

/** Why we close a session at the desk. */
export type CloseReason = 'customerLeft' | 'agentLeft' | 'notAccepted' | 'inactive' | 'operator' | 'afterEnd';

/** The desk took the request; resolves when queued, not when somebody answers. */
export interface Opened<S extends JsonObject> {
  session: S;
  /** The desk's id of the session, unique within the provider: webhook events are matched by it. */
  sessionKey: string;
}

/** Members of the session to replace (shallow); sending and listening run side by side, so each returns only what it changed. */
export interface Sent<S extends JsonObject> {
  session?: Partial<S>;
  /** The message took up a chat that had been put aside: it waits for an agent again. */
  waits?: true;
}

/**
 * What to keep durably before a message leaves, so that a repeat after a crash is recognized by the desk.
 * `alreadyDelivered`: the session shows that the desk has it; do not send again.
 */
export interface Reserved<S extends JsonObject> {
  reservation: JsonObject;
  session?: Partial<S>;
  alreadyDelivered?: boolean;
}

export interface WebhookRequest {
  method: string;
  /** Path below the provider's own prefix, beginning with `/`. */
  path: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string | undefined>;
  /** The body as it came: verify these bytes, then parse them. */
  rawBody: Buffer;
}

/** An event for the session with this key. */
export interface InboundEvent {
  sessionKey: string;
  /** Our handoff id, when the desk echoes the correlation value: finds the link even if `open` never answered. */
  handoffId?: string;
  event: HandoffEvent;
}

/** What a webhook call brought. The answer is sent only after the events are written down. */
export interface WebhookResult {
  events: InboundEvent[];
  response: { status: number; headers?: Record<string, string>; body?: string };
}

export interface WebhookInbound {
  kind: 'webhook';
  /** Verifies and converts one call; throws `WebhookRejected`. Unknown event types are answered well and ignored. */
  receive(request: WebhookRequest, signal: AbortSignal): Promise<WebhookResult>;
}

/** Events and the members of the session that changed with them; the position moves only after the batch is written. */
export interface ListenBatch<S extends JsonObject> {
  events: HandoffEvent[];
  session: Partial<S>;
}

export interface ListenInbound<S extends JsonObject> {
  kind: 'listen';
  /**
   * Set when the desk punishes a second listener of a session: for how long, in milliseconds, it holds a request of one that
   * does not answer any more. After a frozen instance the relay begins to listen only then.
   */
  readonly exclusiveForInMs?: number;
  /**
   * Listens until the session ends (the iteration finishes) or the signal aborts (it finishes too).
   * Asking for the next batch says that the last one is written down, and that this process still owns the session: an empty
   * batch comes whenever the desk had nothing to say, before it is asked again. Throws `HandoffError`; the relay calls
   * again after a pause with the session as it is then. `moved` is set after a send failed with `sessionMoved`.
   */
  listen(session: S, options: { moved: boolean }, signal: AbortSignal): AsyncIterable<ListenBatch<S>>;
}

/** The customer's own channel brings the events (transfer mode). */
export interface ChannelInbound {
  kind: 'channel';
}

export type Availability = { available: boolean; estimatedWaitSeconds?: number; reason?: 'closed' | 'noAgents' };

export type SessionStatus = 'queued' | 'connected' | 'ended';

export interface FetchedFile {
  bytes: Buffer;
  contentType: string;
}

/**
 * A contact center behind one small port. Implementations keep nothing between calls that a restart would lose,
 * never retry and never store: the relay does both. Every failure is a `HandoffError`. `S` is plain JSON.
 */
export interface HandoffProvider<S extends JsonObject = JsonObject> {
  readonly name: string;
  readonly capabilities: HandoffCapabilities;
  readonly inbound: WebhookInbound | ListenInbound<S> | ChannelInbound;
  /** Ids of the channels whose customers it can take; routes to it are left out for all others. Absent: any. */
  readonly channels?: readonly string[];

  /** Checks a route's target from the skills file; returns it normalized, throws `Error` saying what is wrong. */
  parseTarget(target: JsonObject): JsonObject;

  /** Asks the desk for a chat. Not repeatable unless `delivered` of the error is `no`. */
  open(request: HandoffRequest, signal: AbortSignal): Promise<Opened<S>>;

  /**
   * Before each attempt of a message, when the desk needs a number that must survive a crash; pure. Without a
   * message: for a typing notice. `previous` is what an earlier attempt of the same message reserved.
   */
  reserve?(session: S, message: CustomerMessage | undefined, previous: JsonObject | undefined): Reserved<S>;

  /** Sends one message; `message.id` is the idempotency key where the desk has one. */
  send(session: S, message: CustomerMessage, reservation: JsonObject | undefined, signal: AbortSignal): Promise<Sent<S>>;

  /** Ends the session at the desk; an already ended or unknown session is fine. */
  close(session: S, reason: CloseReason, signal: AbortSignal): Promise<void>;

  /** Shows the agent that the customer types. Best effort; `reserve` rules apply inside through the returned session. */
  sendTyping?(session: S, isTyping: boolean, reservation: JsonObject | undefined, signal: AbortSignal): Promise<Sent<S>>;

  /** Shows the agent that the customer has read up to the message that came with this event. Best effort; twice is fine. */
  markRead?(session: S, eventId: string, signal: AbortSignal): Promise<Sent<S>>;

  /** Whether the target would be served now. Advisory. */
  checkAvailability?(target: JsonObject, language: string, signal: AbortSignal): Promise<Availability>;

  /** Asks the desk how the session stands; settles what webhooks left open. */
  checkSession?(session: S, signal: AbortSignal): Promise<SessionStatus>;

  /** Whether the desk knows the chat activity of this session and completes it once an agent has had the chat; pure. */
  ownsRecord?(session: S): boolean;

  /** After an attempt whose outcome is unknown: whether the desk has the message. Undefined when it cannot be told. */
  wasDelivered?(session: S, message: CustomerMessage, signal: AbortSignal): Promise<boolean | undefined>;

  /** Rebuilds a session from its key, for a link whose `open` was never answered but whose events arrive. */
  adopt?(sessionKey: string, request: HandoffRequest): S;

  /** Bytes of a file the agent sent, by its `reference`. */
  fetchFile?(session: S, reference: JsonObject, signal: AbortSignal): Promise<FetchedFile>;
}

/** Reads a customer's file (through the channel's own authentication and the guard against foreign addresses). Throws `HandoffError` with code `rejected` or `outage`. */
export type FileReader = (file: CustomerFile, signal: AbortSignal) => Promise<FetchedFile>;

/** A link to a customer's file that an agent can open without our keys, for desks that take no uploads. */
export type FileLinker = (file: CustomerFile) => string;

/** What every provider is made with. */
export interface ProviderDependencies {
  http: HttpClient;
  clock: Clock;
  log: Log;
  readFile: FileReader;
  linkFile: FileLinker;
}

/** For a provider whose desk tells it something once that it needs for good. */
export interface KeepingDependencies extends ProviderDependencies {
  kept: Kept;
}
