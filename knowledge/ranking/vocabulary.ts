import type { TextFeatures } from './features';

/** Maps feature hashes to columns. Plain arrays, so that another process can hand it over. */
export interface Vocabulary {
  /** Open addressing: `keys[slot]` belongs to column `slots[slot]`, or the slot is free when that is -1. The length is a power of two. */
  readonly keys: Int32Array;
  readonly slots: Int32Array;
  /** How much a column says: inverse document frequency. */
  readonly idf: Float32Array;
}

/** Below this many texts a feature seen once is worth keeping; above, one seen twice is mostly noise that costs memory. */
const MANY_TEXTS = 3000;

/** Learns the vocabulary of texts. What only one sentence of an article's body says is left out: it is most of the text and little of the use. */
export function learnVocabulary(texts: readonly (TextFeatures & { readonly body?: boolean })[]): Vocabulary {
  const counts = new Map<number, number>();
  const heads = new Set<number>();
  let headTexts = 0;
  for (const { words, characters, body } of texts) {
    const seen = new Set<number>(words);
    for (const feature of characters) seen.add(feature);
    if (!body) headTexts++;
    for (const feature of seen) {
      counts.set(feature, (counts.get(feature) ?? 0) + 1);
      if (!body) heads.add(feature);
    }
  }
  const keepSingle = headTexts < MANY_TEXTS;
  const kept = [...counts].filter(([feature, count]) => count > (keepSingle ? 1 : 2) || (keepSingle && heads.has(feature)));
  const idf = Float32Array.from(kept, ([, count]) => 1 + Math.log((1 + texts.length) / (1 + count)));
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, kept.length * 2)));
  const keys = new Int32Array(size);
  const slots = new Int32Array(size).fill(-1);
  kept.forEach(([feature], column) => {
    let slot = feature & (size - 1);
    while (slots[slot] !== -1) slot = (slot + 1) & (size - 1);
    keys[slot] = feature;
    slots[slot] = column;
  });
  return { keys, slots, idf };
}

/** The column of a feature, or -1 for one that was never seen. */
export function columnOf(vocabulary: Vocabulary, feature: number): number {
  const { keys, slots } = vocabulary;
  const mask = keys.length - 1;
  let slot = feature & mask;
  for (;;) {
    const column = slots[slot] ?? -1;
    if (column === -1 || keys[slot] === feature) return column;
    slot = (slot + 1) & mask;
  }
}
