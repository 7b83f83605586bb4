import { createHash } from 'node:crypto';
import { RANKING_VERSION, type TrainingInput } from './train';

/** A hash of everything a ranking depends on: the texts with their labels, and the way of learning. */
export function inputKey({ texts, classes }: TrainingInput): Buffer {
  const hash = createHash('sha256').update(`${RANKING_VERSION} ${classes}\n`);
  // One line a text: JSON writes the line ends inside a text as escapes, so that no two lists give the same lines.
  for (const { text, label, weight, kind } of texts) hash.update(`${JSON.stringify([text, label, weight, kind])}\n`);
  return hash.digest();
}
