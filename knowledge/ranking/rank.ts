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

const NOTHING: Ranked = { decision: 'none', coverage: 0, order: [] };

/**
 * Ranks the articles for a question. With `eligible`, only those labels compete. Never throws; a question without any known
 * text (empty, punctuation, another script) gives no order at all.
 */
export function rank(model: RankingModel, question: string, eligible?: ReadonlySet<number>): Ranked {
  if (model.classes === 0) return NOTHING;
  const vector = vectorOf(question, model.vocabulary);
  if (vector.columns.length === 0) return NOTHING;
  const scores = scoreVector(model, vector);
  const related = relatedness(scores, vector.known);
  const covered = coverage(related, model.calibration);
  if (eligible)
    for (let label = 0; label < scores.length; label++) if (!eligible.has(label)) scores[label] = Number.NEGATIVE_INFINITY;
  const order = Array.from(confidences(scores, related, model.calibration), (confidence, label) => ({ label, confidence }))
    .filter(({ label }) => eligible?.has(label) ?? true)
    .sort((a, b) => b.confidence - a.confidence);
  const best = order[0]?.confidence ?? 0;
  if (covered < COVERED_FROM || vector.known < KNOWN_FROM || order.length === 0)
    return { decision: 'none', coverage: covered, order };
  return { decision: best >= model.calibration.sureFrom ? 'sure' : 'several', coverage: covered, order };
}
