/** What a desk can do. The docs' capability table is made from these after the contract suite proved them. */
export interface HandoffCapabilities {
  /** `relay`: we carry every message. `transfer`: the channel itself is handed over and we fall silent. */
  mode: 'relay' | 'transfer';
  typingToAgent: boolean;
  typingToCustomer: boolean;
  /** `upload`: any time. `onRequest`: only after the agent asked; otherwise a link. `link`: always as a link in text. */
  filesToAgent: 'upload' | 'onRequest' | 'link';
  filesToCustomer: boolean;
  cardsToCustomer: boolean;
  queuePosition: boolean;
  estimatedWait: boolean;
  availability: boolean;
  /** Where the earlier conversation appears: as `history` of messages, or as text in a `field`. */
  transcript: 'history' | 'field';
  /** False: the relay holds the customer's messages until an agent has joined. */
  acceptsWhileQueued: boolean;
  /** Whether the desk recognizes a repeated message (promise 2). */
  deduplicatesMessages: boolean;
  /** Characters one message may have; absent when the vendor names none. */
  maxTextLength?: number;
  /** True: the desk can be told which messages the customer has read. */
  readToAgent?: true;
  /** True: agents can put a chat aside without ending it, and the desk tells. */
  pausesChats?: true;
  /** How long after `agentLeft` to wait for a successor before asking or ending. */
  agentLeftGraceInMs: number;
}
