import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { templatesFolder } from './buildTemplates';
import { DeploymentOrder } from './deploymentOrder';
import { ExpressionError, evaluate, type Scope } from './expression';
import { findNameProblem } from './resourceNames';
import { ResourceSchemas, withoutSchema } from './resourceSchemas';

/** What a template comes to with certain parameters, and what is wrong with it. */
export interface CheckedTemplate {
  resources: JsonObject[];
  problems: string[];
}

/** What Azure Resource Manager takes at most of each in one template. */
const limits: Readonly<Record<string, number>> = { parameters: 256, variables: 256, resources: 800, outputs: 64 };

/**
 * Evaluates every expression of a template with the given parameters and checks each resource: its name against Azure's rules, its
 * members against the published schema of its kind (members that no schema knows are problems too), and that it waits for what it
 * speaks of.
 */
export function checkTemplate(template: JsonObject, given: JsonObject, schemas: ResourceSchemas | undefined): CheckedTemplate {
  const problems: string[] = [];
  const report = (where: string, error: unknown) => {
    if (!(error instanceof ExpressionError)) throw error;
    problems.push(`${where}: ${error.message}`);
  };
  const declared = (template['parameters'] ?? {}) as Record<string, JsonObject>;
  for (const name of Object.keys(given)) if (!declared[name]) problems.push(`there is no parameter ${name}`);
  for (const [part, most] of Object.entries(limits)) {
    const has = Object.keys((template[part] ?? {}) as JsonObject).length;
    if (has > most) problems.push(`${has} ${part} are more than ${most}`);
  }
  const scope = scopeOf(template, parametersOf(declared, given, report));
  const order = new DeploymentOrder();
  const resources: JsonObject[] = [];
  const seen = new Set<string>();
  for (const resource of (template['resources'] ?? []) as JsonObject[]) {
    const where = `${resource['type']} ${resource['name']}`;
    try {
      if (resource['condition'] !== undefined && evaluateAll(resource['condition'], scope) !== true) continue;
      const isNested = resource['type'] === 'Microsoft.Resources/deployments';
      const { properties, dependsOn = [], ...rest } = resource;
      const [waits, waitsFor] = listening(scope, () => evaluateAll(dependsOn, scope));
      const [own, speaksOf] = listening(
        scope,
        () => evaluateAll(isNested || properties === undefined ? rest : { ...rest, properties }, scope) as JsonObject,
      );
      const evaluated: JsonObject = { ...own, dependsOn: waits };
      const type = String(evaluated['type']);
      const name = String(evaluated['name']);
      order.add({ where, key: `${type} ${name}`.toLowerCase(), waitsFor, speaksOf });
      // One name may stand for extensions of several resources.
      const key = `${type} ${name} ${evaluated['scope'] ?? ''}`.trim();
      if (seen.has(key)) problems.push(`${key} is there twice`);
      seen.add(key);
      const nameProblem = findNameProblem(type, name);
      if (nameProblem !== undefined) problems.push(`${where}: ${nameProblem}`);
      if (isNested) problems.push(...nested(properties as JsonObject, scope, schemas));
      resources.push(evaluated);
      const found = schemas?.check(evaluated);
      if (schemas && found === undefined && !withoutSchema.has(String(evaluated['type']))) {
        problems.push(`${where}: no schema knows this kind in version ${evaluated['apiVersion']}`);
      }
      problems.push(...(found ?? []).map((problem) => `${where}: ${problem}`));
    } catch (error) {
      report(where, error);
    }
  }
  for (const [name, output] of Object.entries((template['outputs'] ?? {}) as Record<string, JsonObject>)) {
    try {
      evaluateAll(output['value'] ?? '', scope);
    } catch (error) {
      report(`output ${name}`, error);
    }
  }
  return { resources, problems: [...problems, ...order.problems()] };
}

/** The result of the work, and the resources of the template that were named meanwhile. */
function listening<T>(scope: Scope, work: () => T): [T, ReadonlySet<string>] {
  const heard = new Set<string>();
  scope.mention = (resource) => heard.add(resource);
  const result = work();
  delete scope.mention;
  return [result, heard];
}

function nested(properties: JsonObject, scope: Scope, schemas: ResourceSchemas | undefined): string[] {
  const passed = evaluateAll(properties['parameters'] ?? {}, scope) as Record<string, JsonObject>;
  const values = Object.fromEntries(Object.entries(passed).map(([name, { value }]) => [name, value as JsonValue]));
  return checkTemplate(properties['template'] as JsonObject, values, schemas).problems;
}

