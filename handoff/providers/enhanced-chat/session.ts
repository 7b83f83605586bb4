/** `queued`: no agent yet, or on the way to another. `dormant`: set aside by the agent; the next word of the customer wakes it. */
export type EnhancedChatState = 'queued' | 'connected' | 'dormant' | 'ended';

/** A field of a form the agent sent: what is needed to answer it in the desk's own form. */
export type FormField = { id: string; label: string; type: string; options: { id: string; title: string }[]; several: boolean };

/** A form that can still be answered, by the id of its message. */
export type OpenForm = { messageId: string; fields: FormField[] };

/**
 * Everything needed to go on with a conversation after a restart. Sending and listening change it side by side, so every
 * member has one writer, but for the token: each new one is as good as another.
 */
export type EnhancedChatSession = {
  // Fixed when the conversation is created.
  url: string;
  deployment: string;
  conversationId: string;
  /** Sent again when the desk wants a new session of the same conversation. */
  routingAttributes: { [parameter: string]: string };
  language: string;
  /** Who the customer is to the desk, when verified: with it a new token reaches the old conversation. */
  verifiedAs?: string;

  // Written by whoever had to ask for a new token.
  /** Secret: whoever has it is the customer to the desk. A guest's cannot be replaced while the conversation lives. */
  token: string;
  /** Milliseconds since 1970. */
  tokenExpiresAt: number;

  // Written by the listener only.
  state: EnhancedChatState;
  /** Whether a person was ever there. */
  hadAgent: boolean;
  /** Keys of the agents who are there. */
  agents: string[];
  agentName?: string;
  /** Position in the event stream: the id of the last event handled. */
  lastEventId: string;
  /** The desk's time of the newest entry handled, in milliseconds since 1970. */
  lastTimestamp?: number;
  /** Marks of the entries handled last, because stream and listing bring the same ones. */
  handled: string[];
  forms: OpenForm[];
  /** The stream wants the long form of the organization ID. */
  usesLongId?: boolean;
};
