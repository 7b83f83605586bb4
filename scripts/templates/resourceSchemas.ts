import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';

type Definitions = Record<string, JsonObject>;

/**
 * Kinds of resources that have no published schema beside the others. The checker says so instead of passing them silently.
 */
export const withoutSchema = new Set([
  'Microsoft.Insights/components',
  'Microsoft.Insights/diagnosticSettings',
  'Microsoft.Insights/webtests',
  'Microsoft.Insights/workbooks',
  'Microsoft.Network/privateDnsZones',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
  'Microsoft.Network/virtualNetworks',
  'Microsoft.Resources/resourceGroups',
  'Microsoft.Resources/deployments',
]);

/** The schemas of Azure's resource providers, from a folder of their published files. */
export class ResourceSchemas {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
  private readonly files = new Map<string, JsonObject>();
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(folder: string) {
    const place = existsSync(path.join(folder, 'arm')) ? path.join(folder, 'arm') : folder;
    for (const name of readdirSync(place).filter((file) => file.endsWith('.json'))) {
      const { id, $schema: _draft, ...schema } = JSON.parse(readFileSync(path.join(place, name), 'utf8')) as JsonObject;
      const address = String(id).replace(/#$/, '');
      this.files.set(address, repair(schema) as JsonObject);
      this.ajv.addSchema(this.files.get(address) ?? {}, address);
    }
    if (this.files.size === 0) throw new Error(`no schema in ${place}`);
  }

  /** What is wrong with a resource whose expressions are evaluated; undefined when there is no schema for it. */
  check(resource: JsonObject): string[] | undefined {
    const found = this.find(String(resource['type']), String(resource['apiVersion']));
    if (!found) return undefined;
    const validate = this.validator(found.address, found.key);
    // Some schemas ask for the whole name of a child, some for its last part, as in a nested resource.
    const names = [String(resource['name']), String(resource['name']).split('/').at(-1) ?? ''];
    const tries = names.map((name) => (validate({ ...resource, name }) ? [] : (validate.errors ?? []).filter(isTelling)));
    const fewest = tries.sort((one, other) => one.length - other.length)[0] ?? [];
    const errors = fewest.map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
    return [
      ...new Set([
        ...errors.slice(0, 6),
        ...this.unknownNames(resource, { $ref: `${found.address}#/resourceDefinitions/${found.key}` }),
      ]),
    ];
  }

  private find(type: string, version: string): { address: string; key: string } | undefined {
    for (const [address, file] of this.files) {
      for (const [key, definition] of Object.entries((file['resourceDefinitions'] ?? {}) as Definitions)) {
        const properties = definition['properties'] as Record<string, { enum?: string[] }> | undefined;
        if (properties?.['type']?.enum?.includes(type) && properties['apiVersion']?.enum?.includes(version))
          return { address, key };
      }
    }
    return undefined;
  }

  private validator(address: string, key: string): ValidateFunction {
    const reference = `${address}#/resourceDefinitions/${key}`;
    let validate = this.compiled.get(reference);
    if (!validate) {
      validate = this.ajv.compile({ $ref: reference });
      this.compiled.set(reference, validate);
    }
    return validate;
  }

  /** Names that no branch of the schema knows. The published schemas let nearly all of them pass. */
  private unknownNames(value: JsonValue, schema: JsonObject, at = ''): string[] {
    const branches = this.branches(schema, '');
    if (Array.isArray(value)) {
      const items = branches.flatMap(({ schema: branch, address }) =>
        isJsonObject(branch['items']) ? [{ ...branch['items'], $from: address }] : [],
      );
      return items.length === 0
        ? []
        : value.flatMap((item, index) => this.unknownNames(item, { anyOf: items }, `${at}/${index}`));
    }
    if (!isJsonObject(value)) return [];
    const known = branches.flatMap(({ schema: branch, address }) =>
      Object.entries((branch['properties'] ?? {}) as Definitions).map(
        ([name, member]) => [name, { ...member, $from: address }] as const,
      ),
    );
    const isOpen = branches.some(
      ({ schema: branch }) => isJsonObject(branch['additionalProperties']) || branch['additionalProperties'] === true,
    );
    if (known.length === 0 || isOpen) return [];
    const common =
      at === ''
        ? [
            'type',
            'apiVersion',
            'name',
            'dependsOn',
            'condition',
            'scope',
            'comments',
            'tags',
            'location',
            'identity',
            'kind',
            'sku',
            'properties',
          ]
        : [];
    return Object.entries(value).flatMap(([name, item]) => {
      const fitting = known.filter(([candidate]) => candidate === name).map(([, member]) => member);
      if (fitting.length === 0) return common.includes(name) ? [] : [`${at}/${name} is not known`];
      return this.unknownNames(item, { anyOf: fitting }, `${at}/${name}`);
    });
  }

  /** A schema and all it is put together from, with references resolved. */
  private branches(schema: JsonObject, address: string, depth = 0): { schema: JsonObject; address: string }[] {
    if (depth > 12) return [];
    const from = typeof schema['$from'] === 'string' ? schema['$from'] : address;
    const reference = schema['$ref'];
    if (typeof reference === 'string') {
      const [file = '', pointer = ''] = reference.split('#');
      const target = file === '' ? from : file;
      const found = pointer
        .split('/')
        .filter(Boolean)
        .reduce<JsonValue | undefined>(
          (node, key) => (isJsonObject(node) ? node[decodeURIComponent(key)] : undefined),
          this.files.get(target),
        );
      return isJsonObject(found) ? this.branches(found, target, depth + 1) : [];
    }
    const parts = ['oneOf', 'anyOf', 'allOf'].flatMap((key) => (Array.isArray(schema[key]) ? (schema[key] as JsonObject[]) : []));
    return [{ schema, address: from }, ...parts.flatMap((part) => this.branches(part, from, depth + 1))];
  }
}

/** The base of a union often forbids, or limits, all names but its own, and so rejects every member of the union. */
function repair(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(repair);
  if (!isJsonObject(value)) return value;
  const repaired: JsonObject = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, repair(member)]));
  if (Array.isArray(repaired['oneOf'])) delete repaired['additionalProperties'];
  const parts = repaired['allOf'];
  if (Array.isArray(parts) && parts.some((part) => isJsonObject(part) && Array.isArray(part['oneOf']))) {
    for (const part of parts) if (isJsonObject(part) && !part['oneOf']) delete part['additionalProperties'];
  }
  return repaired;
}

/** That a value fits none of the alternatives is told better by what is wrong with the nearest. */
function isTelling(error: { keyword: string; schemaPath: string }): boolean {
  return !['oneOf', 'anyOf', 'if'].includes(error.keyword) && !error.schemaPath.includes('definitions/expression');
}
