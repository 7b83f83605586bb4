import { Buffer } from 'node:buffer';
import type { JsonObject } from '../../common/json';
import { badRequest, noSuchRow, unknownProperty } from './failure';
import { compareValues, parseFilter } from './filter';
import type { Row, Rows } from './rows';
import type { Table } from './schema';

const known = new Set(['$select', '$filter', '$orderby', '$top', '$count', '$skiptoken']);
const defaultPageSize = 5000;

/** One row as it is read. */
export function readRow(rows: Rows, table: Table, id: string, query: URLSearchParams, apiUrl: string): JsonObject {
  const row = rows.get(table.set, id);
  if (!row) throw noSuchRow(table.logicalName, id);
  const select = columnsOf(table, query);
  return { '@odata.context': `${apiUrl}$metadata#${table.set}/$entity`, ...shown(table, row, select) };
}

/** Rows as they are read: filtered, ordered, page by page. */
export function readRows(
  rows: Row[],
  table: Table,
  query: URLSearchParams,
  apiUrl: string,
  pageSize = defaultPageSize,
): JsonObject {
  for (const name of query.keys()) if (!known.has(name)) throw badRequest(`The query parameter ${name} is not supported.`);
  const select = columnsOf(table, query);
  const check = (name: string) => checkColumn(table, name);
  const filter = query.get('$filter');
  let found = rows.map((row) => ({ row, values: readable(table, row) }));
  if (filter !== null) {
    const holds = parseFilter(filter, check);
    found = found.filter(({ values }) => holds(values));
  }
  for (const order of (query.get('$orderby') ?? '').split(',').reverse()) {
    const [, column = '', direction] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/.exec(order) ?? [];
    if (column === '') {
      if (order.trim() !== '') throw badRequest(`Syntax error in $orderby at '${order}'.`);
      continue;
    }
    check(column);
    const sign = direction === 'desc' ? -1 : 1;
    found.sort((a, b) => sign * compareValues(a.values[column] ?? null, b.values[column] ?? null));
  }
  const total = found.length;
  const top = query.get('$top');
  if (top !== null && !/^\d+$/.test(top)) throw badRequest('Invalid value for $top.');
  if (top !== null) found = found.slice(0, Number(top));
  const start = offsetOf(query.get('$skiptoken'));
  const page = found.slice(start, start + pageSize);
  const isLast = start + page.length >= found.length;
  return {
    '@odata.context': `${apiUrl}$metadata#${table.set}`,
    ...(query.get('$count') === 'true' && { '@odata.count': total }),
    value: page.map(({ row }) => shown(table, row, select)),
    ...(!isLast && { '@odata.nextLink': nextLink(table, query, apiUrl, start + pageSize) }),
  };
}

/** The row's columns and lookup ids, absent ones as null. */
export function readable(table: Table, row: Row): JsonObject {
  const values: JsonObject = {};
  for (const name of Object.keys(table.columns)) values[name] = row.values[name] ?? null;
  for (const { column } of Object.values(table.lookups)) values[column] = row.values[column] ?? null;
  return values;
}

export function eTagOf(row: Row): string {
  return `W/"${row.version}"`;
}

function shown(table: Table, row: Row, select: Set<string> | undefined): JsonObject {
  const entries = Object.entries(readable(table, row)).filter(([name]) => !select || select.has(name) || name === table.key);
  return { '@odata.etag': eTagOf(row), ...Object.fromEntries(entries) };
}

function columnsOf(table: Table, query: URLSearchParams): Set<string> | undefined {
  const select = query.get('$select');
  if (select === null) return undefined;
  const names = select.split(',').map((name) => name.trim());
  for (const name of names) checkColumn(table, name);
  return new Set(names);
}

function checkColumn(table: Table, name: string): void {
  const isLookup = Object.values(table.lookups).some(({ column }) => column === name);
  if (!isLookup && !Object.hasOwn(table.columns, name))
    throw unknownProperty(name, `Microsoft.Dynamics.CRM.${table.logicalName}`);
}

function nextLink(table: Table, query: URLSearchParams, apiUrl: string, offset: number): string {
  const parts = [...query].filter(([name]) => name !== '$skiptoken');
  parts.push(['$skiptoken', Buffer.from(`offset ${offset}`).toString('base64url')]);
  return `${apiUrl}${table.set}?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}

function offsetOf(token: string | null): number {
  if (token === null) return 0;
  const match = /^offset (\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match) throw badRequest('Invalid value for $skiptoken.');
  return Number(match[1]);
}
