import { HandoffError } from '../../errors';
import type { SessionStatus } from '../../provider';
import type { ChatGateway } from './client';

/** All there is to keep: everything else about the chat lies at the desk. */
export type EightByEightSession = { conversationId: string };

/**
 * How the conversation stands. There is no "ended" at this desk: idle is, and so is an active one whose agents have all
 * gone while no queue or script holds it.
 */
export async function checkSession(
  gateway: ChatGateway,
  { conversationId }: EightByEightSession,
  signal: AbortSignal,
): Promise<SessionStatus> {
  try {
    const { state, assignmentType } = await gateway.readConversation(conversationId, signal);
    if (state === 'idle') return 'ended';
    if (assignmentType === 'queue' || assignmentType === 'script') return 'queued';
    const agents = (await gateway.listParticipants(conversationId, signal)).filter(({ type }) => type === 'agent');
    if (agents.some(({ removed }) => !removed)) return 'connected';
    if (agents.length > 0) return 'ended';
    // No agent listed yet: the assignment is the newer word of the two.
    return assignmentType === 'agent' ? 'connected' : 'queued';
  } catch (error) {
    if (error instanceof HandoffError && error.code === 'sessionEnded') return 'ended';
    throw error;
  }
}
