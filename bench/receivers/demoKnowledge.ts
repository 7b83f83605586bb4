import { readFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../common/clock';
import { silentLog } from '../../common/log';
import { packageRoot } from '../../common/packageRoot';
import { KnowledgeBase } from '../../knowledge/knowledgeBase';
import { parsePhrases } from '../../knowledge/phraseFile';
import { readArticles } from '../answers/sandboxArticles';

const folder = path.join(packageRoot, 'sandbox', 'dynamics');

/** The demo bank's knowledge base, learnt from so many phrases per article. Resolves when it answers. */
export async function demoKnowledge(phrasesPerArticle: number): Promise<KnowledgeBase> {
  const articles = readArticles(path.join(folder, 'articles'));
  const phrases = demoPhrases().filter(({ nth }) => nth < phrasesPerArticle);
  const knowledge = new KnowledgeBase({
    source: { changedSince: async () => articles, publishedIds: async () => articles.map((article) => article.id) },
    phrases: { phrases: async () => phrases },
    log: silentLog,
    clock: systemClock,
    syncIntervalInMs: 86_400_000,
  });
  await knowledge.start();
  return knowledge;
}

/** Questions that the knowledge base answers with a single article, one per topic where there is one. */
export function sureQuestions(knowledge: KnowledgeBase): string[] {
  const byTopic = new Map<string, string>();
  for (const { text, article } of demoPhrases()) {
    if (byTopic.has(article)) continue;
    if (knowledge.search(text, { language: 'en' }).decision === 'sure') byTopic.set(article, text);
  }
  return [...byTopic.values()];
}

function demoPhrases() {
  const file = path.join(folder, 'phrases.csv');
  const counts = new Map<string, number>();
  return parsePhrases(readFileSync(file, 'utf8'), file).map((phrase) => {
    const nth = counts.get(phrase.article) ?? 0;
    counts.set(phrase.article, nth + 1);
    return { ...phrase, nth };
  });
}
