import type { JsonObject, JsonValue } from '../../common/json';
import { badRequest } from './failure';

export type Condition = (row: JsonObject) => boolean;
type Operand = { column: string } | { value: JsonValue };

const tokenPattern =
  /\s*(?:('(?:[^']|'')*')|(\d{4}-\d\d-\d\dT[\d:.]+Z)|([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})|(-?\d+(?:\.\d+)?)|([A-Za-z_@.][\w@.]*)|([(),]))/y;
const functions: Record<string, (text: string, part: string) => boolean> = {
  contains: (text, part) => likePattern(part, '.*', '.*').test(text),
  startswith: (text, part) => likePattern(part, '', '.*').test(text),
  endswith: (text, part) => likePattern(part, '.*', '').test(text),
};
/** These functions are a LIKE beneath: `%` stands for any text and `_` for one character. */
function likePattern(part: string, before: string, after: string): RegExp {
  const escaped = part
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${before}${escaped}${after}$`, 's');
}

const comparisons: Record<string, (order: number) => boolean> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

/** Reads a `$filter`. `checkColumn` throws for a column the table does not have. Throws 400 for what is not understood. */
export function parseFilter(text: string, checkColumn: (name: string) => void): Condition {
  const tokens = tokenize(text);
  let position = 0;
  const peek = () => tokens[position];
  const take = (expected?: string): string => {
    const token = tokens[position];
    if (token === undefined || (expected !== undefined && token !== expected)) throw syntaxError(text);
    position += 1;
    return token;
  };

  const either = (): Condition => {
    let left = both();
    while (peek() === 'or') {
      take();
      const [first, second] = [left, both()];
      left = (row) => first(row) || second(row);
    }
    return left;
  };
  const both = (): Condition => {
    let left = single();
    while (peek() === 'and') {
      take();
      const [first, second] = [left, single()];
      left = (row) => first(row) && second(row);
    }
    return left;
  };
  const single = (): Condition => {
    if (peek() === 'not') {
      take();
      const inner = single();
      return (row) => !inner(row);
    }
    if (peek() === '(') {
      take();
      const inner = either();
      take(')');
      return inner;
    }
    const test = functions[peek() ?? ''];
    if (test && tokens[position + 1] === '(') {
      take();
      take('(');
      const first = operand();
      take(',');
      const second = operand();
      take(')');
      return (row) => test(lower(operandIn(first, row)), lower(operandIn(second, row)));
    }
    return comparison();
  };
  const comparison = (): Condition => {
    const left = operand();
    const holds = comparisons[take()];
    if (!holds) throw syntaxError(text);
    const right = operand();
    return (row) => compareWith(holds, operandIn(left, row), operandIn(right, row));
  };
  const operand = (): Operand => {
    const token = take();
    if (token.startsWith("'")) return { value: token.slice(1, -1).replaceAll("''", "'") };
    if (token === 'true' || token === 'false') return { value: token === 'true' };
    if (token === 'null') return { value: null };
    if (/^-?\d+(\.\d+)?$/.test(token)) return { value: Number(token) };
    if (/^[0-9a-fA-F]{8}-|^\d{4}-/.test(token)) return { value: token };
    if (!/^\w+$/.test(token)) throw syntaxError(text);
    checkColumn(token);
    return { column: token };
  };

  const condition = either();
  if (position !== tokens.length) throw syntaxError(text);
  return condition;
}

/** Orders values as SQL Server does for Dataverse: text without regard to case, times by time, nothing first. */
export function compareValues(left: JsonValue, right: JsonValue): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? -1 : 1;
  const [leftTime, rightTime] = [timeOf(left), timeOf(right)];
  if (leftTime !== undefined && rightTime !== undefined) return Math.sign(leftTime - rightTime);
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left.toLowerCase(), right.toLowerCase());
  return Math.sign(Number(left) - Number(right));
}

function compareWith(holds: (order: number) => boolean, left: JsonValue, right: JsonValue): boolean {
  const isOrder = holds(1) !== holds(-1);
  // Nothing is neither smaller nor larger than anything.
  if (isOrder && (left === null || right === null)) return false;
  return holds(compareValues(left, right));
}

function compareTexts(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

function timeOf(value: JsonValue): number | undefined {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : undefined;
}

function operandIn(operand: Operand, row: JsonObject): JsonValue {
  return 'value' in operand ? operand.value : (row[operand.column] ?? null);
}

function lower(value: JsonValue): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.trimEnd().length) {
    const match = tokenPattern.exec(text);
    if (!match) throw syntaxError(text);
    tokens.push(match[0].trim());
  }
  return tokens;
}

function syntaxError(text: string) {
  return badRequest(`Syntax error in the query expression '${text}'.`);
}
