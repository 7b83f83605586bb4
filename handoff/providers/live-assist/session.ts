import type { JsonObject } from '../../../common/json';

/** `transferring`: an agent passed the chat on and nobody has it yet. */
export type LiveAssistState = 'waiting' | 'chatting' | 'transferring' | 'ended';

/** What the desk has still to be told about the customer; kept until it took it, so that a crash does not lose it. */
export type Introduction = {
  visitorName?: string;
  /** The facts as the context service takes them, unsigned. */
  contextData?: JsonObject;
  attempts: number;
  /** Milliseconds since 1970. */
  nextAttemptAt: number;
};

/** The message that is under way, to find out whether the desk has it. */
export type Sending = { messageId: string; linesBefore: number; lineHash: string };

/**
 * Everything needed to go on with a chat after a restart. Sending and listening change it side by side, so every
 * member has one writer: see the groups.
 */
export type LiveAssistSession = {
  // Fixed when the chat is opened.
  /** Address of the chat, without a slash at the end. */
  url: string;
  chatId: string;
  skill?: string;
  /** Whether the context names a chat activity. */
  hasRecord: boolean;

  // Written by the listener only (after `open`).
  /** Where the next events are read; absent before the first answer. */
  next?: string;
  /** Id of the last event handled; 0 before the first. */
  lastEventId: number;
  state: LiveAssistState;
  agentName?: string;
  isAgentTyping: boolean;
  /** How often the agent began or stopped typing. */
  typingChanges: number;
  /** The desk ends the chat when it hears nothing for this long. */
  chatTimeoutInMs: number;
  /** What the desk said about an end that is to come. */
  endedBy?: 'agent' | 'system';
  isWaitTold: boolean;
  introduction: Introduction | null;
  /** The desk took the context: it knows the chat activity and completes it. */
  isContextTaken: boolean;

  // Written by sending only.
  /** Lines sent or at least tried. */
  lines: number;
  sending?: Sending;
};
