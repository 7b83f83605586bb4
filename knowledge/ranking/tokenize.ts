/** Longest part of a text that is looked at, in UTF-16 units; a question that says it later is not a question. */
export const MAX_TEXT_LENGTH = 1000;

/** Longest word that is looked at: pasted keys and addresses are cut here. */
const MAX_WORD_LENGTH = 40;

const COMBINING_MARKS = /\p{M}+/gu;
const APOSTROPHES = /(?<=\p{L})['’ʼ`´](?=\p{L})/gu;
const WORDS = /[\p{L}\p{N}]+/gu;

/**
 * Turns any text into lower-case words without accents and punctuation.
 * "I can’t" gives `i cant`: contractions stay one word, because customers leave the apostrophe out half of the time.
 */
export function tokenize(text: string): string[] {
  const plain = text.slice(0, MAX_TEXT_LENGTH).normalize('NFKD').replace(COMBINING_MARKS, '').toLowerCase();
  const words = plain.replace(APOSTROPHES, '').match(WORDS) ?? [];
  return words.map((word) => (word.length > MAX_WORD_LENGTH ? word.slice(0, MAX_WORD_LENGTH) : word));
}
