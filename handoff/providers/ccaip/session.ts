import type { SessionStatus } from '../../provider';
import type { HandoffRequest } from '../../request';
import type { AppsApi } from './client';
import type { ChatResource } from './wire';

/** What is kept of a chat. The end user's id is missing until it was asked for, when the chat was found by its events. */
export type CcaipSession = { chatId: number; identifier: string; endUserId?: number };

/**
 * What the end user is known by: the Dynamics contact of a customer who signed in, or else the customer in the channel. A
 * contact that was only found by an address somebody typed will not do: asking for a chat changes the end user's data. The
 * record service that the platform asks for accounts sees the same text.
 */
export function identifierOf({ channel, customer }: HandoffRequest): string {
  const contactId = customer.isAuthenticated ? customer.contactId?.trim() : undefined;
  return contactId || `${channel}:${customer.id}`;
}

const OVER = new Set(['finished', 'ended', 'closed', 'no_response', 'canceled', 'cancelled', 'failed', 'expired', 'abandoned']);
const SERVED = new Set(['assigned', 'connected', 'in_progress', 'active']);

export function isOver(status: string): boolean {
  return OVER.has(status);
}

/** `dismissed`: the agent closed it, and it is taken up again when the customer writes. */
export type ChatStanding = SessionStatus | 'dismissed';

/** How a chat stands; the list of states is open, so an unknown one is told by whether an agent is on it. */
export function standingOf({ status, agentName }: ChatResource): ChatStanding {
  if (isOver(status)) return 'ended';
  if (status === 'dismissed' || status === 'va_dismissed') return 'dismissed';
  if (SERVED.has(status)) return 'connected';
  if (status === 'queued' || status.startsWith('va_')) return 'queued';
  return agentName === undefined ? 'queued' : 'connected';
}

/** A dismissed chat goes on with the customer's next message, so it counts as connected. */
export async function checkSession(api: AppsApi, { chatId }: CcaipSession, signal: AbortSignal): Promise<SessionStatus> {
  const standing = standingOf(await api.readChat(chatId, signal));
  return standing === 'dismissed' ? 'connected' : standing;
}
