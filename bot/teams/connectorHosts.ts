/** Hosts of the Bot Framework's connector for Teams in Microsoft's clouds. `trafficmanager.net` is anybody's, so no suffixes. */
const hosts: ReadonlySet<string> = new Set([
  'smba.trafficmanager.net',
  'smba.infra.gcc.teams.microsoft.com',
  'smba.infra.gov.teams.microsoft.us',
  'smba.infra.dod.teams.microsoft.us',
  'smba.infra.teams.azure.cn',
]);

/**
 * Whether an address is an attachment at a connector that may see the bot's token. The token opens everything the bot may do,
 * so it goes to no host a message merely names.
 */
export function takesBotToken(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, pathname, username } = new URL(url);
  return (
    protocol === 'https:' &&
    hosts.has(hostname) &&
    port === '' &&
    username === '' &&
    /\/v3\/attachments\/[^/]+\/views\/[^/]+$/.test(pathname)
  );
}
