/** How a setting of the bot gets its value in Azure. */
export type Source =
  /** The template knows it; no parameter. */
  | { kind: 'fixed'; value: string }
  /** The template makes it and keeps it in the vault; no parameter. */
  | { kind: 'made'; value: string }
  /** A parameter of the same name; its value goes to the vault. */
  | { kind: 'secret' }
  /** A parameter of the same name; the template's own value when it is left out, else the bot's. */
  | { kind: 'plain'; standard?: string }
  /** Not set in Azure. */
  | { kind: 'none'; because: string };

const identity =
  "reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', variables('identityName')), '2023-01-31')";
const directLine = "resourceId('Microsoft.BotService/botServices/channels', parameters('name'), 'DirectLineChannel')";

/** Settings that the template does not simply pass on. */
const special: Record<string, Source> = {
  SWITCHBOARD_MODE: { kind: 'fixed', value: 'production' },
  NODE_ENV: { kind: 'fixed', value: 'production' },
  PUBLIC_URL: { kind: 'plain' },
  MicrosoftAppType: { kind: 'fixed', value: 'UserAssignedMSI' },
  MicrosoftAppId: { kind: 'fixed', value: `[${identity}.clientId]` },
  MicrosoftAppTenantId: { kind: 'fixed', value: '[subscription().tenantId]' },
  DATABASE_URL: {
    kind: 'made',
    value:
      "[concat('postgresql://', variables('databaseUser'), ':', parameters('databasePassword'), '@', reference(resourceId('Microsoft.DBforPostgreSQL/flexibleServers', variables('databaseServerName')), '2024-08-01').fullyQualifiedDomainName, ':5432/', variables('databaseName'))]",
  },
  DATABASE_TLS: { kind: 'fixed', value: 'true' },
  DIRECT_LINE_SECRET: {
    kind: 'made',
    value: `[listChannelWithKeys(${directLine}, '2022-09-15').properties.properties.sites[0].key]`,
  },
  APPLICATIONINSIGHTS_CONNECTION_STRING: {
    kind: 'fixed',
    value: "[reference(resourceId('Microsoft.Insights/components', variables('insightsName')), '2020-02-02').ConnectionString]",
  },
  WEB_ORIGINS: { kind: 'fixed', value: "[join(parameters('trustedOrigins'), ',')]" },
  // App Service's own front end; with a gateway before it an operator says 2.
  TRUSTED_PROXIES: { kind: 'plain', standard: '1' },
  // The package is read-only, this folder is not, and all instances share it.
  KNOWLEDGE_MODEL_FILE: { kind: 'fixed', value: '/home/data/article-ranking.bin' },
  STANDBY: { kind: 'fixed', value: 'false' },
  PORT: { kind: 'none', because: 'App Service sets it' },
  HOST: { kind: 'none', because: 'production listens on all addresses' },
  MicrosoftAppPassword: { kind: 'none', because: 'the managed identity needs none' },
  SQLITE_FILE: { kind: 'none', because: 'the state is in PostgreSQL' },
  DATABASE_CA_FILE: { kind: 'none', because: 'Node trusts the authority of Azure’s PostgreSQL' },
};

/** Where the value of a setting comes from. */
export function sourceOf(setting: string): Source {
  const own = special[setting];
  if (own) return own;
  if (setting.startsWith('SANDBOX_')) return { kind: 'none', because: 'there is no sandbox in production' };
  return { kind: isSecret(setting) ? 'secret' : 'plain' };
}

/** Secrets are told by their names, so that no new one is forgotten; a name that only sounds like one does no harm in the vault. */
export function isSecret(setting: string): boolean {
  return (
    /(SECRET|PASSWORD|TOKEN|PASSPHRASE|CREDENTIALS?)S?(_|$)|CERTIFICATE$|_KEYS?(_SECRET)?$|KEYS$/i.test(setting) &&
    !/_(URL|ID|FILE|SECONDS|NAME)$/.test(setting)
  );
}

/** A vault takes letters, digits and hyphens. */
export function vaultName(setting: string): string {
  return setting.toLowerCase().replaceAll('_', '-');
}
