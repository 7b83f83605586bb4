import type { HandoffStatus } from '../../dialogs/handoffContext';
import type { SkillEnd } from './skillConversations';

/**
 * How a wish for a person went, by the result of the skill. Undefined when no person was in play: the customer broke it off, or
 * the skill did something else.
 */
export function statusOf({ value, code }: SkillEnd, handoffId: string): HandoffStatus | undefined {
  const { outcome, reason } = value;
  const why = typeof reason === 'string' ? { reason } : {};
  const completed = (endedBy: 'agent' | 'customer' | 'system', wasConnected: boolean): HandoffStatus => ({
    state: 'completed',
    handoffId,
    endedBy,
    wasConnected: typeof value['wasConnected'] === 'boolean' ? value['wasConnected'] : wasConnected,
    ...why,
  });
  switch (outcome) {
    case 'agentEnded':
      return completed('agent', true);
    case 'customerLeft':
      return completed('customer', false);
    case 'systemEnded':
      return completed('system', false);
    case 'nobodyAvailable':
    case 'failed':
      return { state: 'failed', handoffId, ...why };
    default:
      // Skills of others tell it by the code alone.
      return code === '' || code === 'completedSuccessfully' || code === 'userCancelled'
        ? undefined
        : { state: 'failed', handoffId };
  }
}
