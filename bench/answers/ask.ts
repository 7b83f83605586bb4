import { systemClock } from '../../common/clock';
import { silentLog } from '../../common/log';
import type { Article, ExamplePhrase } from '../../knowledge/article';
import { KnowledgeBase } from '../../knowledge/knowledgeBase';
import type { Train } from '../../knowledge/ranking/trainInChild';
import type { Answered, Refusal } from './metrics';

export interface Asked {
  readonly answers: Answered[];
  readonly refusals: Refusal[];
  readonly microsPerQuestion: number;
  readonly buildInMs: number;
}

/** Questions asked before the clock runs, so that the compiler has seen the code. */
const WARM_UP = 300;

/** Starts a knowledge base with the articles and phrases and asks it all questions, labelled and foreign. */
export async function ask(
  articles: readonly Article[],
  phrases: readonly ExamplePhrase[],
  labelled: readonly ExamplePhrase[],
  foreign: readonly string[],
  train?: Train,
): Promise<Asked> {
  const knowledge = new KnowledgeBase({
    source: { changedSince: async () => [...articles], publishedIds: async () => articles.map(({ id }) => id) },
    phrases: { phrases: async () => phrases },
    log: silentLog,
    clock: systemClock,
    ...(train && { train }),
  });
  const startedAt = performance.now();
  await knowledge.start();
  const buildInMs = performance.now() - startedAt;
  try {
    const limit = articles.length;
    for (let index = 0; index < WARM_UP; index++) knowledge.search(labelled[index % labelled.length]?.text ?? '', { limit });
    const askedAt = performance.now();
    const results = labelled.map(({ text }) => knowledge.search(text, { limit }));
    const microsPerQuestion = ((performance.now() - askedAt) * 1000) / Math.max(1, labelled.length);
    const answers = results.map(({ decision, coverage, matches }, index): Answered => {
      const wanted = labelled[index]?.article;
      const position = matches.findIndex(({ article }) => article.number === wanted || article.topic === wanted);
      return { rank: position === -1 ? undefined : position + 1, decision, coverage };
    });
    const refusals = foreign.map((question): Refusal => {
      const { decision, coverage } = knowledge.search(question);
      return { decision, coverage };
    });
    return { answers, refusals, microsPerQuestion, buildInMs };
  } finally {
    await knowledge.stop();
  }
}
