import { backoffInMs } from '../common/backoff';
import type { CancelTimer, Clock } from '../common/clock';
import { errorCode, type Log } from '../common/log';
import type { Article, ExamplePhrase } from './article';
import { ArticleIndex, NO_RESULT, prepareInput, type SearchOptions, type SearchResult } from './articleIndex';
import type { ArticleSource } from './articleSource';
import { type PhraseFile, PhraseFileError } from './phraseFile';
import { cachedTraining } from './ranking/cachedTraining';
import { type Train, trainInChild } from './ranking/trainInChild';

export interface KnowledgeBaseOptions {
  readonly source: ArticleSource;
  /** Example phrases of the operator; without them the articles' own texts have to do. */
  readonly phrases?: Pick<PhraseFile, 'phrases'>;
  readonly log: Log;
  readonly clock: Clock;
  /** Time between two syncs. Default: five minutes. */
  readonly syncIntervalInMs?: number;
  /** Every how many syncs the list of all published ids is compared, to notice withdrawn articles. Default: 3. */
  readonly compareIdsEvery?: number;
  /** How long the source may take for one sync. Default: two minutes. */
  readonly sourceTimeoutInMs?: number;
  /** Where what was learned is kept, so that the next start with the same articles and phrases is ready at once. Default: nowhere. */
  readonly modelFile?: string;
  /** Replaces the learning process, in tests. */
  readonly train?: Train;
}

interface Snapshot {
  readonly articles: ReadonlyMap<string, Article>;
  readonly phrases: readonly ExamplePhrase[];
  readonly index: ArticleIndex;
}

const NO_PHRASES: readonly ExamplePhrase[] = [];
const FIRST_RETRY_IN_MS = 2_000;
const KEYS_IN_LOG = 5;

/** The local index of the published articles: follows their changes and ranks them for a question. */
export class KnowledgeBase {
  private readonly stopping = new AbortController();
  private snapshot: Snapshot | undefined;
  private running: Promise<void> | undefined;
  private cancelTimer: CancelTimer | undefined;
  private started: Promise<void> | undefined;
  private syncs = 0;
  private failures = 0;

  private readonly train: Train;

  constructor(private readonly options: KnowledgeBaseOptions) {
    const { train = trainInChild, modelFile, log } = options;
    this.train = modelFile === undefined ? train : cachedTraining(train, modelFile, log);
  }

  /** True from the first index on; it stays true, because a failed sync keeps the index there is. */
  get ready(): boolean {
    return this.snapshot !== undefined;
  }

  /**
   * Begins to follow the source. Resolves when the first index is ready, however many retries that takes, or when `stop` was
   * called. Throws `PhraseFileError` when the operator's file cannot be used. Calling it twice gives the same promise.
   */
  start(): Promise<void> {
    this.started ??= this.firstSync();
    return this.started;
  }

  /** Ends syncing and waits for one under way. The index goes on answering. Twice is fine. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('The knowledge base was stopped'));
    this.cancelTimer?.();
    await this.running?.catch((error: unknown) => {
      this.options.log.debug('Article sync ended by stop', { error: errorCode(error) });
    });
  }

  /** The article with this id, as indexed. */
  get(id: string): Article | undefined {
    return this.snapshot?.articles.get(id);
  }

  /** Ranks the articles for a question. Before the first index is ready nothing is found. Never throws. */
  search(question: string, options: SearchOptions = {}): SearchResult {
    return this.snapshot?.index.search(question, options) ?? NO_RESULT;
  }

