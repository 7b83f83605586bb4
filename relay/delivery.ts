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
  | { kind: 'nextRoute' }
  | { kind: 'fileRequested' }
  | { kind: 'fileTransferred'; outcome: 'received' | 'failed' | 'canceled' }
  /** These messages of the customer's did not reach the agent; `text` is each one's beginning. Sending again helps while the chat goes on. */
  | { kind: 'undelivered'; messages: { id: string; text: string }[]; canRetry: boolean }
  | { kind: 'ended'; by: 'agent' | 'customer' | 'system'; reason?: string; agentName?: string; wasConnected: boolean }
  | { kind: 'failed'; reason: FailureReason };

/** Something for the customer, in the order in which it must arrive. */
export type Delivery = AgentSaid | HandoffNotice;

/** After these the conversation is the bot's again. */
export function isFinal(delivery: Delivery): boolean {
  return delivery.kind === 'ended' || delivery.kind === 'failed';
}

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
   * Resolves when the channel took it; for a final delivery when the bot has the conversation back as well.
   * Throws `ChannelError`.
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
