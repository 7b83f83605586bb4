import type { Identity } from './collaborators';

/** Another bot called this one for a person, and waits for the outcome: what else there is to offer is left to it. */
export interface PersonCall {
  /** The record of the conversation: given by the caller, or made here for the handoff. */
  chatActivityId?: string;
  /** The caller keeps the record; none of ours is made and none closed. */
  ownsRecord?: true;
  /** Who the customer is by the caller's word. */
  identity?: Identity;
  /** Whether the caller wants to be told of every step. */
  events?: true;
  /** Why nobody could be asked; the customer has been told. */
  nobody?: { reason: 'closed' | 'noAgents' | 'error'; opensAt?: string };
}
