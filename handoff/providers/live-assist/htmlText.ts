import { ownMember } from '../../../common/json';

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };
const tag = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|'[^']*'|[^'"<>])*)>|<!--[^<>]*-->/g;
const lineTags = new Set(['div', 'p', 'li', 'ul', 'ol', 'tr', 'table', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote']);

/**
 * An agent's line as plain text: lines for blocks and breaks, the address behind a link's words, entities decoded once.
 * The result is text and never markup.
 */
export function htmlToText(html: string): string {
  const text = new LineText();
  let link: { address: string; words: string } | undefined;
  let from = 0;
  const take = (words: string) => {
    text.add(decodeEntities(words));
    if (link) link.words += words;
  };
  for (const match of html.matchAll(tag)) {
    take(html.slice(from, match.index));
    from = match.index + match[0].length;
    const element = match[2]?.toLowerCase() ?? '';
    const isEnd = match[1] === '/';
    if (element === 'br') text.add('\n');
    else if (lineTags.has(element)) text.break();
    else if (element === 'a' && !isEnd) link = linkOf(match[3] ?? '');
    else if (element === 'a' && link) {
      if (link.words.trim() !== link.address) text.add(` (${decodeEntities(link.address)})`);
      link = undefined;
    }
  }
  take(html.slice(from));
  return text.whole;
}

/** Blocks that follow each other are lines; the marks around the whole are not. */
class LineText {
  whole = '';
  private isBroken = false;

  add(text: string): void {
    if (text === '') return;
    if (this.isBroken && this.whole !== '') this.whole += '\n';
    this.isBroken = false;
    this.whole += text;
  }

  break(): void {
    this.isBroken = true;
  }
}

/** Decodes HTML entities once. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,5}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return ownMember(named, name) ?? whole;
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : whole;
  });
}

function linkOf(attributes: string): { address: string; words: string } | undefined {
  const match = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
  const address = match?.[1] ?? match?.[2];
  return address !== undefined && /^(https?|mailto|tel):/i.test(address) ? { address, words: '' } : undefined;
}
