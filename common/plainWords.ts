/**
 * Lower case words with single spaces between, for comparing what people type: punctuation goes, apostrophes inside words
 * too, and so do accents of Latin letters, because many people leave them out.
 */
export function plainWords(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/['’‘`]/g, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}
