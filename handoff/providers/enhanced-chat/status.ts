import { isJsonObject, ownMember } from '../../../common/json';
import type { SessionStatus } from '../../provider';
import { Access, type AccessContext } from './access';
import { fromStatus } from './errors';
import type { EnhancedChatSession } from './session';
import { wordOf } from './wire';

/** After an agent left: `INITIAL` and `TRANSFER` are on the way to the next one, `NEEDS_ROUTING` means that nobody comes. */
const byRoutingStatus: Record<string, SessionStatus> = {
  INITIAL: 'queued',
  TRANSFER: 'queued',
  ROUTED: 'connected',
  NEEDS_ROUTING: 'ended',
};

/** Asks the desk how the conversation is routed. What the stream said last decides where the desk's word is not known. */
export async function checkConversation(
  context: AccessContext,
  session: EnhancedChatSession,
  signal: AbortSignal,
): Promise<SessionStatus> {
  if (session.state === 'ended') return 'ended';
  const access = new Access(context, session);
  const response = await access.call(signal, (token) => context.client.readStatus(session, token, signal));
  if (response.status === 403 || response.status === 404) return 'ended';
  if (response.status !== 200) throw fromStatus(response, context.now());
  const word = isJsonObject(response.json) ? wordOf(response.json, 'routingStatus') : undefined;
  const known = word === undefined ? undefined : ownMember(byRoutingStatus, word);
  return known ?? (session.agents.length > 0 ? 'connected' : 'queued');
}
