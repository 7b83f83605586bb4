import { readFileSync } from 'node:fs';
import path from 'node:path';
import { settingsSchema } from '../../../bot/settings/coreSettings';
import type { JsonObject, JsonValue } from '../../../common/json';
import { packageRoot } from '../../../common/packageRoot';
import {
  buildTemplates,
  platformSettings,
  templateFiles,
  templateSettings,
  templatesFolder,
} from '../../../scripts/templates/buildTemplates';
import { checkTemplate, readDeployments } from '../../../scripts/templates/checkTemplates';
import { ExpressionError, evaluate, type Scope } from '../../../scripts/templates/expression';
import { isSecret, sourceOf, vaultName } from '../../../scripts/templates/templateSettings';
import { type WorkbookQuery, workbookQueries } from '../../../scripts/templates/workbook';

const settings = templateSettings();
const { existing } = buildTemplates(settings);
const deployments = readDeployments();

function evaluated(type: string): JsonObject[] {
  const production = deployments.find(({ name }) => name === 'existingResourceGroup.json, production');
  if (!production) throw new Error('no production deployment');
  const { resources } = checkTemplate(production.template, production.parameters, undefined);
  return resources.filter((resource) => resource['type'] === type);
}

function appSettings(type: string): Record<string, string> {
  const [site] = evaluated(type) as unknown as {
    properties: { siteConfig: { appSettings: { name: string; value: string }[] } };
  }[];
  return Object.fromEntries((site?.properties.siteConfig.appSettings ?? []).map(({ name, value }) => [name, value]));
}

describe('the templates', () => {
  it.each(Object.entries(templateFiles(settings)))('%s is what "npm run templates" makes', (name, text) => {
    expect(JSON.parse(readFileSync(path.join(templatesFolder, name), 'utf8'))).toEqual(JSON.parse(text));
  });

  it.each(deployments)('$name evaluates without a problem', ({ template, parameters }) => {
    expect(checkTemplate(template, parameters, undefined).problems).toEqual([]);
  });

  it('set every setting of the bot that has a place in Azure, and no other', () => {
    const expected = settings.map(({ name }) => name).filter((name) => sourceOf(name).kind !== 'none');
    const platform = Object.keys(platformSettings);
    expect(Object.keys(appSettings('Microsoft.Web/sites')).sort()).toEqual([...expected, ...platform].sort());
    expect(Object.keys(appSettings('Microsoft.Web/sites/slots')).sort()).toEqual([...expected, ...platform].sort());
  });

  it('give values that the bot takes', () => {
    const values = appSettings('Microsoft.Web/sites');
    const own = Object.fromEntries(
      Object.entries(values).filter(([name, value]) => name in settingsSchema.shape && value !== ''),
    );
    // References to the vault stand where the platform puts the secret.
    const given = {
      ...own,
      DATABASE_URL: 'postgresql://user:password@db:5432/switchboard',
      LINK_SIGNING_KEYS: 'k'.repeat(40),
      APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=00000000-0000-0000-0000-000000000000',
      OPERATOR_KEY: 'o'.repeat(40),
    };
    const read = settingsSchema.safeParse(given);
    expect(read.error?.issues ?? []).toEqual([]);
    expect(values['SWITCHBOARD_MODE']).toBe('production');
    expect(values['MicrosoftAppType']).toBe('UserAssignedMSI');
  });

  it('keep every secret in the vault', () => {
    const values = appSettings('Microsoft.Web/sites');
    const secrets = settings.map(({ name }) => name).filter((name) => ['secret', 'made'].includes(sourceOf(name).kind));
    expect(secrets).toEqual(
      expect.arrayContaining([
        'DATABASE_URL',
        'LINK_SIGNING_KEYS',
        'DIRECT_LINE_SECRET',
        'OPERATOR_KEY',
        'DYNAMICS_CLIENT_SECRET',
        'EIGHT_BY_EIGHT_API_KEY',
      ]),
    );
    for (const name of secrets)
      expect([name, values[name]]).toEqual([
        name,
        expect.stringMatching(/^$|^@Microsoft\.KeyVault\(VaultName=.+;SecretName=[a-z0-9-]+\)$/),
      ]);
    const parameters = existing['parameters'] as Record<string, { type: string }>;
    for (const name of secrets) if (parameters[name]) expect([name, parameters[name].type]).toEqual([name, 'securestring']);
    const inVault = evaluated('Microsoft.KeyVault/vaults/secrets').map((secret) => String(secret['name']).split('/')[1]);
    expect(
      secrets
        .filter((name) => values[name] !== '')
        .map(vaultName)
        .sort(),
    ).toEqual(inVault.sort());
  });

  it('take no setting for plain that sounds secret', () => {
    const plain = settings.map(({ name }) => name).filter((name) => sourceOf(name).kind === 'plain');
    expect(plain.filter((name) => /SECRET|PASSWORD|TOKEN|PRIVATE|KEYS?$/i.test(name) && isSecret(name))).toEqual([]);
  });

  it('run only the production slot on the shared state', () => {
    expect(appSettings('Microsoft.Web/sites')['STANDBY']).toBe('false');
    expect(appSettings('Microsoft.Web/sites/slots')['STANDBY']).toBe('true');
  });
});

