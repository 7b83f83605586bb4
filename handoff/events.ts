import type { JsonObject } from '../common/json';

/** A card as channels and desks carry it; an Adaptive Card has `application/vnd.microsoft.card.adaptive`. */
export interface Card {
  contentType: string;
  content: JsonObject;
}

/**
 * A file from the desk. Either `url` can be opened by the customer as it is, or `reference` is what
 * `HandoffProvider.fetchFile` needs to get the bytes (then the bot serves them under a signed link of its own).
 */
export interface AgentFile {
  name: string;
  /** Media type, `application/octet-stream` when unknown. */
  contentType: string;
  url?: string;
  reference?: JsonObject;
}

/** Common to all events. */
interface EventBase {
  /** Equal on redelivery of the same event, different otherwise; unique within the session. */
  eventId: string;
  /** ISO time at which it happened at the desk, or was received when the desk does not say. */
  at: string;
}

/** Waiting in a queue. Position is 1 for the next to be served. */
export type QueuedEvent = EventBase & { kind: 'queued'; position?: number; estimatedWaitSeconds?: number };
/** A person has taken the chat, or another person has joined. */
export type AgentJoinedEvent = EventBase & { kind: 'agentJoined'; agentName?: string };
/** What the person wrote or sent. Text is plain text. At least one of the three is not empty. */
export type AgentMessageEvent = EventBase & {
  kind: 'agentMessage';
  text: string;
  attachments: AgentFile[];
  cards: Card[];
  agentName?: string;
};
export type AgentTypingEvent = EventBase & { kind: 'agentTyping'; isTyping: boolean };
/** The agent passes the chat on; an `agentLeft` about it is not the end. */
export type TransferredEvent = EventBase & { kind: 'transferred'; to?: string };
/** The agent is gone and nobody knows yet whether somebody follows; the relay waits, asks, then ends. */
export type AgentLeftEvent = EventBase & { kind: 'agentLeft' };
/** The agent put the chat aside; the customer's next message takes it up again, and it may wait for an agent then. */
export type PausedEvent = EventBase & { kind: 'paused' };
/** The agent asks for a file; the next one the customer sends is uploaded. */
export type FileRequestedEvent = EventBase & { kind: 'fileRequested' };
/** What became of a requested file at the desk. */
export type FileTransferredEvent = EventBase & { kind: 'fileTransferred'; outcome: 'received' | 'failed' | 'canceled' };
export type EndedEvent = EventBase & { kind: 'ended'; by: 'agent' | 'customer' | 'system'; reason?: string };
export type FailureReason = 'noAgentAvailable' | 'closed' | 'rejected' | 'timedOut' | 'error';
/** The desk will not (or no longer) serve this chat. */
export type FailedEvent = EventBase & { kind: 'failed'; reason: FailureReason; detail?: string };

/** Everything a desk can say about a session. */
export type HandoffEvent =
  | QueuedEvent
  | AgentJoinedEvent
  | AgentMessageEvent
  | AgentTypingEvent
  | TransferredEvent
  | AgentLeftEvent
  | PausedEvent
  | FileRequestedEvent
  | FileTransferredEvent
  | EndedEvent
  | FailedEvent;
