import type { WireMaskingRule } from './wire';

/** `requested`: no answer yet. `transferring`: back in a queue after an agent. */
export type LiveAgentState = 'requested' | 'queued' | 'connected' | 'transferring' | 'ended';

/** The agent asked for a file: where it goes, and what became of it. */
export type FileRequest = { url: string; token: string; outcome?: 'received' | 'failed' | 'canceled' };

/** What the server had of the customer's messages when the chat was rebuilt on another server. */
export type RecoveredTranscript = { epoch: number; visitorMessages: number; lastVisitorHashes: string[] };

/**
 * Everything needed to go on with a chat after a restart. Sending and listening change it side by side, so every
 * member has one writer: see the groups.
 */
export type LiveAgentSession = {
  // Fixed when the chat is opened.
  url: string;
  id: string;
  /** Secret: whoever has it owns the chat. */
  key: string;
  pollTimeoutInMs: number;

  // Written by the listener only.
  affinity: string;
  /** How often the POST numbers began anew at 1 because the chat moved to another server. */
  epoch: number;
  /** Sequence of the last answer handled; -1 before the first, and again after a move. */
  ack: number;
  offset?: number;
  state: LiveAgentState;
  agentName?: string;
  /** True between an agent's lost connection and whatever shows somebody there again. */
  agentGone: boolean;
  /** Agent texts handled so far, and the last one's hash, to find what was missed during a move. */
  agentMessages: number;
  lastAgentHash?: string;
  fileRequest?: FileRequest;
  maskingRules?: WireMaskingRule[];
  recovered?: RecoveredTranscript;

  // Written by sending only.
  /** Number of the next POST, valid in `sequenceEpoch`; in a later epoch the next number is 1. */
  nextSequence: number;
  sequenceEpoch: number;
  /** Customer texts the server has confirmed. */
  sentMessages: number;
  usedFileToken?: string;
};
