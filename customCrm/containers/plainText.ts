import { ownMember } from '../../common/json';

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** HTML as text with its line breaks and the addresses of its links; what is no HTML stays as it is. */
export function plainText(text: string): string {
  if (!/<\/?[a-z][^<>]*>/i.test(text)) return text;
  return withoutBlocks(text, ['script', 'style'])
    .replace(
      /<a\b[^<>]*?\bhref\s*=\s*(["'])(https?:[^"'<>]*)\1[^<>]*>([^<]{0,1000})<\/a>/gi,
      (_all, _quote, address: string, inner: string) => (inner.trim() === address ? inner : `${inner} (${address})`),
    )
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<li\b[^<>]*>/gi, '\n- ')
    .replace(/<\/(?:p|div|li|tr|h[1-6]|ul|ol|table)>/gi, '\n')
    .replace(/<\/t[dh]>/gi, '\t')
    .replace(/<\/?[a-z!][^<>]*>/gi, '')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, decodeEntity)
    .replace(/(?<![ \t])[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Takes out elements with their content. By hand, because a pattern would take forever over text made for that. */
function withoutBlocks(text: string, names: readonly string[]): string {
  return names.reduce((rest, name) => {
    const lower = rest.toLowerCase();
    let kept = '';
    let from = 0;
    for (let at = lower.indexOf(`<${name}`); at !== -1; at = lower.indexOf(`<${name}`, from)) {
      kept += rest.slice(from, at);
      const end = lower.indexOf(`</${name}>`, at);
      if (end === -1) return kept;
      from = end + name.length + 3;
    }
    return kept + rest.slice(from);
  }, text);
}

function decodeEntity(all: string, decimal?: string, hex?: string, name?: string): string {
  const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
  if (code !== undefined) return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  return ownMember(entities, name?.toLowerCase() ?? '') ?? all;
}
