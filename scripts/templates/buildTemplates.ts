import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import type { JsonObject, JsonValue } from '../../common/json';
import { packageRoot } from '../../common/packageRoot';
import { defaultOf, findGroups } from '../envExample';
import { logAlertResources } from './logAlerts';
import { sourceOf, vaultName } from './templateSettings';
import { workbookResource } from './workbook';

/** A setting of the bot, as the template needs it. */
export interface TemplateSetting {
  name: string;
  description: string;
  /** What the bot takes when it is left out. */
  standard: string;
}

export const templatesFolder = path.join(packageRoot, 'deploymentTemplates');

/** Settings of App Service itself. */
export const platformSettings: Readonly<Record<string, string>> = {
  WEBSITE_RUN_FROM_PACKAGE: '1',
  SCM_DO_BUILD_DURING_DEPLOYMENT: 'false',
  WEBSITE_HEALTHCHECK_MAXPINGFAILURES: '3',
  // Seconds to finish turns and hand chats over: more than SHUTDOWN_TIMEOUT_SECONDS may be. The platform's own 5 are few for that.
  WEBSITES_CONTAINER_STOP_TIME_LIMIT: '75',
};

const vaultId = "resourceId('Microsoft.KeyVault/vaults', variables('vaultName'))";

/** All settings of the bot, of every outside system. */
export function templateSettings(): TemplateSetting[] {
  return findGroups().flatMap(({ schema }) =>
    Object.entries(schema.shape).map(([name, type]) => ({
      name,
      description: (type as z.ZodType).description ?? '',
      standard: defaultOf(type as z.ZodType),
    })),
  );
}

/** The template for a resource group that exists, and the one that makes its own. */
export function buildTemplates(settings: readonly TemplateSetting[]): { existing: JsonObject; fresh: JsonObject } {
  const source = JSON.parse(readFileSync(path.join(templatesFolder, 'source', 'template.json'), 'utf8')) as JsonObject;
  const existing: JsonObject = {
    ...source,
    parameters: { ...(source['parameters'] as JsonObject), ...parametersFor(settings) },
    resources: [
      ...secretsFor(settings),
      ...(source['resources'] as JsonValue[]).flatMap((resource) => {
        if (resource === '{{logAlerts}}') return logAlertResources();
        return [resource === '{{workbook}}' ? workbookResource() : fill(resource, settings)];
      }),
    ],
  };
  return { existing, fresh: inNewGroup(existing) };
}

function parametersFor(settings: readonly TemplateSetting[]): JsonObject {
  const entries = settings.flatMap(({ name, description, standard }) => {
    const source = sourceOf(name);
    if (source.kind !== 'secret' && source.kind !== 'plain') return [];
    const own = source.kind === 'plain' ? (source.standard ?? '') : '';
    const left = own !== '' || standard === '' ? '' : ` Left out: ${standard}.`;
    const metadata = { description: `${description}${left}` };
    return [[name, { type: source.kind === 'secret' ? 'securestring' : 'string', defaultValue: own, metadata }] as const];
  });
  return Object.fromEntries(entries);
}

/** One secret of the vault for each setting that is one; those given empty are left alone. */
function secretsFor(settings: readonly TemplateSetting[]): JsonObject[] {
  return settings.flatMap(({ name }) => {
    const source = sourceOf(name);
    if (source.kind !== 'secret' && source.kind !== 'made') return [];
    const isGiven: JsonObject = source.kind === 'secret' ? { condition: `[not(empty(parameters('${name}')))]` } : {};
    const needs = source.kind === 'made' ? madeFrom(name) : [];
    return [
      {
        ...isGiven,
        type: 'Microsoft.KeyVault/vaults/secrets',
        apiVersion: '2024-11-01',
        name: `[concat(variables('vaultName'), '/${vaultName(name)}')]`,
        dependsOn: [`[${vaultId}]`, ...needs],
        properties: { value: source.kind === 'made' ? source.value : `[parameters('${name}')]` },
      },
    ];
  });
}

function madeFrom(name: string): string[] {
  return name === 'DATABASE_URL'
    ? ["[resourceId('Microsoft.DBforPostgreSQL/flexibleServers', variables('databaseServerName'))]"]
    : ["[resourceId('Microsoft.BotService/botServices/channels', parameters('name'), 'DirectLineChannel')]"];
}

function fill(value: JsonValue, settings: readonly TemplateSetting[]): JsonValue {
  if (value === '{{siteConfig}}') return siteConfig(settings, false);
  if (value === '{{slotConfig}}') return siteConfig(settings, true);
  if (value === '{{siteDependencies}}') return siteDependencies(settings);
  if (Array.isArray(value)) return value.map((item) => fill(item, settings));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member as JsonValue, settings)]));
}

