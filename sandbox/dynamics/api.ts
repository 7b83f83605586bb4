import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import { badRequest, duplicateKey, noSuchResource, noSuchRow } from './failure';
import { eTagOf, readRow, readRows } from './read';
import type { Rows } from './rows';
import { type Table, tables } from './schema';
import { fullTextSearch, type RelevanceSearch } from './search';
import type { ApiRequest, WireAnswer } from './wire';
import { createRow, patchRow, referenceOf, refuseWhenDone } from './write';

export interface ApiContext {
  rows: Rows;
  search: RelevanceSearch;
  /** Ends with a slash. */
  apiUrl: string;
  violation(text: string): void;
  /** What a repeated `$ref` is answered with; Dataverse's own answer is not documented. */
  repeatedLink(): 204 | 412;
}

const userId = '5d2f8f52-66b1-4a0e-9a52-1c1f6b0a9e01';

/** Answers one request of the Web API, outside or inside a batch. Throws `DataverseRefusal`. */
export function answerApi(context: ApiContext, request: ApiRequest): WireAnswer {
  const [path = '', queryText = ''] = splitOnce(request.target, '?');
  const query = new URLSearchParams(queryText);
  const decoded = decodeURIComponent(path);
  if (decoded === 'WhoAmI' || decoded === 'WhoAmI()') {
    return { status: 200, body: { UserId: userId, BusinessUnitId: userId, OrganizationId: userId } };
  }
  if (decoded === 'FullTextSearchKnowledgeArticle') return postOnly(request, (body) => fullTextSearch(context.rows, body));
  if (decoded === 'searchquery') return postOnly(request, (body) => context.search.answer(body));

  const match = /^(\w+)(?:\(([0-9a-fA-F-]{36})\))?(?:\/(\w+)(?:\(([0-9a-fA-F-]{36})\))?(\/\$ref)?)?$/.exec(decoded);
  const table = tables.get(match?.[1] ?? '');
  if (!match || !table) throw noSuchResource(decoded.split(/[(/]/)[0] ?? '');
  const [, , id, relation, childId, ref] = match;
  if (relation !== undefined && id !== undefined) {
    return onRelation(context, request, { table, id, relation, query, ...(childId !== undefined && { childId }), isRef: !!ref });
  }
  return id === undefined ? onSet(context, request, table, query) : onRow(context, request, table, id, query);
}

function onSet(context: ApiContext, request: ApiRequest, table: Table, query: URLSearchParams): WireAnswer {
  const { rows, apiUrl } = context;
  if (request.method === 'GET') {
    const size = Number(/odata\.maxpagesize=(\d+)/.exec(request.headers['prefer'] ?? '')?.[1] ?? 5000);
    return { status: 200, body: readRows(rows.all(table.set), table, query, apiUrl, size) };
  }
  if (request.method !== 'POST') throw methodNotAllowed(request.method);
  const row = rows.atomic(() => createRow(rows, table, jsonBody(request)));
  return written(context, request, table, row.id, 201);
}

function onRow(context: ApiContext, request: ApiRequest, table: Table, id: string, query: URLSearchParams): WireAnswer {
  const { rows, apiUrl } = context;
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
  switch (request.method) {
    case 'GET':
      return { status: 200, body: readRow(rows, table, id, query, apiUrl) };
    case 'PATCH': {
      if (ifMatch === undefined && ifNoneMatch !== '*')
        context.violation('PATCH without a precondition could bring back a deleted row');
      const { row, isNew } = rows.atomic(() => patchRow(rows, table, id, jsonBody(request), { ifMatch, ifNoneMatch }));
      return written(context, request, table, row.id, isNew ? 201 : 200);
    }
    case 'DELETE':
      if (!rows.get(table.set, id)) throw noSuchRow(table.logicalName, id);
      rows.delete(table.set, id);
      return { status: 204 };
    default:
      throw methodNotAllowed(request.method);
  }
}

interface RelationTarget {
  table: Table;
  id: string;
  relation: string;
  childId?: string;
  isRef: boolean;
  query: URLSearchParams;
}

function onRelation(context: ApiContext, request: ApiRequest, target: RelationTarget): WireAnswer {
  const { rows, apiUrl } = context;
  const { table, id, relation, childId, isRef } = target;
  const childSet = Object.hasOwn(table.collections, relation) ? table.collections[relation] : undefined;
  const childTable = tables.get(childSet ?? '');
  if (childSet === undefined || !childTable) throw noSuchResource(relation);
  const parent = rows.get(table.set, id);
  if (!parent) throw noSuchRow(table.logicalName, id);
  const linked = rows.links(id, relation);
  if (!isRef) {
    if (request.method !== 'GET') throw methodNotAllowed(request.method);
    const children = linked.flatMap((child) => rows.get(childSet, child) ?? []);
    return { status: 200, body: readRows(children, childTable, target.query, apiUrl) };
  }
  if (request.method === 'DELETE' && childId !== undefined) {
    if (!linked.includes(childId.toLowerCase())) throw noSuchRow(childTable.logicalName, childId);
    rows.unlink(id, relation, childId);
    return { status: 204 };
  }
  if (request.method !== 'POST') throw methodNotAllowed(request.method);
  const reference = jsonBody(request)['@odata.id'];
  const child = typeof reference === 'string' && reference.startsWith(apiUrl) ? referenceOf(reference) : undefined;
  if (!child || child.set !== childSet) throw badRequest("'@odata.id' must be the absolute URL of the row to link.");
  if (!rows.get(childSet, child.id)) throw noSuchRow(childTable.logicalName, child.id);
  if (linked.includes(child.id)) {
    if (context.repeatedLink() === 412) throw duplicateKey();
    return { status: 204 };
  }
  refuseWhenDone(table, parent);
  rows.link(id, relation, child.id);
  return { status: 204 };
}

function written(context: ApiContext, request: ApiRequest, table: Table, id: string, status: 200 | 201): WireAnswer {
  const row = context.rows.get(table.set, id);
  if (!row) throw noSuchRow(table.logicalName, id);
  if ((request.headers['prefer'] ?? '').includes('return=representation')) {
    return { status, body: readRow(context.rows, table, id, new URLSearchParams(), context.apiUrl) };
  }
  const entityId = `${context.apiUrl}${table.set}(${id})`;
  return { status: 204, headers: { 'OData-EntityId': entityId, ETag: eTagOf(row), 'OData-Version': '4.0' } };
}

function postOnly(request: ApiRequest, answer: (body: JsonObject) => WireAnswer): WireAnswer {
  if (request.method !== 'POST') throw methodNotAllowed(request.method);
  return answer(jsonBody(request));
}

export function jsonBody(request: ApiRequest): JsonObject {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    throw badRequest('The content type must be application/json.');
  const body = parseJson(request.body);
  if (!isJsonObject(body)) throw badRequest('The body is not a JSON object.');
  return body;
}

function methodNotAllowed(method: string) {
  return Object.assign(badRequest(`The method ${method} is not allowed here.`), { status: 405 });
}

export function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + separator.length)];
}
