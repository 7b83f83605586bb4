import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../../common/clock';
import type { Log, LogFields } from '../../../common/log';
import type { Article, ExamplePhrase } from '../../../knowledge/article';
import { KnowledgeBase, type KnowledgeBaseOptions } from '../../../knowledge/knowledgeBase';
import { PhraseFileError } from '../../../knowledge/phraseFile';
import { trainInPlace } from '../../../knowledge/ranking/trainInChild';
import { article, shopArticles } from './articles';

/** A clock whose one timer the test fires. */
class HandClock implements Clock {
  timers: { delayInMs: number; callback: () => void }[] = [];
  now = () => 0;
  monotonic = () => 0;
  schedule(delayInMs: number, callback: () => void) {
    const timer = { delayInMs, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }
  /** Fires the timer, waiting for it to be set first. */
  async fire(): Promise<number> {
    while (this.timers.length === 0) await new Promise(setImmediate);
    const timer = this.timers.shift()!;
    timer.callback();
    return timer.delayInMs;
  }
}

function setUp(more: Partial<KnowledgeBaseOptions> = {}) {
  const clock = new HandClock();
  const lines: { level: string; message: string; fields: LogFields | undefined }[] = [];
  const line = (level: string) => (message: string, fields?: LogFields) => void lines.push({ level, message, fields });
  const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error'), child: () => log };
  const published = new Map<string, Article>(shopArticles.map((of) => [of.id, of]));
  const asked: (string | undefined)[] = [];
  const state = { failure: undefined as Error | undefined, phrases: [] as readonly ExamplePhrase[], trained: 0 };
  const knowledge = new KnowledgeBase({
    source: {
      changedSince: async (since) => {
        asked.push(since);
        if (state.failure) throw state.failure;
        return [...published.values()].filter(
          ({ modifiedAt }) => since === undefined || Date.parse(modifiedAt) >= Date.parse(since),
        );
      },
      publishedIds: async () => [...published.keys()],
    },
    phrases: { phrases: async () => state.phrases },
    log,
    clock,
    compareIdsEvery: 2,
    train: (input, signal) => {
      state.trained++;
      return trainInPlace(input, signal);
    },
    ...more,
  });
  return { knowledge, clock, lines, published, asked, state };
}

test('nothing is found before the first index; after start it answers', async () => {
  const { knowledge } = setUp();
  expect(knowledge.ready).toBe(false);
  expect(knowledge.search('password')).toEqual({ decision: 'none', matches: [], coverage: 0 });
  await knowledge.start();
  expect(knowledge.ready).toBe(true);
  expect(knowledge.search('I forgot my password', { limit: 1 }).matches[0]?.article.number).toBe('S-4');
  expect(knowledge.get('id-S-4')?.title).toBe('I forgot my password');
  await knowledge.stop();
});

test('a sync asks for changes since the newest one and learns only when there are any', async () => {
  const { knowledge, asked, published, state } = setUp();
  await knowledge.start();
  await knowledge.sync();
  expect(asked).toEqual([undefined, '2026-03-01T08:00:00Z']);
  expect(state.trained).toBe(1);
  published.set('id-S-4', article('S-4', 'Forgotten passphrase', { modifiedAt: '2026-03-02T08:00:00.000Z' }));
  await knowledge.sync();
  expect(state.trained).toBe(2);
  expect(knowledge.get('id-S-4')?.title).toBe('Forgotten passphrase');
  await knowledge.sync();
  expect(asked.at(-1)).toBe('2026-03-02T08:00:00.000Z');
  await knowledge.stop();
});

test('withdrawn articles go, and articles published with an old date come, when ids are compared', async () => {
  const { knowledge, published } = setUp();
  await knowledge.start();
  published.delete('id-S-3');
  published.set('id-S-9', article('S-9', 'Old but published again', { modifiedAt: '2020-01-01T00:00:00Z' }));
  await knowledge.sync();
  await knowledge.sync();
  expect(knowledge.get('id-S-3')).toBeUndefined();
  expect(knowledge.get('id-S-9')).toBeDefined();
  expect(knowledge.search('gift voucher', { limit: 9 }).matches.map((match) => match.article.number)).not.toContain('S-3');
  await knowledge.stop();
});

test('changed phrases are learned, and those for unknown articles reported', async () => {
  const { knowledge, state, lines } = setUp();
  await knowledge.start();
  state.phrases = [
    { text: 'I cannot sign in any more', article: 'password' },
    { text: 'x', article: 'gone' },
  ];
  await knowledge.sync();
  expect(state.trained).toBe(2);
  expect(knowledge.search('cannot sign in', { limit: 1 }).matches[0]?.article.number).toBe('S-4');
  expect(lines).toContainEqual({
    level: 'warn',
    message: 'Example phrases name articles that are not published',
    fields: { phrases: 1, articles: 1, first: 'gone' },
  });
  await knowledge.stop();
});

test('a failed sync keeps the index, is logged without the message, and is tried again sooner', async () => {
  const { knowledge, clock, state, lines } = setUp({ syncIntervalInMs: 300_000 });
  await knowledge.start();
  state.failure = new TypeError('secret text');
  expect(await clock.fire()).toBe(300_000);
  expect(await clock.fire()).toBeLessThanOrEqual(2_000);
  expect(await clock.fire()).toBeLessThanOrEqual(4_000);
  expect(knowledge.search('I forgot my password', { limit: 1 }).matches).toHaveLength(1);
  const warnings = lines.filter(({ level }) => level === 'warn');
  expect(warnings[0]?.fields).toMatchObject({ error: 'TypeError', failures: 1, ready: true });
  expect(JSON.stringify(lines)).not.toContain('secret text');
  await knowledge.stop();
});

test('start waits through failures of the source until the first index is there', async () => {
  const { knowledge, clock, state } = setUp();
  state.failure = new Error('down');
  const started = knowledge.start();
  await clock.fire();
  state.failure = undefined;
  await clock.fire();
  await started;
  expect(knowledge.ready).toBe(true);
  await knowledge.stop();
});

test('start refuses a phrase file that cannot be used; later on such a file only delays', async () => {
  const broken = new PhraseFileError('p.csv', 7, 'the text is missing');
  const refused = setUp({ phrases: { phrases: () => Promise.reject(broken) } });
  await expect(refused.knowledge.start()).rejects.toBe(broken);
  expect(refused.clock.timers).toEqual([]);

  let usable = true;
  const phrases = { phrases: async () => (usable ? [] : Promise.reject(broken)) };
  const later = setUp({ phrases });
  await later.knowledge.start();
  usable = false;
  await later.clock.fire();
  await later.clock.fire();
  expect(later.lines.find(({ level }) => level === 'warn')?.fields).toMatchObject({
    reason: 'p.csv, line 7: the text is missing',
  });
  expect(later.knowledge.ready).toBe(true);
  await later.knowledge.stop();
});

test('two syncs at once are one', async () => {
  const { knowledge, asked } = setUp();
  await Promise.all([knowledge.sync(), knowledge.sync()]);
  expect(asked).toHaveLength(1);
  await knowledge.stop();
});

test('stop ends a start that would wait for ever, sets no more timers and may be called twice', async () => {
  const { knowledge, clock } = setUp({
    source: {
      changedSince: (_since, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      publishedIds: async () => [],
    },
  });
  const started = knowledge.start();
  await knowledge.stop();
  await knowledge.stop();
  await started;
  expect(knowledge.ready).toBe(false);
  expect(clock.timers).toEqual([]);
});

test('a second start with the same articles, in whatever order, uses what was kept in the model file', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'knowledge-'));
  const modelFile = path.join(folder, 'ranking.bin');
  const first = setUp({ modelFile });
  await first.knowledge.start();
  const second = setUp({ modelFile });
  const articles = [...second.published].reverse();
  second.published.clear();
  for (const [id, of] of articles) second.published.set(id, of);
  await second.knowledge.start();
  expect([first.state.trained, second.state.trained]).toEqual([1, 0]);
  const question = 'how long does delivery take';
  expect(second.knowledge.search(question)).toEqual(first.knowledge.search(question));
  expect(second.knowledge.search(question, { limit: 1 }).matches[0]?.article.number).toBe('S-1');
  await first.knowledge.stop();
  await second.knowledge.stop();
  await rm(folder, { recursive: true });
});
