import type { Article } from '../article';

/** A text to learn from. */
export interface LabelledText {
  readonly text: string;
  /** Position of its article in the list of articles. */
  readonly label: number;
  /** How much it counts; an example phrase counts 1. */
  readonly weight: number;
  /**
   * A `phrase` was asked by a customer; `head` is the article's title, summary or a keyword; `body` a sentence of its text,
   * which says too much beside the point to draw borders with, and so is only counted by naive Bayes.
   */
  readonly kind: 'phrase' | 'head' | 'body';
}

const KEYWORD_WEIGHT = 0.5;
const BODY_WEIGHT = 0.2;

const BLOCK_ENDS = /<\/(?:p|li|h[1-6]|tr|div|ul|ol)>|<br\s*\/?>/gi;
const TAGS = /<[^>]*>/g;
const ENTITIES = /&(?:#\d+|#x[\da-f]+|\w+);/gi;
const SENTENCE_ENDS = /(?<=[.!?])\s+|\n+/;

/** Splits an article's HTML into plain sentences. For counting words only: nothing of it is ever shown. */
export function sentencesOf(html: string): string[] {
  const plain = html.replace(BLOCK_ENDS, '\n').replace(TAGS, ' ').replace(ENTITIES, ' ');
  return plain
    .split(SENTENCE_ENDS)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.length > 0);
}

/** The texts an article brings itself, before any example phrases. */
export function articleTexts(article: Article, label: number): LabelledText[] {
  const texts: LabelledText[] = [
    { text: article.title, label, weight: 1, kind: 'head' },
    { text: article.summary, label, weight: 1, kind: 'head' },
    ...article.keywords.map((text) => ({ text, label, weight: KEYWORD_WEIGHT, kind: 'head' as const })),
    ...sentencesOf(article.html).map((text) => ({ text, label, weight: BODY_WEIGHT, kind: 'body' as const })),
  ];
  return texts.filter(({ text }) => text.trim().length > 0);
}
