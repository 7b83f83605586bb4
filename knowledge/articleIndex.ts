import type { Article, ExamplePhrase } from './article';
import { articleTexts, type LabelledText } from './ranking/articleTexts';
import { type Decision, rank } from './ranking/rank';
import type { RankingModel } from './ranking/rankingModel';
import type { TrainingInput } from './ranking/train';

export interface SearchOptions {
  /** The customer's language (BCP 47); articles in it are preferred when there are any. */
  readonly language?: string;
  /** Return exactly this many best matches (or all there are) whatever the decision; without it, those worth showing. */
  readonly limit?: number;
}

export interface Match {
  readonly article: Article;
  /** Probability, 0 to 1, that this article answers the question. */
  readonly confidence: number;
}

/** What to do with a question: show the one article, offer several to choose from, or say honestly that nothing fits. */
export interface SearchResult {
  readonly decision: Decision;
  /** Best first. Without a limit: one for `sure`, two to five for `several`, none for `none`. */
  readonly matches: readonly Match[];
  /** Probability, 0 to 1, that the knowledge base covers the question at all. */
  readonly coverage: number;
}

export const NO_RESULT: SearchResult = { decision: 'none', matches: [], coverage: 0 };

const MOST_CHOICES = 5;
const FEWEST_CHOICES = 2;
/** An article is worth offering when it is at least this probable compared with the best. */
const WORTH_OFFERING = 0.05;

/** Articles together with the ranking learned from them; never changes, a new one takes its place. */
export class ArticleIndex {
  private readonly labelsByLanguage = new Map<string, Set<number>>();

  constructor(
    private readonly articles: readonly Article[],
    private readonly model: RankingModel,
  ) {
    articles.forEach((article, label) => {
      const language = primaryLanguage(article.language);
      const labels = this.labelsByLanguage.get(language) ?? new Set();
      this.labelsByLanguage.set(language, labels.add(label));
    });
  }

  /** Ranks the articles for a question; see {@link SearchResult}. Never throws. */
  search(question: string, options: SearchOptions = {}): SearchResult {
    const spoken = options.language === undefined ? undefined : this.labelsByLanguage.get(primaryLanguage(options.language));
    const { decision, coverage, order } = rank(this.model, question, spoken);
    const best = order[0]?.confidence ?? 0;
    const count =
      options.limit ?? choices(decision, order.filter(({ confidence }) => confidence >= best * WORTH_OFFERING).length);
    const matches = order.slice(0, Math.max(0, count)).flatMap(({ label, confidence }) => {
      const article = this.articles[label];
      return article ? [{ article, confidence }] : [];
    });
    return { decision, coverage, matches };
  }
}

function choices(decision: Decision, plausible: number): number {
  if (decision === 'none') return 0;
  return decision === 'sure' ? 1 : Math.min(MOST_CHOICES, Math.max(FEWEST_CHOICES, plausible));
}

function primaryLanguage(tag: string): string {
  return (tag.split(/[-_]/)[0] ?? '').toLowerCase();
}

export interface PreparedInput {
  readonly input: TrainingInput;
  /** Phrases whose article is not among the published ones. */
  readonly unknown: { readonly count: number; readonly keys: readonly string[] };
}

/** Gathers everything the ranking learns from. A phrase counts for every article that carries its number or topic (translations share one). */
export function prepareInput(articles: readonly Article[], phrases: readonly ExamplePhrase[]): PreparedInput {
  const labelsByKey = new Map<string, number[]>();
  articles.forEach((article, label) => {
    for (const key of new Set([article.number, article.topic])) {
      if (key) labelsByKey.set(key, [...(labelsByKey.get(key) ?? []), label]);
    }
  });
  const texts: LabelledText[] = articles.flatMap(articleTexts);
  const unknownKeys = new Set<string>();
  let unknownCount = 0;
  for (const { text, article } of phrases) {
    const labels = labelsByKey.get(article);
    if (!labels) {
      unknownCount++;
      unknownKeys.add(article);
      continue;
    }
    for (const label of labels) texts.push({ text, label, weight: 1, kind: 'phrase' });
  }
  return { input: { texts, classes: articles.length }, unknown: { count: unknownCount, keys: [...unknownKeys] } };
}
