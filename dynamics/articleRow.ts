import type { JsonObject } from '../common/json';

/** A published article as the knowledge index takes it; matches `knowledge/article` by shape. */
export interface DynamicsArticle {
  /** Id of the version row, which is what a kb record points at. */
  id: string;
  number: string;
  title: string;
  summary: string;
  keywords: string[];
  /** As written in the editor: clean it before showing it to anybody. */
  html: string;
  language: string;
  /** ISO time. */
  modifiedAt: string;
  topic?: string;
}

/** Columns that tell versions of an article apart; enough to know what is published. */
export const versionColumns = [
  'knowledgearticleid',
  'articlepublicnumber',
  'majorversionnumber',
  'minorversionnumber',
  '_languagelocaleid_value',
  'modifiedon',
];
/** What else an article needs. */
export const contentColumns = ['title', 'description', 'keywords', 'content'];

/** The article in a row of `knowledgearticles`. */
export function toArticle(row: JsonObject, language: string, topicColumn: string | undefined): DynamicsArticle {
  const topic = topicColumn === undefined ? '' : text(row[topicColumn]);
  return {
    id: text(row['knowledgearticleid']),
    number: text(row['articlepublicnumber']),
    title: text(row['title']),
    summary: text(row['description']),
    keywords: text(row['keywords'])
      .split(/[,;\n]/)
      .map((keyword) => keyword.trim())
      .filter((keyword) => keyword !== ''),
    html: text(row['content']),
    language,
    modifiedAt: text(row['modifiedon']),
    ...(topic !== '' && { topic }),
  };
}

/**
 * Of several published versions of one article in one language, the highest. (Not `islatestversion`: a new draft takes that mark
 * away from the version customers see.)
 */
export function newestVersions(rows: JsonObject[]): JsonObject[] {
  const newest = new Map<string, JsonObject>();
  for (const row of rows) {
    // A row without a number is an article of its own.
    const number = text(row['articlepublicnumber']) || text(row['knowledgearticleid']);
    const key = `${number} ${text(row['_languagelocaleid_value']).toLowerCase()}`;
    const other = newest.get(key);
    if (!other || isNewer(row, other)) newest.set(key, row);
  }
  return [...newest.values()];
}

function isNewer(row: JsonObject, other: JsonObject): boolean {
  const major = count(row['majorversionnumber']) - count(other['majorversionnumber']);
  return major > 0 || (major === 0 && count(row['minorversionnumber']) > count(other['minorversionnumber']));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