describe('the workbook', () => {
  it('shows every query for Azure that needs nothing put in', () => {
    const [{ properties = {} } = {}] = evaluated('Microsoft.Insights/workbooks') as { properties?: JsonObject }[];
    const { items } = JSON.parse(String(properties['serializedData'])) as { items: { content: WorkbookQuery }[] };
    expect(items.map(({ content: { title, query } }) => ({ title, query }))).toEqual(workbookQueries());
    const file = readFileSync(path.join(packageRoot, 'docs', 'operations', 'azure.kql'), 'utf8');
    expect(items).toHaveLength((file.match(/^customMetrics$/gm) ?? []).length);
    expect(items.map(({ content }) => content.title).filter((title) => title === '')).toEqual([]);
  });
});

describe('the database', () => {
  const databaseIn = (network: string) => {
    const production = deployments.find(({ name }) => name === 'existingResourceGroup.json, production');
    if (!production) throw new Error('no production deployment');
    const parameters = { ...production.parameters, databaseNetwork: network };
    const { resources, problems } = checkTemplate(production.template, parameters, undefined);
    expect(problems).toEqual([]);
    const find = (type: string) => resources.filter((one) => one['type'] === type);
    const propertiesOf = (type: string) => find(type).map((one) => one['properties'] as JsonObject)[0] ?? {};
    return { find, propertiesOf };
  };
  const server = 'Microsoft.DBforPostgreSQL/flexibleServers';
  const network = 'Microsoft.Network/virtualNetworks';

  it('is in a network that only the web app is in', () => {
    const { find, propertiesOf } = databaseIn('private');
    expect(find(network)).toHaveLength(1);
    expect(find(`${server}/firewallRules`)).toEqual([]);
    expect(propertiesOf(server)['network']).toMatchObject({
      delegatedSubnetResourceId: expect.stringMatching(/\/subnets\/database$/),
      publicNetworkAccess: 'Disabled',
    });
    for (const type of ['Microsoft.Web/sites', 'Microsoft.Web/sites/slots'])
      expect(propertiesOf(type)['virtualNetworkSubnetId']).toMatch(/\/subnets\/app$/);
  });

  it('can have a public address instead', () => {
    const { find, propertiesOf } = databaseIn('public');
    expect(find(network)).toEqual([]);
    expect(find(`${server}/firewallRules`)).toHaveLength(1);
    expect(propertiesOf(server)['network']).toEqual({ publicNetworkAccess: 'Enabled' });
    expect(propertiesOf('Microsoft.Web/sites')['virtualNetworkSubnetId']).toBeNull();
  });
});

