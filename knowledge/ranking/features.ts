/** Which kinds of things in a text are counted; both share the vocabulary, each has half of a text's weight. */
export interface TextFeatures {
  /** Words and pairs of words. */
  readonly words: Int32Array;
  /** Runs of characters inside words, which forgive endings and typing errors. */
  readonly characters: Int32Array;
}

/** Pairs join words up to this far apart: "my new card has still not arrived" shares a pair with "card not arrived". */
const PAIR_DISTANCE = 9;
/** Words in pairs are cut to this length, so that "transfer" and "transferred" pair alike in any language. */
const PAIR_WORD_LENGTH = 5;
const SHORTEST_RUN = 3;
const LONGEST_RUN = 5;

const WORD_SEED = 0x811c9dc5 | 0;
const NEXT_SEED = 0x2545f491 | 0;
const NEAR_SEED = 0x6c62272e | 0;
const RUN_SEED = 0x9747b28c | 0;
const FNV_PRIME = 0x01000193;

/** Lists the features of a text as 32-bit hashes; a feature that occurs twice is listed twice. Word order inside a pair does not count. */
export function textFeatures(words: readonly string[]): TextFeatures {
  return { words: Int32Array.from(wordFeatures(words)), characters: Int32Array.from(characterFeatures(words)) };
}

function wordFeatures(words: readonly string[]): number[] {
  const features = words.map((word) => scramble(hashOf(word, word.length)));
  const stems = words.map((word) => scramble(hashOf(word, PAIR_WORD_LENGTH)));
  stems.forEach((stem, position) => {
    const last = Math.min(stems.length - 1, position + PAIR_DISTANCE);
    for (let other = position + 1; other <= last; other++) {
      const second = stems[other] ?? 0;
      if (other === position + 1) features.push(pair(stem, second, NEXT_SEED));
      features.push(pair(stem, second, NEAR_SEED));
    }
  });
  return features;
}

function characterFeatures(words: readonly string[]): number[] {
  const features: number[] = [];
  for (const word of words) {
    const padded = ` ${word} `;
    for (let start = 0; start + SHORTEST_RUN <= padded.length; start++) {
      const end = Math.min(padded.length, start + LONGEST_RUN);
      let hash = RUN_SEED;
      for (let position = start; position < end; position++) {
        hash = Math.imul(hash ^ padded.charCodeAt(position), FNV_PRIME);
        if (position - start + 1 >= SHORTEST_RUN) features.push(scramble(hash + position - start));
      }
    }
  }
  return features;
}

function pair(a: number, b: number, seed: number): number {
  return scramble(Math.imul(Math.min(a, b), 37) + Math.max(a, b) + seed);
}

function hashOf(word: string, length: number): number {
  let hash = WORD_SEED;
  const end = Math.min(word.length, length);
  for (let position = 0; position < end; position++) hash = Math.imul(hash ^ word.charCodeAt(position), FNV_PRIME);
  return hash;
}

/** Spreads a hash over all 32 bits (the finishing step of MurmurHash3). */
function scramble(hash: number): number {
  let mixed = hash | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}
