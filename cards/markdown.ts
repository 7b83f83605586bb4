/**
 * Makes text show as it is where a client renders Markdown (text blocks, message texts).
 * Escapes only what would have an effect, so that clients with little Markdown show few backslashes.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]~]/g, '\\$&')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/<(?=[a-z/!?])/gi, '&lt;')
    .replace(/^([ \t]*)([#>+-])/gm, '$1\\$2')
    .replace(/^([ \t]*\d{1,9})([.)])(?=\s)/gm, '$1\\$2');
}

/** Cuts text to at most `limit` characters at a word boundary, with an ellipsis; never inside a surrogate pair. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, Math.max(0, limit - 1)).replace(/[\uD800-\uDBFF]$/, '');
  const boundary = cut.search(/\s+\S*$/u);
  const kept = boundary > cut.length * 0.6 ? cut.slice(0, boundary) : cut;
  return `${kept.trimEnd()}…`;
}

/** Removes control characters that JSON carries but no client shows, and joins all white space to single spaces. */
export function singleLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  return text.replace(/[\u0000-\u001f\u007f\s]+/g, ' ').trim();
}
