import type { HandoffCapabilities } from '../../capabilities';

export const capabilities: HandoffCapabilities = {
  mode: 'relay',
  typingToAgent: true,
  typingToCustomer: true,
  filesToAgent: 'onRequest',
  filesToCustomer: false,
  // Menus of the desk's own bots come as text with numbered choices; agents have no cards.
  cardsToCustomer: false,
  queuePosition: true,
  estimatedWait: true,
  availability: true,
  transcript: 'field',
  // The server answers 500 to text before an agent has accepted.
  acceptsWhileQueued: false,
  deduplicatesMessages: true,
  // The vendor names no time for a successor: a little less than the working assumption for the connection time-out.
  agentLeftGraceInMs: 30_000,
};
