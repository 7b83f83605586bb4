import type { Article } from './article';

/** Where the articles come from. Both calls may fail with any error; the knowledge base logs it and tries again later. */
export interface ArticleSource {
  /** All published articles changed at or after `since` (an ISO time), or every published one without it. */
  changedSince(since: string | undefined, signal: AbortSignal): Promise<Article[]>;
  /** The ids of all articles published now, so that withdrawn ones are noticed. */
  publishedIds(signal: AbortSignal): Promise<string[]>;
}
