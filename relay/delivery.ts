import type { JsonObject } from '../common/json';
import type { AgentFile, Card, FailureReason } from '../handoff/events';

/** What an agent said, for the customer. */
export interface AgentSaid {
  kind: 'agentMessage';
  text: string;
  files: AgentFile[];
  cards: Card[];
  agentName?: string;
}

/** What the customer is told about the handoff itself. The channel puts it into the customer's language. */
export type HandoffNotice =
  | { kind: 'queued'; position?: number; estimatedWaitSeconds?: number }
  | { kind: 'agentJoined'; agentName?: string }
  | { kind: 'transferred'; to?: string }
  | { kind: 'agentLeft' }
  /** The agent put the chat aside; it goes on when the customer writes. */
  | { kind: 'paused' }
  /** The agent waits for an answer; `endsInMs`: how long until the chat ends without one. */
  | { kind: 'reminder'; endsInMs?: number }
  | { kind: 'nextRoute' }
  | { kind: 'fileRequested' }
  | { kind: 'fileTransferred'; outcome: 'received' | 'failed' | 'canceled' }
  /** These messages of the customer's did not reach the agent; `text` is each one's beginning. Sending again helps while the chat goes on. */
  | { kind: 'undelivered'; count: number; messages: { id: string; text: string }[]; canRetry: boolean }
  | {
      kind: 'ended';
      by: 'agent' | 'customer' | 'system';
      reason?: string;
      agentName?: string;
      wasConnected: boolean;
      deskOwnsRecord?: boolean;
    }
  | { kind: 'failed'; reason: FailureReason };

/** The conversation is the bot's again: its dialogs learn how it went and go on. Nothing of it is shown by itself. */
export interface GiveBack {
  kind: 'giveBack';
  outcome: Extract<HandoffNotice, { kind: 'ended' | 'failed' }>;
}

/** Something for the customer's side, in the order in which it must arrive; a `giveBack` comes last. */
export type Delivery = AgentSaid | HandoffNotice | GiveBack;

/** Which handoff a delivery belongs to. */
export interface DeliveryContext {
  handoffId: string;
  /** Unique and equal on repeats. */
  deliveryId: string;
  skill: string;
  provider: string;
  /** BCP 47. */
  language: string;
}

/** The way to the customer, whatever the channel. Written by the bot; the relay knows nothing of activities. */
export interface CustomerChannel {
  /**
   * Resolves when the channel took it, or for `giveBack` when the bot did. Throws `ChannelError`.
   */
  deliver(conversation: JsonObject, delivery: Delivery, context: DeliveryContext, signal: AbortSignal): Promise<void>;
  /** Best effort; never throws. */
  typing(conversation: JsonObject, isTyping: boolean): Promise<void>;
}

/** The channel did not take a delivery. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  constructor(
    readonly code: string,
    /** False: it never will (the conversation is gone, the bot was removed). */
    readonly retriable: boolean,
    readonly retryAfterInMs?: number,
    cause?: unknown,
  ) {
    super(`the channel did not take the delivery: ${code}`, cause === undefined ? undefined : { cause });
  }
}