function siteConfig(settings: readonly TemplateSetting[], isStandby: boolean): JsonObject {
  const appSettings = settings.flatMap(({ name }) => {
    const value = name === 'STANDBY' ? String(isStandby) : appSetting(name);
    return value === undefined ? [] : [{ name, value }];
  });
  return {
    linuxFxVersion: 'NODE|24-lts',
    appCommandLine: 'node dist/bot/index.js',
    alwaysOn: true,
    http20Enabled: true,
    minTlsVersion: '1.2',
    scmMinTlsVersion: '1.2',
    ftpsState: 'Disabled',
    webSocketsEnabled: false,
    healthCheckPath: '/healthz',
    // What the process writes, for `az webapp log tail`; the workspace keeps it longer.
    httpLoggingEnabled: true,
    logsDirectorySizeLimit: 35,
    appSettings: [...appSettings, ...Object.entries(platformSettings).map(([name, value]) => ({ name, value }))],
  };
}

function appSetting(name: string): string | undefined {
  const source = sourceOf(name);
  const reference = `concat(variables('vaultReference'), '${vaultName(name)})')`;
  switch (source.kind) {
    case 'none':
      return undefined;
    case 'fixed':
      return source.value;
    case 'made':
      return `[${reference}]`;
    case 'secret':
      return `[if(empty(parameters('${name}')), '', ${reference})]`;
    case 'plain':
      return name === 'PUBLIC_URL' ? "[variables('publicUrl')]" : `[parameters('${name}')]`;
  }
}

/** The site starts when its secrets can be read: a reference that fails is not tried again for a day. */
function siteDependencies(settings: readonly TemplateSetting[]): string[] {
  const secrets = settings.flatMap(({ name }) => {
    const { kind } = sourceOf(name);
    const id = `[resourceId('Microsoft.KeyVault/vaults/secrets', variables('vaultName'), '${vaultName(name)}')]`;
    return kind === 'secret' || kind === 'made' ? [id] : [];
  });
  return [
    "[resourceId('Microsoft.Web/serverfarms', variables('planName'))]",
    "[resourceId('Microsoft.Insights/components', variables('insightsName'))]",
    "[resourceId('Microsoft.DBforPostgreSQL/flexibleServers/databases', variables('databaseServerName'), variables('databaseName'))]",
    "[resourceId('Microsoft.DBforPostgreSQL/flexibleServers/firewallRules', variables('databaseServerName'), 'azure-services')]",
    `[extensionResourceId(${vaultId}, 'Microsoft.Authorization/roleAssignments', guid(${vaultId}, variables('identityName'), variables('secretsUserRole')))]`,
    ...secrets,
  ];
}

/** The same inside a deployment to a subscription, which makes the resource group first. */
function inNewGroup(existing: JsonObject): JsonObject {
  const own = existing['parameters'] as Record<string, JsonObject>;
  const { location: _location, ...parameters } = own;
  const passedOn = Object.fromEntries(Object.keys(own).map((name) => [name, { value: `[parameters('${name}')]` }]));
  const displayName = { ...own['displayName'], defaultValue: "[parameters('name')]" };
  const groupId = "subscriptionResourceId('Microsoft.Resources/resourceGroups', parameters('resourceGroup'))";
  return {
    $schema: 'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    metadata: {
      description: 'Switchboard in a resource group of its own. Made by `npm run templates`; change source/template.json.',
    },
    parameters: {
      resourceGroup: { type: 'string', metadata: { description: 'Name of the resource group to make.' } },
      location: { type: 'string', defaultValue: '[deployment().location]', metadata: { description: 'Region of everything.' } },
      ...parameters,
      displayName,
    },
    resources: [
      {
        type: 'Microsoft.Resources/resourceGroups',
        apiVersion: '2024-03-01',
        name: "[parameters('resourceGroup')]",
        location: "[parameters('location')]",
      },
      {
        type: 'Microsoft.Resources/deployments',
        apiVersion: '2024-03-01',
        name: 'switchboard',
        resourceGroup: "[parameters('resourceGroup')]",
        dependsOn: [`[${groupId}]`],
        properties: {
          mode: 'Incremental',
          expressionEvaluationOptions: { scope: 'inner' },
          parameters: passedOn,
          template: existing,
        },
      },
    ],
    outputs: {
      customerPage: { type: 'string', value: "[reference('switchboard').outputs.customerPage.value]" },
      webhookAddress: { type: 'string', value: "[reference('switchboard').outputs.webhookAddress.value]" },
      appId: { type: 'string', value: "[reference('switchboard').outputs.appId.value]" },
    },
  };
}

/** File name → text. */
export function templateFiles(settings: readonly TemplateSetting[]): Record<string, string> {
  const { existing, fresh } = buildTemplates(settings);
  return {
    'existingResourceGroup.json': `${JSON.stringify(existing, null, 2)}\n`,
    'newResourceGroup.json': `${JSON.stringify(fresh, null, 2)}\n`,
  };
}

if (require.main === module) {
  for (const [name, text] of Object.entries(templateFiles(templateSettings()))) {
    writeFileSync(path.join(templatesFolder, name), text);
  }
}
