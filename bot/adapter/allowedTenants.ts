import type { Activity } from 'botbuilder';

/** Whoever may call from Teams: these tenants; anybody when absent. */
export type AllowedTenants = readonly string[] | undefined;

/** The tenants of the setting: `*` is any. Left out, a bot that belongs to a tenant talks to that one, and a multi-tenant bot to any. */
export function tenantsOf(
  named: readonly string[],
  { appType, tenantId }: { appType: string; tenantId?: string | undefined },
): AllowedTenants {
  if (named.includes('*')) return undefined;
  if (named.length > 0) return named.map((tenant) => tenant.toLowerCase());
  return appType === 'MultiTenant' || tenantId === undefined ? undefined : [tenantId.toLowerCase()];
}

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
