import type { Activity } from 'botbuilder';
import type { AllowedTenants } from '../settings/allowedTenants';

/**
 * Whether an activity comes from a tenant that may use the bot. Only Teams has tenants: its token says that Teams calls, and Teams says
 * for whom (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages). What names none, or two,
 * is refused.
 */
export function isTenantAllowed(
  activity: Pick<Activity, 'channelId' | 'conversation' | 'channelData'>,
  tenants: AllowedTenants,
): boolean {
  if (activity.channelId !== 'msteams' || tenants === undefined) return true;
  const { tenant } = (activity.channelData ?? {}) as { tenant?: { id?: unknown } | null };
  const told = [activity.conversation.tenantId as unknown, tenant?.id].filter((id) => id !== undefined && id !== null);
  return told.length > 0 && told.every((id) => typeof id === 'string' && tenants.includes(id.toLowerCase()));
}
