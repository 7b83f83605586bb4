/** The hash of nothing: Web Chat adds one empty style element without the nonce and fills it by script. */
const emptyStyle = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

/**
 * What the page may load. Web Chat puts its styles into the page (allowed by the nonce it is given), shows pictures from
 * anywhere a bot or a card names, scales uploads in a worker made from a blob, and shows videos of YouTube and Vimeo
 * only when frames are allowed, which they are not. `frameAncestors` are the sites that may show it in a frame.
 */
export function contentPolicy(nonce: string, directLine: URL, frameAncestors: string): string {
  const socket = directLine.origin.replace(/^http/, 'ws');
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}' '${emptyStyle}'`,
    `connect-src 'self' ${directLine.origin} ${socket} blob: data:`,
    `img-src 'self' https: data: blob: ${directLine.origin}`,
    `media-src https: blob: ${directLine.origin}`,
    "font-src 'self' data:",
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors}`,
  ].join('; ');
}
