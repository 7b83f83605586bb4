/** What came back for one labelled question. */
export interface Answered {
  /** Rank of the right article, from 1; undefined when it was not among the matches. */
  readonly rank: number | undefined;
  readonly decision: 'sure' | 'several' | 'none';
  readonly coverage: number;
}

export interface Refusal {
  readonly decision: Answered['decision'];
  readonly coverage: number;
}

export interface Metrics {
  readonly questions: number;
  readonly top1: number;
  readonly top3: number;
  readonly mrr: number;
  readonly sure: number;
  readonly several: number;
  readonly none: number;
  /** Share of the sure answers that were right; null without any. */
  readonly sureRight: number | null;
}

/** Shares (0 to 1) over labelled questions. */
export function metricsOf(answers: readonly Answered[]): Metrics {
  const share = (test: (answer: Answered) => boolean) => answers.filter(test).length / Math.max(1, answers.length);
  const sure = answers.filter(({ decision }) => decision === 'sure');
  return {
    questions: answers.length,
    top1: share(({ rank }) => rank === 1),
    top3: share(({ rank }) => rank !== undefined && rank <= 3),
    mrr: answers.reduce((sum, { rank }) => sum + (rank === undefined ? 0 : 1 / rank), 0) / Math.max(1, answers.length),
    sure: share(({ decision }) => decision === 'sure'),
    several: share(({ decision }) => decision === 'several'),
    none: share(({ decision }) => decision === 'none'),
    sureRight: sure.length === 0 ? null : sure.filter(({ rank }) => rank === 1).length / sure.length,
  };
}

/** Area under the ROC curve: how probably an own question gets a higher value than a foreign one; ties count half. */
export function auroc(own: readonly number[], foreign: readonly number[]): number {
  const all = [...own.map((value) => ({ value, own: true })), ...foreign.map((value) => ({ value, own: false }))];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end++;
    const averageRank = (start + 1 + end) / 2;
    for (let index = start; index < end; index++) if (all[index]?.own) rankSum += averageRank;
    start = end;
  }
  return (rankSum - (own.length * (own.length + 1)) / 2) / (own.length * foreign.length);
}
