import type { HandoffCapabilities } from '../../capabilities';

export const capabilities: HandoffCapabilities = {
  mode: 'relay',
  typingToAgent: true,
  typingToCustomer: true,
  filesToAgent: 'link',
  filesToCustomer: false,
  cardsToCustomer: false,
  queuePosition: false,
  estimatedWait: true,
  availability: true,
  transcript: 'history',
  // Nothing says what becomes of a line that no agent is there to read.
  acceptsWhileQueued: false,
  // A repeated line is shown twice; an attempt of unknown outcome is looked up instead.
  deduplicatesMessages: false,
  // A chat whose end was reported late may have gone on; the desk is asked after this long.
  agentLeftGraceInMs: 20_000,
};
