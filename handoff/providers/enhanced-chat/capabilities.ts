import type { HandoffCapabilities } from '../../capabilities';

/** The vendor names no limit; the shortest one that a public client keeps to. Longer texts go as several messages. */
export const maxTextLength = 2_000;

export const capabilities: HandoffCapabilities = {
  mode: 'relay',
  typingToAgent: true,
  typingToCustomer: true,
  // Clients send receipts of reading; whether the agent's page shows them is up to the organization.
  readToAgent: true,
  filesToAgent: 'upload',
  filesToCustomer: true,
  // Choices and forms; the desk knows no other cards.
  cardsToCustomer: true,
  // There is an event for it, but what is in it is not documented.
  queuePosition: false,
  estimatedWait: true,
  availability: false,
  transcript: 'history',
  acceptsWhileQueued: true,
  deduplicatesMessages: true,
  maxTextLength,
  // Routing a chat to the next agent takes seconds; whether it goes on is asked after this time.
  agentLeftGraceInMs: 15_000,
};
