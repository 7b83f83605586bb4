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
