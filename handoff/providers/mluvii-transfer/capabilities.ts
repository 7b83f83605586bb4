import type { HandoffCapabilities } from '../../capabilities';

/** After the session is given away we carry nothing: what operators and customers can do is the channel's own. */
export const capabilities: HandoffCapabilities = {
  mode: 'transfer',
  typingToAgent: false,
  typingToCustomer: false,
  filesToAgent: 'link',
  filesToCustomer: false,
  cardsToCustomer: false,
  queuePosition: false,
  estimatedWait: false,
  // Groups can only be asked about inside a session, which `open` does.
  availability: false,
  transcript: 'field',
  acceptsWhileQueued: false,
  deduplicatesMessages: false,
  agentLeftGraceInMs: 0,
};
