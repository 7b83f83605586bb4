const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What Azure takes for a name, by kind of resource; for a child, its own part. After Microsoft's rules for resource names. */
const rules: Readonly<Record<string, RegExp>> = {
  'Microsoft.Authorization/roleAssignments': guid,
  'Microsoft.BotService/botServices': /^[A-Za-z0-9][A-Za-z0-9_.-]{1,63}$/,
  'Microsoft.BotService/botServices/channels': /^[A-Za-z]+Channel$/,
  'Microsoft.DBforPostgreSQL/flexibleServers': /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  'Microsoft.DBforPostgreSQL/flexibleServers/databases': /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/,
  'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules': /^[A-Za-z0-9_-]{1,128}$/,
  'Microsoft.Insights/actionGroups': /^[^:<>+/&%\\?|]{1,259}[^:<>+/&%\\?| .]$/,
  'Microsoft.Insights/autoscalesettings': /^[^:<>+/&%\\?|]{1,259}[^:<>+/&%\\?| .]$/,
  'Microsoft.Insights/components': /^[^%&\\?/]{1,259}[^%&\\?/ .]$/,
  'Microsoft.Insights/diagnosticSettings': /^[^*<>%:&\\?+/]{1,260}$/,
  'Microsoft.Insights/metricAlerts': /^[^*#&+:<>?@%{}\\/]{1,259}[^*#&+:<>?@%{}\\/ .]$/,
  'Microsoft.Insights/scheduledQueryRules': /^[^*<>%{}&:\\?/#]{1,259}[^*<>%{}&:\\?/# .]$/,
  'Microsoft.Insights/webtests': /^[A-Za-z0-9-]{1,260}$/,
  'Microsoft.Insights/workbooks': guid,
  'Microsoft.KeyVault/vaults': /^(?=.{3,24}$)(?!.*--)[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/,
  'Microsoft.KeyVault/vaults/secrets': /^[A-Za-z0-9-]{1,127}$/,
  'Microsoft.ManagedIdentity/userAssignedIdentities': /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/,
  'Microsoft.Network/privateDnsZones': /^[a-z0-9-]{1,63}\.private\.postgres\.database\.azure\.com$/,
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': /^[A-Za-z0-9][A-Za-z0-9_.-]{0,78}[A-Za-z0-9_]$/,
  'Microsoft.Network/virtualNetworks': /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}[A-Za-z0-9_]$/,
  'Microsoft.OperationalInsights/workspaces': /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
  'Microsoft.Resources/deployments': /^[A-Za-z0-9_.()-]{1,64}$/,
  'Microsoft.Resources/resourceGroups': /^[\w.()-]{0,89}[\w()-]$/,
  'Microsoft.Web/serverfarms': /^[A-Za-z0-9-]{1,40}$/,
  'Microsoft.Web/sites': /^[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]$/,
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': /^(ftp|scm)$/,
  'Microsoft.Web/sites/config': /^slotConfigNames$/,
  'Microsoft.Web/sites/slots': /^[A-Za-z0-9][A-Za-z0-9-]{0,57}[A-Za-z0-9]$/,
  'Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies': /^(ftp|scm)$/,
};

/** What Azure would say against a resource's name; undefined when nothing. */
export function findNameProblem(type: string, name: string): string | undefined {
  const rule = rules[type];
  if (!rule) return `there is no rule for names of ${type}`;
  const parts = name.split('/');
  const ownParts = type.split('/').length - 1;
  if (parts.length !== ownParts) return `${name} has ${parts.length} parts and not ${ownParts}`;
  return rule.test(parts.at(-1) ?? '') ? undefined : `${name} is no name that Azure takes for ${type}`;
}
