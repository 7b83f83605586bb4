/**
 * Lower case words with single spaces between, for comparing what people type: punctuation goes, apostrophes inside words
 * too, and so do accents of Latin letters, because many people leave them out.
 */
export function plainWords(text: string): string {
  // Most texts have nothing that needs the costly way.
  if (/^[\t\n\r -~]*$/.test(text)) {
    return text
      .toLowerCase()
      .replace(/['`]/g, '')
      .replace(/[^a-z0-9]+/g, ' ')
      .trim();
  }
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/['’‘`]/g, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}
