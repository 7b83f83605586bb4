import type { JsonObject, JsonValue } from '../../common/json';

/** A template expression that cannot be read or names something that does not exist. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/** What functions of a template can ask for. */
export interface Scope {
  parameters: JsonObject;
  /** Called by name; variables may use each other. */
  variable(name: string): JsonValue;
  /** `type/name` of every resource of the template, so that a reference to one that does not exist is found. */
  resources: ReadonlySet<string>;
  /** Hears of each of them that an expression names. */
  mention?(resource: string): void;
}

type Token = { kind: 'text' | 'number' | 'name' | 'sign'; text: string };

const subscription = '/subscriptions/00000000-0000-0000-0000-000000000000';
const group = `${subscription}/resourceGroups/group`;

/** The value of a text: itself, or what its expression comes to. Throws `ExpressionError`. */
export function evaluate(text: string, scope: Scope): JsonValue {
  if (!text.startsWith('[') || !text.endsWith(']')) return text;
  if (text.startsWith('[[')) return text.slice(1);
  const tokens = tokenize(text.slice(1, -1));
  const parser = new Parser(tokens, scope);
  const value = parser.read();
  if (!parser.isAtEnd()) throw new ExpressionError(`something is left over at the end of ${text}`);
  return value;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:'((?:[^']|'')*)'|(-?\d+)|([A-Za-z_]\w*)|([()[\],.]))/y;
  while (pattern.lastIndex < text.trimEnd().length) {
    const match = pattern.exec(text);
    if (!match) throw new ExpressionError(`cannot be read: ${text}`);
    if (match[1] !== undefined) tokens.push({ kind: 'text', text: match[1].replaceAll("''", "'") });
    else if (match[2] !== undefined) tokens.push({ kind: 'number', text: match[2] });
    else if (match[3] !== undefined) tokens.push({ kind: 'name', text: match[3] });
    else tokens.push({ kind: 'sign', text: match[4] ?? '' });
  }
  return tokens;
}

class Parser {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly scope: Scope,
  ) {}

  isAtEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  read(): JsonValue {
    let value = this.readFirst();
    for (;;) {
      if (this.take('.')) value = member(value, this.next('name').text);
      else if (this.take('[')) {
        const index = this.read();
        this.expect(']');
        value = member(value, index as string | number);
      } else return value;
    }
  }

  private readFirst(): JsonValue {
    const token = this.tokens[this.at++];
    if (token?.kind === 'text') return token.text;
    if (token?.kind === 'number') return Number(token.text);
    if (token?.kind !== 'name') throw new ExpressionError(`unexpected ${token?.text ?? 'end'}`);
    this.expect('(');
    const values: JsonValue[] = [];
    while (!this.take(')')) {
      if (values.length > 0) this.expect(',');
      const isUntaken = token.text === 'if' && values.length > 0 && Boolean(values[0]) === values.length > 1;
      values.push(isUntaken ? this.readUntaken() : this.read());
    }
    return call(token.text, values, this.scope);
  }

  /** Azure evaluates only the branch of an `if` that is taken: what the other one names is not needed. */
  private readUntaken(): JsonValue {
    const { mention } = this.scope;
    delete this.scope.mention;
    const value = this.read();
    if (mention) this.scope.mention = mention;
    return value;
  }

  private next(kind: Token['kind']): Token {
    const token = this.tokens[this.at++];
    if (token?.kind !== kind) throw new ExpressionError(`a ${kind} is missing`);
    return token;
  }

  private take(sign: string): boolean {
    if (this.tokens[this.at]?.kind !== 'sign' || this.tokens[this.at]?.text !== sign) return false;
    this.at += 1;
    return true;
  }

  private expect(sign: string): void {
    if (!this.take(sign)) throw new ExpressionError(`"${sign}" is missing`);
  }
}

/** Stands for what only Azure knows: any member of it is text. */
const unknown = 'known-at-deployment';

function member(value: JsonValue, name: string | number): JsonValue {
  if (value === unknown) return unknown;
  const found = (value as Record<string | number, JsonValue> | null)?.[name];
  if (found === undefined) throw new ExpressionError(`there is no member ${name}`);
  return found;
}

function call(name: string, values: JsonValue[], scope: Scope): JsonValue {
  const text = (index: number) => String(values[index] ?? '');
  switch (name) {
    case 'parameters':
      return named(scope.parameters[text(0)], 'parameter', text(0));
    case 'variables':
      return scope.variable(text(0));
    case 'concat':
      return Array.isArray(values[0]) ? values.flat() : values.join('');
    case 'join':
      return Array.isArray(values[0]) ? values[0].join(text(1)) : unknown;
    case 'if':
      return (values[0] ? values[1] : values[2]) ?? null;
    case 'empty':
      return values[0] === '' || (Array.isArray(values[0]) && values[0].length === 0);
    case 'not':
      return !values[0];
    case 'equals':
      return values[0] === values[1];
    case 'string':
      return text(0);
    case 'max':
      return Math.max(...values.map(Number));
    case 'take':
      return text(0).slice(0, Number(values[1]));
    case 'replace':
      return text(0).replaceAll(text(1), text(2));
    case 'toLower':
      return text(0).toLowerCase();
    case 'null':
      return null;
    case 'createArray':
      return values;
    case 'union':
      return [...new Set(values.flat())] as JsonValue;
    case 'uniqueString':
      return 'abcdefghijklm';
    case 'guid':
      return '11111111-2222-3333-4444-555555555555';
    case 'subscription':
      return { tenantId: '00000000-0000-0000-0000-000000000000', id: subscription };
    case 'resourceGroup':
      return { id: group, location: 'westeurope', name: 'group' };
    case 'deployment':
      return { location: 'westeurope', name: 'deployment' };
    case 'resourceId':
      return resourceId(group, values.map(String), scope);
    case 'subscriptionResourceId':
      return resourceId(subscription, values.map(String), undefined);
    case 'extensionResourceId':
      return `${text(0)}${resourceId('', values.slice(1).map(String), scope)}`;
    case 'reference':
    case 'listChannelWithKeys':
      return unknown;
    default:
      throw new ExpressionError(`there is no function ${name}`);
  }
}

function named(value: JsonValue | undefined, kind: string, name: string): JsonValue {
  if (value === undefined) throw new ExpressionError(`there is no ${kind} ${name}`);
  return value;
}

function resourceId(root: string, [type = '', ...names]: string[], scope: Scope | undefined): string {
  const [namespace = '', ...kinds] = type.split('/');
  if (kinds.length !== names.length) throw new ExpressionError(`${type} takes ${kinds.length} names, not ${names.length}`);
  const key = `${type} ${names.join('/')}`.toLowerCase();
  if (scope && !scope.resources.has(key)) throw new ExpressionError(`the template has no ${type} named ${names.join('/')}`);
  scope?.mention?.(key);
  return `${root}/providers/${namespace}/${kinds.map((kind, index) => `${kind}/${names[index]}`).join('/')}`;
}