  /**
   * Fetches what changed and learns again if anything did. When it resolves the new index answers; when it rejects (errors of
   * the source, `PhraseFileError`, the stop) the old one still does. A call during a sync joins it.
   */
  sync(): Promise<void> {
    this.running ??= this.syncOnce().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private firstSync(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stopping.signal.addEventListener('abort', () => resolve(), { once: true });
      const attempt = () => {
        this.attemptSync().then((error) => {
          if (error instanceof PhraseFileError && !this.ready) {
            reject(error);
            return;
          }
          if (this.ready) resolve();
          if (!this.stopping.signal.aborted) this.cancelTimer = this.options.clock.schedule(this.nextDelayInMs(), attempt);
        }, reject);
      };
      attempt();
    });
  }

  private nextDelayInMs(): number {
    const interval = this.options.syncIntervalInMs ?? 300_000;
    if (this.failures === 0) return interval;
    return backoffInMs(this.failures, { firstInMs: Math.min(FIRST_RETRY_IN_MS, interval), maxInMs: interval });
  }

  private async attemptSync(): Promise<unknown> {
    try {
      await this.sync();
      this.failures = 0;
      return undefined;
    } catch (error) {
      if (this.stopping.signal.aborted) return error;
      this.failures++;
      this.options.log.warn('Article sync failed; the index there is goes on answering', {
        error: errorCode(error),
        reason: error instanceof PhraseFileError ? error.message : undefined,
        failures: this.failures,
        ready: this.ready,
      });
      return error;
    }
  }

  private async syncOnce(): Promise<void> {
    this.stopping.signal.throwIfAborted();
    const startedAt = this.options.clock.monotonic();
    const before = this.snapshot;
    const phrases = (await this.options.phrases?.phrases()) ?? NO_PHRASES;
    const articles = await this.fetchArticles(before?.articles);
    if (!before || articles !== before.articles || phrases !== before.phrases) {
      // In an order of its own, not the source's: the same articles are then the same input, and what was learned can be used again.
      const list = [...articles.values()].sort(byNumber);
      const { input, unknown } = prepareInput(list, phrases);
      if (unknown.count > 0) {
        this.options.log.warn('Example phrases name articles that are not published', {
          phrases: unknown.count,
          articles: unknown.keys.length,
          first: unknown.keys.slice(0, KEYS_IN_LOG).join(', '),
        });
      }
      const model = await this.train(input, this.stopping.signal);
      this.snapshot = { articles, phrases, index: new ArticleIndex(list, model) };
      this.options.log.info('Article index is ready', {
        articles: list.length,
        phrases: phrases.length - unknown.count,
        tookInMs: Math.round(this.options.clock.monotonic() - startedAt),
      });
    }
    this.syncs++;
  }

  /** The articles as they are now; the very same map when nothing changed. */
  private async fetchArticles(before: ReadonlyMap<string, Article> | undefined): Promise<ReadonlyMap<string, Article>> {
    const { source } = this.options;
    const timeout = AbortSignal.timeout(this.options.sourceTimeoutInMs ?? 120_000);
    const signal = AbortSignal.any([this.stopping.signal, timeout]);
    const ask = <T>(question: () => Promise<T>) => untilAborted(question, signal);
    if (!before) return byId(await ask(() => source.changedSince(undefined, signal)));

    const changed = await ask(() => source.changedSince(newestChange(before), signal));
    const after = new Map([...before, ...byId(changed)]);
    if (this.syncs % (this.options.compareIdsEvery ?? 3) === 0) {
      const published = new Set(await ask(() => source.publishedIds(signal)));
      // Published again without a newer change time, or committed late: the incremental question misses such an article.
      if ([...published].some((id) => !after.has(id))) {
        for (const article of await ask(() => source.changedSince(undefined, signal))) after.set(article.id, article);
      }
      for (const id of after.keys()) if (!published.has(id)) after.delete(id);
    }
    return sameVersions(before, after) ? before : after;
  }
}

/** Gives up on a question when the signal aborts, even if whoever was asked does not listen to it. */
function untilAborted<T>(question: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    question()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function byId(articles: readonly Article[]): Map<string, Article> {
  return new Map(articles.map((article) => [article.id, article]));
}

function byNumber(a: Article, b: Article): number {
  return compare(a.number, b.number) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The newest change seen; asking again from that very time catches others changed in the same second. */
function newestChange(articles: ReadonlyMap<string, Article>): string | undefined {
  let newest: string | undefined;
  let newestInMs = Number.NEGATIVE_INFINITY;
  for (const { modifiedAt } of articles.values()) {
    const inMs = Date.parse(modifiedAt);
    if (inMs > newestInMs) {
      newestInMs = inMs;
      newest = modifiedAt;
    }
  }
  return newest;
}

function sameVersions(before: ReadonlyMap<string, Article>, after: ReadonlyMap<string, Article>): boolean {
  if (before.size !== after.size) return false;
  for (const [id, article] of after) if (before.get(id)?.modifiedAt !== article.modifiedAt) return false;
  return true;
}