function parametersOf(
  declared: Record<string, JsonObject>,
  given: JsonObject,
  report: (where: string, error: unknown) => void,
): JsonObject {
  const values: JsonObject = {};
  const scope: Scope = { parameters: values, variable: () => '', resources: new Set() };
  for (const [name, { type, defaultValue, allowedValues, minLength, maxLength, minValue, maxValue }] of Object.entries(
    declared,
  )) {
    try {
      const raw = given[name] ?? defaultValue;
      if (raw === undefined) throw new ExpressionError('is needed and not given');
      const value = given[name] === undefined ? evaluateAll(raw, scope) : raw;
      values[name] = value;
      if (!fits(value, String(type))) throw new ExpressionError(`is no ${type}`);
      if (Array.isArray(allowedValues) && !allowedValues.includes(value))
        throw new ExpressionError(`may only be ${allowedValues.join(', ')}`);
      if (
        typeof value === 'string' &&
        (value.length < Number(minLength ?? 0) || value.length > Number(maxLength ?? Number.POSITIVE_INFINITY))
      ) {
        throw new ExpressionError(`has ${value.length} characters`);
      }
      if (
        typeof value === 'number' &&
        (value < Number(minValue ?? Number.NEGATIVE_INFINITY) || value > Number(maxValue ?? Number.POSITIVE_INFINITY))
      ) {
        throw new ExpressionError(`may not be ${value}`);
      }
    } catch (error) {
      report(`parameter ${name}`, error);
    }
  }
  return values;
}

function fits(value: JsonValue, type: string): boolean {
  if (type === 'string' || type === 'securestring') return typeof value === 'string';
  if (type === 'int') return Number.isInteger(value);
  if (type === 'bool') return typeof value === 'boolean';
  return type === 'array' ? Array.isArray(value) : isJsonObject(value);
}

function scopeOf(template: JsonObject, parameters: JsonObject): Scope {
  const variables = (template['variables'] ?? {}) as JsonObject;
  const resources = new Set<string>();
  const scope: Scope = {
    parameters,
    resources,
    variable(name) {
      if (variables[name] === undefined) throw new ExpressionError(`there is no variable ${name}`);
      return evaluateAll(variables[name], scope);
    },
  };
  for (const { type, name } of (template['resources'] ?? []) as JsonObject[]) {
    const known = evaluated(String(name), scope);
    if (known !== undefined) resources.add(`${type} ${known}`.toLowerCase());
  }
  return scope;
}

/** A name that cannot be evaluated is reported where the resource itself is checked. */
function evaluated(name: string, scope: Scope): JsonValue | undefined {
  try {
    return evaluate(name, scope);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

function evaluateAll(value: JsonValue, scope: Scope): JsonValue {
  if (typeof value === 'string') return evaluate(value, scope);
  if (Array.isArray(value)) return value.map((item) => evaluateAll(item, scope));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [String(evaluate(key, scope)), evaluateAll(item, scope)]));
}

/** Every template with every file of parameters that is meant for it. */
export function readDeployments(): { name: string; template: JsonObject; parameters: JsonObject }[] {
  const read = (name: string) => JSON.parse(readFileSync(path.join(templatesFolder, name), 'utf8')) as JsonObject;
  return ['test', 'production'].flatMap((environment) => {
    const file = read(`parameters.${environment}.json`)['parameters'] as Record<string, { value?: JsonValue }>;
    const parameters = Object.fromEntries(Object.entries(file).map(([name, { value }]) => [name, value ?? 'from-a-vault-0000']));
    return [
      { name: `existingResourceGroup.json, ${environment}`, template: read('existingResourceGroup.json'), parameters },
      {
        name: `newResourceGroup.json, ${environment}`,
        template: read('newResourceGroup.json'),
        parameters: { ...parameters, resourceGroup: 'switchboard' },
      },
    ];
  });
}

function main(folder: string | undefined): number {
  if (folder === undefined) {
    console.error('Name the folder with the schemas of Azure’s resource providers.');
    return 1;
  }
  const schemas = new ResourceSchemas(folder);
  let faulty = 0;
  for (const { name, template, parameters } of readDeployments()) {
    const { resources, problems } = checkTemplate(template, parameters, schemas);
    console.log(`${name}: ${resources.length} resources, ${problems.length} problems`);
    for (const problem of problems) console.error(`  ${problem}`);
    faulty += problems.length;
  }
  return faulty === 0 ? 0 : 1;
}

if (require.main === module) process.exitCode = main(process.argv[2]);
