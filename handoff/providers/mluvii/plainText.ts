import { ownMember } from '../../../common/json';

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  laquo: '«',
  raquo: '»',
  bdquo: '„',
  ldquo: '“',
  rdquo: '”',
  lsquo: '‘',
  rsquo: '’',
  euro: '€',
  copy: '©',
};

/** Tags between which a new line begins. */
const BLOCKS = /^(p|div|ul|ol|li|h[1-6]|blockquote|pre|tr|table|section)$/;
const HIDDEN = /<(script|style|head|title)\b[^<>]*>|<!--/gi;
const ENDS: Record<string, RegExp> = {
  script: /<\/script\s*>/gi,
  style: /<\/style\s*>/gi,
  head: /<\/head\s*>/gi,
  title: /<\/title\s*>/gi,
  '--': /-->/g,
};

/**
 * What an operator's HTML says, as plain text: lines and paragraphs stay, links and pictures keep their addresses, all other
 * tags go. Blanks stay as they were typed. What looks like a tag afterwards was written as text and is text.
 */
export function toPlainText(html: string): string {
  let text = '';
  const links: { at: number; href: string }[] = [];
  const newLine = () => {
    if (text !== '' && !text.endsWith('\n')) text += '\n';
  };
  const visible = withoutHidden(html).replace(/\r\n?/g, '\n');
  for (const [piece, slash, rawName, attributes = ''] of visible.matchAll(PIECES)) {
    const name = rawName?.toLowerCase();
    if (name === undefined) {
      text += decodeEntities(piece);
    } else if (name === 'br') {
      text += '\n';
    } else if (name === 'img') {
      text += attributeOf(attributes, 'src') ?? attributeOf(attributes, 'alt') ?? '';
    } else if (name === 'a' && !slash) {
      links.push({ at: text.length, href: attributeOf(attributes, 'href') ?? '' });
    } else if (name === 'a') {
      const link = links.pop();
      if (link) text = withAddress(text, link);
    } else if (BLOCKS.test(name)) {
      newLine();
      if (name === 'li' && !slash) text += '- ';
    }
  }
  // A block's own line break at the very end says nothing.
  return /<\/(p|div|ul|ol|li|h[1-6]|blockquote|pre|tr|table|section)\s*>\s*$/i.test(visible) ? text.replace(/\n$/, '') : text;
}

/** Takes out what is never shown. What is not closed stays; its end is looked for once, however often it begins. */
function withoutHidden(html: string): string {
  const open = new Set<string>();
  let kept = '';
  let from = 0;
  for (const match of html.matchAll(HIDDEN)) {
    const name = match[1]?.toLowerCase() ?? '--';
    const end = ENDS[name];
    if (!end || match.index < from || open.has(name)) continue;
    end.lastIndex = match.index + match[0].length;
    const found = end.exec(html);
    if (!found) {
      open.add(name);
      continue;
    }
    kept += html.slice(from, match.index);
    from = found.index + found[0].length;
  }
  return kept + html.slice(from);
}

/** A tag, the break after `<br>` that editors add for the eye, or text up to the next tag; a lone `<` is text. */
const PIECES = /<(\/?)([a-z][a-z0-9]*)\b((?:"[^"]*"|'[^']*'|[^'"<>])*)>(?:(?<=<br\s*\/?>)\n)?|[^<]+|</gi;

function withAddress(text: string, { at, href }: { at: number; href: string }): string {
  const label = text.slice(at);
  const address = href.replace(/^(mailto|tel):/i, '');
  const isWebAddress = /^(https?:\/\/|mailto:|tel:)/i.test(href);
  if (!isWebAddress || label.includes(address) || address === '') return text;
  return label.trim() === '' ? text.slice(0, at) + address : `${text} (${address})`;
}

function attributeOf(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(attributes);
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  return value === undefined ? undefined : decodeEntities(value);
}

/** Once: what was escaped twice was meant to be read escaped. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return ownMember(NAMED, name) ?? whole;
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : whole;
  });
}
