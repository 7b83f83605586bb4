import { type Clock, systemClock } from '../common/clock';
import type { JsonObject } from '../common/json';
import type { Log } from '../common/log';
import { contentColumns, type DynamicsArticle, newestVersions, toArticle, versionColumns } from './articleRow';
import { DataverseError } from './dataverseError';
import type { DataverseGateway } from './gateway';
import { Languages } from './languages';
import { sets } from './names';
import { textLiteral, wholeSeconds } from './query';

export interface ArticlesOptions {
  gateway: DataverseGateway;
  log: Log;
  clock?: Clock;
  /** Language of articles whose row names none. */
  defaultLanguage: string;
  /** Column with a topic key; not read when absent. */
  topicColumn?: string | undefined;
}

/** Rows written in the same moment as the last read, or committed late, are read again. */
const overlapInMs = 120_000;
const contentPageSize = 50;
const versionPageSize = 1000;
/** With more changed articles than this, reading everything takes fewer requests. */
const mostChangedNumbers = 150;
const numbersPerQuery = 12;

/** The knowledge articles of Dynamics that customers may see: published, not internal, not expired. */
export class DynamicsArticles {
  private readonly languages: Languages;
  private readonly clock: Clock;

  constructor(private readonly options: ArticlesOptions) {
    this.clock = options.clock ?? systemClock;
    this.languages = new Languages(options.gateway, options.defaultLanguage, options.log);
  }

  /**
   * The articles whose newest published version may have changed since that ISO time, all when undefined. An article without
   * a change may be among them. Throws `DataverseError`.
   */
  async changedSince(since: string | undefined, signal: AbortSignal): Promise<DynamicsArticle[]> {
    const numbers = since === undefined ? undefined : await this.changedNumbers(since, signal);
    if (numbers?.length === 0) return [];
    const codeOf = await this.languages.codeOf(signal);
    const { topicColumn } = this.options;
    const rows = await this.contentRows(numbers, signal);
    return newestVersions(rows).map((row) => toArticle(row, codeOf(row['_languagelocaleid_value']), topicColumn));
  }

  /** The ids of all articles customers may see now: what an index must not exceed. Throws `DataverseError`. */
  async publishedIds(signal: AbortSignal): Promise<string[]> {
    const rows = await this.read(versionColumns, this.liveFilter(), versionPageSize, signal);
    return newestVersions(rows).map((row) => String(row['knowledgearticleid']));
  }

  /** Whether customers may see this article now. One small request. Throws `DataverseError`. */
  async isPublished(id: string, signal?: AbortSignal): Promise<boolean> {
    const select = ['statecode', 'isinternal', 'isrootarticle', 'expirationdate'];
    try {
      const row = await this.options.gateway.get({ set: sets.articles, id }, select, signal ? { signal } : {});
      const { expirationdate: expires } = row;
      const isCurrent = typeof expires !== 'string' || Date.parse(expires) > this.clock.now();
      return row['statecode'] === 3 && row['isinternal'] !== true && row['isrootarticle'] !== true && isCurrent;
    } catch (error) {
      if (error instanceof DataverseError && error.status === 404) return false;
      throw error;
    }
  }

  /** Numbers of the articles of which any row changed, in whatever state: an unpublished version may uncover an older one. */
  private async changedNumbers(since: string, signal: AbortSignal): Promise<string[] | undefined> {
    const from = wholeSeconds(Date.parse(since) - overlapInMs);
    const columns = ['knowledgearticleid', 'articlepublicnumber'];
    const rows = await this.read(columns, `isrootarticle eq false and modifiedon ge ${from}`, versionPageSize, signal);
    const numbers = new Set<string>();
    for (const row of rows) {
      // Without a number there is nothing to look the versions up by.
      if (typeof row['articlepublicnumber'] !== 'string') return undefined;
      numbers.add(row['articlepublicnumber']);
    }
    return numbers.size > mostChangedNumbers ? undefined : [...numbers];
  }

  private async contentRows(numbers: string[] | undefined, signal: AbortSignal): Promise<JsonObject[]> {
    const { topicColumn } = this.options;
    const columns = [...versionColumns, ...contentColumns, ...(topicColumn === undefined ? [] : [topicColumn])];
    if (numbers === undefined) return this.read(columns, this.liveFilter(), contentPageSize, signal);
    const rows: JsonObject[] = [];
    for (let start = 0; start < numbers.length; start += numbersPerQuery) {
      const some = numbers.slice(start, start + numbersPerQuery);
      const isOne = some.map((number) => `articlepublicnumber eq ${textLiteral(number)}`).join(' or ');
      rows.push(...(await this.read(columns, `${this.liveFilter()} and (${isOne})`, contentPageSize, signal)));
    }
    return rows;
  }

  private async read(select: string[], filter: string, pageSize: number, signal: AbortSignal): Promise<JsonObject[]> {
    const { gateway } = this.options;
    let page = await gateway.list(sets.articles, { select, filter, orderBy: 'knowledgearticleid' }, { signal, pageSize });
    const rows = [...page.rows];
    while (page.nextLink !== undefined) {
      page = await gateway.next(page.nextLink, { signal, pageSize });
      rows.push(...page.rows);
    }
    return rows;
  }

  private liveFilter(): string {
    const now = wholeSeconds(this.clock.now());
    const isCurrent = `(expirationdate eq null or expirationdate gt ${now})`;
    return `statecode eq 3 and isinternal eq false and isrootarticle eq false and ${isCurrent}`;
  }
}

/** Where customers read the article on the portal; undefined when the setting is empty. */
export function articleUrl(template: string | undefined, article: { number: string; language: string }): string | undefined {
  if (template === undefined || article.number === '') return undefined;
  return template
    .replaceAll('{kbnum}', encodeURIComponent(article.number))
    .replaceAll('{language}', encodeURIComponent(article.language.toLowerCase()));
}
