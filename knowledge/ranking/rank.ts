import { confidences, coverage } from './confidence';
import { type RankingModel, relatedness, scoreVector, vectorOf } from './rankingModel';

export type Decision = 'sure' | 'several' | 'none';

export interface Ranked {
  readonly decision: Decision;
  /** Probability that the articles cover the question at all; below one half the decision is `none`. */
  readonly coverage: number;
  /** Best first. */
  readonly order: readonly { readonly label: number; readonly confidence: number }[];
}

const COVERED_FROM = 0.5;
/** A question of which less than this is known text says too little, whatever the scores are. */
const KNOWN_FROM = 0.3;

/** An article in the customer's language is preferred while it is at least this probable compared with the best of all. */
const NEAR_THE_BEST = 0.25;

/** Which labels are in the customer's language, and which of them stands for each label; itself where there is no translation. */
export interface Preferred {
  readonly labels: ReadonlySet<number>;
  readonly standsFor: readonly number[];
}

const NOTHING: Ranked = { decision: 'none', coverage: 0, order: [] };

/**
 * Ranks the articles for a question. With `preferred`, labels that stand for a translation give what they have to the one in `standsFor`, and
 * the others compete only when none that is preferred comes near the best of them: a question that only an article of another language answers
 * is better answered in that language than by whatever there is in the customer's own. Never throws; a question without any known
 * text (empty, punctuation, another script) gives no order at all.
 */
export function rank(model: RankingModel, question: string, preferred?: Preferred): Ranked {
  if (model.classes === 0) return NOTHING;
  const vector = vectorOf(question, model.vocabulary);
  if (vector.columns.length === 0) return NOTHING;
  const scores = scoreVector(model, vector);
  const related = relatedness(scores, vector.known);
  const covered = coverage(related, model.calibration);
  const all = confidences(scores, related, model.calibration);
  const order = ordered(preferred ? folded(all, preferred) : all, preferred);
  const best = order[0]?.confidence ?? 0;
  if (covered < COVERED_FROM || vector.known < KNOWN_FROM || order.length === 0)
    return { decision: 'none', coverage: covered, order };
  return { decision: best >= model.calibration.sureFrom ? 'sure' : 'several', coverage: covered, order };
}

/** The confidence of each label together with that of its translations, which have none then. */
function folded(confidence: Float64Array, { standsFor }: Preferred): Float64Array {
  const sums = new Float64Array(confidence.length);
  confidence.forEach((value, label) => {
    const target = standsFor[label] ?? label;
    sums[target] = (sums[target] as number) + value;
  });
  return sums;
}

function ordered(confidence: Float64Array, preferred: Preferred | undefined): { label: number; confidence: number }[] {
  const order = Array.from(confidence, (value, label) => ({ label, confidence: value })).sort(
    (a, b) => b.confidence - a.confidence,
  );
  if (!preferred) return order;
  const own = order.filter(({ label }) => preferred.labels.has(label));
  if ((own[0]?.confidence ?? 0) >= (order[0]?.confidence ?? 0) * NEAR_THE_BEST) return own;
  return order.filter(({ label }) => (preferred.standsFor[label] ?? label) === label);
}
