import { randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../common/json';
import { derivedColumns, ownColumns } from './derivedColumns';
import { badRequest, DataverseRefusal, duplicateKey, noSuchRow, unknownProperty, versionMismatch } from './failure';
import { eTagOf } from './read';
import type { Row, Rows } from './rows';
import type { Column, Table } from './schema';

const guid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

export interface Preconditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
}

/** A plain create. The key may be given by the caller. */
export function createRow(rows: Rows, table: Table, body: JsonObject): Row {
  const given = body[table.key];
  const id = typeof given === 'string' ? given : randomUUID();
  if (rows.get(table.set, id)) throw duplicateKey();
  return insert(rows, table, id, body);
}

/** PATCH: changes, creates, or refuses to, as the preconditions say. */
export function patchRow(
  rows: Rows,
  table: Table,
  id: string,
  body: JsonObject,
  conditions: Preconditions,
): { row: Row; isNew: boolean } {
  const existing = rows.get(table.set, id);
  if (existing && conditions.ifNoneMatch === '*') throw duplicateKey();
  if (!existing && conditions.ifMatch !== undefined) throw noSuchRow(table.logicalName, id);
  if (!existing) return { row: insert(rows, table, id, body), isNew: true };
  if (conditions.ifMatch !== undefined && conditions.ifMatch !== '*' && conditions.ifMatch !== eTagOf(existing)) {
    throw versionMismatch();
  }
  refuseWhenDone(table, existing, body);
  const changes = converted(rows, table, body);
  const state = changes['statecode'];
  if (typeof state === 'number' && changes['statuscode'] === undefined) changes['statuscode'] = table.states[state]?.[0] ?? null;
  return { row: store(rows, table, id, { ...existing.values, ...changes }), isNew: false };
}

/** The row a URL or bind of the form `…/set(guid)` names. */
export function referenceOf(text: string): { set: string; id: string } | undefined {
  const match = new RegExp(`(?:^|/)(\\w+)\\((${guid})\\)$`).exec(text);
  return match?.[1] && match[2] ? { set: match[1], id: match[2].toLowerCase() } : undefined;
}

/** Refuses changes to a completed activity, but for opening it again. */
export function refuseWhenDone(table: Table, row: Row, body: JsonObject = {}): void {
  if (!table.isReadOnlyWhenDone || (row.values['statecode'] ?? 0) === 0 || body['statecode'] === 0) return;
  throw new DataverseRefusal(400, '0x80040203', 'This record is read only, because its state is not open.');
}

function insert(rows: Rows, table: Table, id: string, body: JsonObject): Row {
  const values: JsonObject = { [table.key]: id.toLowerCase() };
  for (const [name, column] of Object.entries(table.columns)) if (column.initial !== undefined) values[name] = column.initial;
  Object.assign(values, converted(rows, table, body));
  for (const [name, column] of Object.entries(table.columns)) {
    if (column.isRequired && (values[name] === undefined || values[name] === null || values[name] === '')) {
      throw badRequest(`The required column '${name}' has no value.`);
    }
  }
  for (const name of table.requiredLookups ?? []) {
    if (typeof values[name] !== 'string') throw badRequest(`The required column '${name}' has no value.`);
  }
  Object.assign(values, ownColumns(rows, table));
  if ('createdon' in table.columns) values['createdon'] = now();
  return store(rows, table, id, values);
}

function store(rows: Rows, table: Table, id: string, values: JsonObject): Row {
  const [state, status] = [values['statecode'], values['statuscode']];
  const allowed = typeof state === 'number' ? table.states[state] : undefined;
  if (allowed && !(typeof status === 'number' && allowed.includes(status))) {
    throw badRequest(`${String(status)} is not a valid status code for state code ${String(state)}.`);
  }
  const derived = derivedColumns(table, values);
  return rows.put(table.set, id, { ...values, ...derived, ...('modifiedon' in table.columns && { modifiedon: now() }) });
}

function converted(rows: Rows, table: Table, body: JsonObject): JsonObject {
  const values: JsonObject = {};
  for (const [name, value] of Object.entries(body)) {
    const nav = /^(\w+)@odata\.bind$/.exec(name)?.[1];
    if (nav !== undefined) {
      const lookup = Object.hasOwn(table.lookups, nav) ? table.lookups[nav] : undefined;
      if (!lookup) throw unknownProperty(nav, table.logicalName);
      const reference = typeof value === 'string' ? referenceOf(value) : undefined;
      if (!reference || reference.set !== lookup.set) throw badRequest(`The value of '${name}' is not a reference.`);
      if (!rows.get(lookup.set, reference.id)) throw noSuchRow(lookup.set, reference.id);
      values[lookup.column] = reference.id;
      continue;
    }
    const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
    if (!column) throw unknownProperty(name, table.logicalName);
    if (column.isReadOnly) throw badRequest(`The column '${name}' must not be written.`);
    values[name] = convert(name, column, value);
  }
  return values;
}

function convert(name: string, column: Column, value: JsonValue): JsonValue {
  if (value === null) return null;
  const invalid = () => badRequest(`Cannot convert the value of '${name}' to the expected type.`);
  switch (column.type) {
    case 'text':
      if (typeof value !== 'string') throw invalid();
      if (value.length > (column.longest ?? Number.POSITIVE_INFINITY)) {
        throw new DataverseRefusal(400, '0x80044331', `The value of '${name}' exceeds the maximum length.`);
      }
      return value;
    case 'bool':
      if (typeof value !== 'boolean') throw invalid();
      return value;
    case 'int':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw invalid();
      return value;
    case 'time':
      if (typeof value !== 'string' || !timePattern.test(value) || Number.isNaN(Date.parse(value))) throw invalid();
      return value;
    case 'id':
      if (typeof value !== 'string' || !new RegExp(`^${guid}$`).test(value)) throw invalid();
      return value.toLowerCase();
    case 'option': {
      const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !(column.options?.includes(number) ?? true)) throw invalid();
      return number;
    }
  }
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
