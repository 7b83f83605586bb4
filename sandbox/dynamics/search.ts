import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import { badRequest, DataverseRefusal } from './failure';
import { parseFilter } from './filter';
import { readable } from './read';
import type { Rows } from './rows';
import { type Table, tables } from './schema';
import type { WireAnswer } from './wire';

const searchedColumns = ['title', 'keywords', 'description', 'content'];

function articleTable(): Table {
  const table = tables.get('knowledgearticles');
  if (!table) throw new Error('the schema has no articles');
  return table;
}

/** The full-text action: rows with any of the words, newest version of each article, without a score. */
export function fullTextSearch(rows: Rows, body: JsonObject): WireAnswer {
  const { SearchText: searchText, StateCode: state, QueryExpression: query } = body;
  if (typeof searchText !== 'string' || searchText.trim() === '') throw badRequest('SearchText is required.');
  if (typeof state !== 'number') throw badRequest('StateCode is required.');
  if (!isJsonObject(query)) throw badRequest('QueryExpression is required.');
  const found = matches(rows, searchText, searchedColumns).filter(({ values }) => values['statecode'] === state);
  const page = isJsonObject(query['PageInfo']) ? Number(query['PageInfo']['Count'] ?? 50) : 50;
  return { status: 200, body: { value: found.slice(0, page).map(({ values }) => values) } };
}

/** Dataverse search with its limits: 3–100 characters, at most 100 results, one request a second. */
export class RelevanceSearch {
  isEnabled = true;
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly rows: Rows) {}

  answer(body: JsonObject): WireAnswer {
    if (!this.isEnabled) throw new DataverseRefusal(400, '0x80048d0b', 'Search is not enabled for this organization.');
    const now = performance.now();
    if (now - this.lastAt < 1000) {
      const error = { code: '0x80072321', message: 'Number of search requests exceeded the limit.' };
      return { status: 429, headers: { 'Retry-After': '1' }, body: { error } };
    }
    this.lastAt = now;
    const { search, top, entities: entitiesText } = body;
    if (typeof search !== 'string' || search.length < 3 || search.length > 100) {
      throw badRequest('The search text must have 3 to 100 characters.');
    }
    const entities = typeof entitiesText === 'string' ? parseJson(entitiesText) : undefined;
    const entity = Array.isArray(entities)
      ? entities.find((one) => isJsonObject(one) && one['name'] === 'knowledgearticle')
      : undefined;
    if (!isJsonObject(entity)) throw badRequest('entities must be JSON text that names knowledgearticle.');
    const columns = Array.isArray(entity['searchColumns']) ? entity['searchColumns'].map(String) : searchedColumns;
    const table = articleTable();
    const filter = typeof entity['filter'] === 'string' ? entity['filter'] : undefined;
    const holds = filter === undefined ? () => true : parseFilter(filter, (name) => requireColumn(table, name));
    const found = matches(this.rows, search, columns).filter(({ values }) => holds(values));
    const limit = Math.min(typeof top === 'number' ? top : 50, 100);
    const Value = found.slice(0, limit).map(({ id, values, score }) => {
      const selected = Array.isArray(entity['selectColumns']) ? entity['selectColumns'].map(String) : ['title'];
      const Attributes = Object.fromEntries(selected.map((name) => [name, values[name] ?? null]));
      return { Id: id, EntityName: 'knowledgearticle', ObjectTypeCode: 9953, Attributes, Highlights: {}, Score: score };
    });
    return { status: 200, body: { response: JSON.stringify({ Error: null, Value, Count: found.length, QueryContext: null }) } };
  }
}

function matches(rows: Rows, text: string, columns: string[]) {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return rows
    .all('knowledgearticles')
    .map((row) => {
      const values = readable(articleTable(), row);
      const content = columns.map((name) => String(values[name] ?? '').toLowerCase()).join(' ');
      return { id: row.id, values, score: words.filter((word) => content.includes(word)).length };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

function requireColumn(table: Table, name: string): void {
  if (!Object.hasOwn(table.columns, name)) throw badRequest(`Could not find a property named '${name}'.`);
}
