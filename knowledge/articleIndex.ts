import type { Article, ExamplePhrase } from './article';
import { ArticleNames } from './articleNames';
import { articleTexts, type LabelledText } from './ranking/articleTexts';
import { type Decision, type Preferred, type Ranked, rank } from './ranking/rank';
import type { RankingModel } from './ranking/rankingModel';
import type { TrainingInput } from './ranking/train';

export interface SearchOptions {
  /** The customer's language (BCP 47); articles in it are preferred, and those of other languages come in where it has none that fit. */
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

const MOST_MATCHES: Readonly<Record<Decision, number>> = { sure: 1, several: 5, none: 0 };
const FEWEST_CHOICES = 2;
/** An article is worth offering when it is at least this probable compared with the best. */
const WORTH_OFFERING = 0.05;

/** Articles together with the ranking learned from them; never changes, a new one takes its place. */
export class ArticleIndex {
  private readonly preferredByLanguage = new Map<string, Preferred>();
  private readonly names: ArticleNames;

  constructor(
    private readonly articles: readonly Article[],
    private readonly model: RankingModel,
  ) {
    this.names = new ArticleNames(articles);
    for (const language of new Set(articles.map((article) => primaryLanguage(article.language))))
      this.preferredByLanguage.set(language, preferredIn(language, articles));
  }

  /** Ranks the articles for a question; see {@link SearchResult}. Never throws. */
  search(question: string, options: SearchOptions = {}): SearchResult {
    const spoken = options.language === undefined ? undefined : this.preferredByLanguage.get(primaryLanguage(options.language));
    const { decision: ranked, coverage, order } = rank(this.model, question, spoken);
    const named = this.names.namedBy(question);
    const decision = ranked === 'sure' && named && !isNamedAlone(order, named) ? 'several' : ranked;
    const best = order[0]?.confidence ?? 0;
    const offered =
      options.limit === undefined && decision === 'several'
        ? order.filter(({ label, confidence }, place) => {
            return place < FEWEST_CHOICES || confidence >= best * WORTH_OFFERING || named?.has(label);
          })
        : order;
    const count = options.limit ?? MOST_MATCHES[decision];
    const matches = offered.slice(0, Math.max(0, count)).flatMap(({ label, confidence }) => {
      const article = this.articles[label];
      return article ? [{ article, confidence }] : [];
    });
    return { decision, coverage, matches };
  }
}

/** A single word is only enough for a single answer when it is the name of that article and of no other. */
function isNamedAlone(order: Ranked['order'], named: ReadonlySet<number>): boolean {
  const competing = order.filter(({ label }) => named.has(label));
  return competing.length === 1 && competing[0] === order[0];
}

/** Translations of an article carry its number, or at least its topic. */
function preferredIn(language: string, articles: readonly Article[]): Preferred {
  const labels = new Set<number>();
  const byKey = new Map<string, number>();
  articles.forEach((article, label) => {
    if (primaryLanguage(article.language) !== language) return;
    labels.add(label);
    for (const key of [article.topic, article.number]) if (key) byKey.set(key, byKey.get(key) ?? label);
  });
  const standsFor = articles.map((article, label) =>
    labels.has(label) ? label : (byKey.get(article.number) ?? byKey.get(article.topic ?? '') ?? label),
  );
  return { labels, standsFor };
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
