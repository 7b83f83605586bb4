/**
 * Microsoft's own tenants, from which tokens of the Emulator and of bots of several tenants come: the Bot Framework's, Microsoft
 * Services', Microsoft's and that of the US Government cloud. The SDK has the same in `ToBotFromBotOrEmulatorTokenValidationParameters`.
 */
const microsoftsOwn: ReadonlySet<string> = new Set([
  'd6d49420-f39b-4df7-a1dc-d59a935871db',
  'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
  '72f988bf-86f1-41af-91ab-2d7cd011db47',
  'cab8a31a-1906-4287-a0d8-4eef66b95f6e',
]);

/**
 * Whether a token that names this tenant (`tid`) may be for this bot at all. The SDK must not see others: it takes up the tenant of any
 * token, before its signature is checked, into the list of issuers it trusts from then on, and never forgets one.
 */
export function isTokenTenant(tid: unknown, ownTenant: string | undefined): boolean {
  if (tid === undefined) return true;
  return typeof tid === 'string' && (microsoftsOwn.has(tid) || tid === ownTenant?.toLowerCase());
}