describe('a mistake is found', () => {
  const check = (change: (template: JsonObject) => void, parameters: JsonObject = {}) => {
    const production = deployments[2];
    if (!production) throw new Error('no deployment');
    const template = structuredClone(production.template);
    change(template);
    return checkTemplate(template, { ...production.parameters, ...parameters }, undefined).problems.join('\n');
  };
  const resource = (template: JsonObject, type: string) =>
    (template['resources'] as JsonObject[]).find((one) => one['type'] === type) ?? {};

  it.each<[string, (template: JsonObject) => void, RegExp]>([
    [
      'a variable that is not there',
      (template) => {
        resource(template, 'Microsoft.Web/serverfarms')['name'] = "[variables('plan')]";
      },
      /no variable plan/,
    ],
    [
      'a parameter that is not there',
      (template) => {
        resource(template, 'Microsoft.Web/serverfarms')['location'] = "[parameters('place')]";
      },
      /no parameter place/,
    ],
    [
      'a dependency on what is not there',
      (template) => {
        resource(template, 'Microsoft.Web/serverfarms')['dependsOn'] = ["[resourceId('Microsoft.Web/sites', 'other')]"];
      },
      /no Microsoft.Web\/sites named other/,
    ],
    [
      'a wrong number of names',
      (template) => {
        resource(template, 'Microsoft.Web/serverfarms')['dependsOn'] = ["[resourceId('Microsoft.Web/sites/slots', 'one')]"];
      },
      /takes 2 names/,
    ],
    [
      'a function that is not there',
      (template) => {
        resource(template, 'Microsoft.Web/serverfarms')['name'] = "[conkat('a')]";
      },
      /no function conkat/,
    ],
    [
      'a bracket too few',
      (template) => {
        resource(template, 'Microsoft.Web/serverfarms')['name'] = "[concat('a']";
      },
      /is missing|unexpected/,
    ],
    [
      'the same resource twice',
      (template) => {
        (template['resources'] as JsonValue[]).push(structuredClone(resource(template, 'Microsoft.Web/serverfarms')));
      },
      /there twice/,
    ],
    [
      'something spoken of that is not waited for',
      (template) => {
        resource(template, 'Microsoft.Web/sites')['dependsOn'] = [];
      },
      /Microsoft.Web\/sites .*does not wait for microsoft.web\/serverfarms/,
    ],
    [
      'two that wait for each other',
      (template) => {
        resource(template, 'Microsoft.Web/serverfarms')['dependsOn'] = [
          "[resourceId('Microsoft.Web/sites', variables('siteName'))]",
        ];
      },
      /Microsoft.Web\/serverfarms .*waits for itself/,
    ],
    [
      'a name that Azure does not take',
      (template) => {
        resource(template, 'Microsoft.KeyVault/vaults')['name'] = '8x8-vault';
      },
      /8x8-vault is no name/,
    ],
    [
      'more parameters than there may be',
      (template) => {
        for (let index = 0; index < 100; index += 1)
          (template['parameters'] as JsonObject)[`extra${index}`] = { type: 'string', defaultValue: '' };
      },
      /parameters are more than 256/,
    ],
  ])('%s', (_name, change, message) => {
    expect(check(change)).toMatch(message);
  });

  it.each<[string, JsonObject, RegExp]>([
    ['unknown', { DYNAMICS_ADDRESS: 'x' }, /no parameter DYNAMICS_ADDRESS/],
    ['of a wrong type', { minInstances: 'two' }, /minInstances: is no int/],
    ['not allowed', { planSku: 'F1' }, /planSku: may only be/],
    ['too small', { minInstances: 0 }, /minInstances: may not be 0/],
    ['no name of a vault', { name: '8x8-help' }, /is no name that Azure takes for Microsoft.KeyVault\/vaults/],
    ['no name of a database server', { name: 'Contoso' }, /is no name that Azure takes for Microsoft.DBforPostgreSQL/],
    ['too long', { name: 'a-name-that-is-much-too-long' }, /name: has 28 characters/],
  ])('a parameter that is %s', (_name, parameters, message) => {
    expect(check(() => undefined, parameters)).toMatch(message);
  });
});

describe('an expression', () => {
  const scope: Scope = { parameters: { name: 'bot', list: ['a'] }, variable: () => 'v', resources: new Set(['a.b/c d']) };
  it.each<[string, JsonValue]>([
    ['text', 'text'],
    ['[[not an expression]', '[not an expression]'],
    ["[concat(parameters('name'), '-', variables('x'))]", 'bot-v'],
    ["[if(empty(parameters('list')), 'none', parameters('list')[0])]", 'a'],
    ["[concat('it''s ', string(max(1, 3)))]", "it's 3"],
    ['[resourceGroup().location]', 'westeurope'],
    ["[reference('x').anything.at.all]", 'known-at-deployment'],
  ])('%s is %j', (text, value) => {
    expect(evaluate(text, scope)).toEqual(value);
  });

  it.each(["[concat('a')) ]", '[parameters(name)]', "['a' 'b']", '[resourceGroup().nothing]', '[#]'])('%s is refused', (text) => {
    expect(() => evaluate(text, scope)).toThrow(ExpressionError);
  });
});
