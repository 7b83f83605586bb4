import type { JsonObject, JsonValue } from '../common/json';
import type { Direction, Link } from './links';

/** What an instance says of itself. */
export interface InstanceReport {
  /** Its name for operators; another one after each start. */
  instance: string;
  /** The name under which it owns links now. */
  owner: string;
  version: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** How the desks look from there. */
  desks: JsonValue;
}

export interface KnownInstance extends InstanceReport {
  /** Milliseconds since its last report, by the database's clock. */
  silentForInMs: number;
  /** Unfinished links it owns. */
  links: number;
  isDraining: boolean;
}

/** A desk to which no new chat goes. */
export interface DeskSwitch {
  desk: string;
  because: string;
  /** The operator. */
  by: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Something an operator did, before it is known how it went. Holds no customer's text. */
export interface NewAct {
  operator: string;
  act: string;
  /** What it was done to: a handoff's id, a desk, an instance … */
  target: string;
  details: JsonObject;
}

export interface Act extends NewAct {
  seq: number;
  /** Milliseconds since 1970. */
  at: number;
  /** Absent when the instance that did it ended before it could note how it went. */
  outcome?: string;
}

/** An unfinished link as an operator sees it. */
export interface WatchedLink {
  link: Link;
  /** The instance that has it; absent when nobody has, or it did not report yet. */
  instance?: string;
  /** Messages that wait, and that were given up. */
  waitingToDesk: number;
  waitingToCustomer: number;
  givenUp: number;
  /** Milliseconds since 1970, of the newest message, event or change. */
  lastActivityAt: number;
}

/** A message of a link, without what is in it. */
export interface MessageTrace {
  direction: Direction;
  messageId: string;
  state: 'pending' | 'done' | 'failed';
  attempts: number;
  error?: string;
  /** Milliseconds since 1970. */
  acceptedAt: number;
  /** The kind of delivery, when it has one. */
  kind?: string;
}

/** An event of a link, without what is in it. */
export interface EventTrace {
  provider: string;
  eventId: string;
  kind?: string;
  isHandled: boolean;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

/** What is to be removed besides links, transcript and documents that name the conversation. */
export interface Erasure {
  documentKeys: string[];
  /** Sessions whose events go, besides the present one of each link. */
  sessions: { provider: string; sessionKey: string }[];
  /** Groups whose tasks go, unless they are done. */
  taskGroups: string[];
}

/** How many rows of each kind were removed. */
export interface Erased {
  links: number;
  messages: number;
  events: number;
  transcript: number;
  documents: number;
  tasks: number;
}

/** What operators see and decide; shared by all instances. */
export interface OperationsStore {
  /** Notes that the instance lives. Resolves with whether an operator wants it drained. */
  report(report: InstanceReport): Promise<{ isDraining: boolean }>;
  /** Forgets the instance. Twice is fine. */
  forget(instance: string): Promise<void>;
  /** All instances that reported within an hour or own links, by name. */
  instances(): Promise<KnownInstance[]>;
  /** Notes whether the instance is to be drained. False when it is not known. Twice is fine. */
  setDraining(instance: string, isDraining: boolean): Promise<boolean>;

  /** Switches a desk off for new chats; a later reason replaces the former. */
  switchOff(desk: DeskSwitch): Promise<void>;
  /** False when it was not switched off. */
  switchOn(desk: string): Promise<boolean>;
  switchedOff(): Promise<DeskSwitch[]>;

  /** Writes an act down before it is done; resolves with its number. */
  beginAct(act: NewAct, now: number): Promise<number>;
  /** Notes how it went, and what else is to be kept of it. */
  endAct(seq: number, outcome: string, details?: JsonObject): Promise<void>;
  /** Newest first; `before` is the number of an act to go on behind. */
  acts(limit: number, before?: number): Promise<Act[]>;
  /** Deletes acts of before then, and instances that were silent for an hour. Resolves with how many rows went. */
  purge(actsBefore: number): Promise<number>;

  /** Unfinished links, oldest first. */
  watched(limit: number): Promise<WatchedLink[]>;
  /** What passed over a link: the newest messages and events, oldest first. */
  trace(linkId: string, limit: number): Promise<{ messages: MessageTrace[]; events: EventTrace[]; instance?: string }>;
  /** Lets go of a given-up message and what is in it. False when there is no such given-up message. */
  discard(linkId: string, direction: Direction, messageId: string): Promise<boolean>;

  /** All links of a conversation, oldest first. */
  linksOf(conversationKey: string): Promise<Link[]>;
  /** Documents that carry this `conversationKey`, by key. */
  documentsOf(conversationKey: string): Promise<Map<string, JsonObject>>;
  /** Removes a conversation, whatever the state of its links; whoever works on one loses it. Twice is fine. */
  erase(conversationKey: string, more: Erasure): Promise<Erased>;
}
