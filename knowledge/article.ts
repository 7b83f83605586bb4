/** A published article of the knowledge base, as the index and the cards see it. */
export interface Article {
  readonly id: string;
  /** The public number that operators and customers see, for example `KA-01009`. */
  readonly number: string;
  readonly title: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  readonly html: string;
  /** BCP 47 tag, for example `en` or `en-US`. */
  readonly language: string;
  /** ISO time of the last change. */
  readonly modifiedAt: string;
  /** A second name that example phrases may use instead of the number. */
  readonly topic?: string;
}

/** A question as customers ask it, with the article that answers it. */
export interface ExamplePhrase {
  readonly text: string;
  /** Public number or topic key of the article. */
  readonly article: string;
}
