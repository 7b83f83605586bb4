import type { Article } from './article';
import { tokenize } from './ranking/tokenize';

/** Which articles carry a word in their title or keywords: what a single word, said alone, may mean. */
export class ArticleNames {
  private readonly labelsByWord = new Map<string, Set<number>>();

  constructor(articles: readonly Article[]) {
    articles.forEach(({ title, keywords }, label) => {
      for (const word of tokenize([title, ...keywords].join(' '))) {
        const labels = this.labelsByWord.get(word) ?? new Set();
        this.labelsByWord.set(word, labels.add(label));
      }
    });
  }

  /** The positions of the articles named by a question of one single word; undefined for any other question. */
  namedBy(question: string): ReadonlySet<number> | undefined {
    const words = tokenize(question);
    const [word] = words;
    return word === undefined || words.length > 1 ? undefined : (this.labelsByWord.get(word) ?? new Set());
  }
}
