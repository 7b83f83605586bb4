import sanitizeHtml from 'sanitize-html';
import { escapeMarkdown, shorten } from './markdown';

export interface HtmlTextOptions {
  /** The result is not longer, ellipsis included. */
  maxLength: number;
}

/** More than any article has; keeps the time that hostile markup can take in bounds. */
const maxInputLength = 500_000;
const allowedSchemes = ['http', 'https', 'mailto', 'tel'];
const blocks = ['p', 'div', 'section', 'blockquote', 'pre', 'table', 'dl', 'dt', 'dd', 'figure', 'figcaption'];
const headings = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

/**
 * Turns an article's HTML into the Markdown that cards can show: paragraphs, lists, bold, links.
 * Scripts, styles, images and everything else are gone; no tag is left, also none that the text only quotes.
 * Never throws, for any input.
 */
export function htmlToMarkdown(html: string, options: HtmlTextOptions): string {
  return join(readBlocks(html, true), options.maxLength);
}

/** Turns an article's HTML into plain text on one paragraph per block, for summaries and speech. Never throws. */
export function htmlToText(html: string, options: HtmlTextOptions): string {
  const text = readBlocks(html, false)
    .map((block) => block.text)
    .join('\n');
  return shorten(text, options.maxLength);
}

interface Block {
  text: string;
  /** Items of one list follow each other without an empty line. */
  isItem: boolean;
}

function clean(html: string): string {
  return sanitizeHtml(html.slice(0, maxInputLength), {
    allowedTags: [...blocks, ...headings, 'ul', 'ol', 'li', 'br', 'tr', 'td', 'th', 'a', 'b', 'strong'],
    allowedAttributes: { a: ['href'] },
    allowedSchemes,
    allowProtocolRelative: false,
    nestingLimit: 60,
    nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'iframe', 'object', 'svg', 'math', 'template'],
  });
}

// What sanitize-html gives back is well formed and holds these four entities only.
const token = /<(\/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+)/g;

function readBlocks(html: string, markdown: boolean): Block[] {
  const reader = new BlockReader(markdown);
  for (const [, slash, tag, attributes, text] of clean(html).matchAll(token)) {
    if (text !== undefined) reader.text(decode(text));
    else if (tag !== undefined) reader.tag(tag, slash === '/', attributes ?? '');
  }
  return reader.end();
}

class BlockReader {
  private readonly done: Block[] = [];
  private readonly lists: { ordered: boolean; count: number }[] = [];
  private current = '';
  private prefix = '';
  private boldDepth = 0;
  private link: { href: string; start: number } | undefined;

  constructor(private readonly markdown: boolean) {}

  text(text: string): void {
    const joined = text.replace(/[\s\u00a0]+/g, ' ');
    const spaced = this.current.endsWith(' ') ? joined.trimStart() : joined;
    if (spaced.trim() === '') {
      if (this.current !== '' && spaced !== '') this.current += ' ';
      return;
    }
    if (!this.markdown) {
      this.current += spaced;
      return;
    }
    const escaped = escapeMarkdown(spaced);
    // Markers must touch the words they make bold.
    this.current += this.boldDepth > 0 && !this.link ? escaped.replace(/^(\s*)([\s\S]*?)(\s*)$/, '$1**$2**$3') : escaped;
  }

  tag(tag: string, closing: boolean, attributes: string): void {
    if (tag === 'br') this.flush();
    else if (tag === 'b' || tag === 'strong') this.boldDepth = Math.max(0, this.boldDepth + (closing ? -1 : 1));
    else if (tag === 'a') this.anchor(closing, attributes);
    else if (tag === 'td' || tag === 'th') this.cell(closing);
    else if (tag === 'ul' || tag === 'ol') this.list(tag, closing);
    else if (tag === 'li') this.item(closing);
    else {
      this.flush();
      if (headings.includes(tag)) this.boldDepth = closing ? 0 : 1;
    }
  }

  end(): Block[] {
    this.flush();
    return this.done;
  }

  private anchor(closing: boolean, attributes: string): void {
    this.closeLink();
    if (closing || !this.markdown) return;
    const href = decode(/href="([^"]*)"/.exec(attributes)?.[1] ?? '').trim();
    if (/^(https?:\/\/|mailto:|tel:)/i.test(href)) this.link = { href, start: this.current.length };
  }

  private closeLink(): void {
    if (!this.link) return;
    const label = this.current.slice(this.link.start);
    if (label.trim() !== '') {
      const before = this.current.slice(0, this.link.start) + (label.startsWith(' ') ? ' ' : '');
      this.current = `${before}[${label.trim()}](${encodeLink(this.link.href)})${label.endsWith(' ') ? ' ' : ''}`;
    }
    this.link = undefined;
  }

  private cell(closing: boolean): void {
    if (!closing && this.current.trim() !== '') this.current = `${this.current.trimEnd()} – `;
  }

  private list(tag: 'ul' | 'ol', closing: boolean): void {
    this.flush();
    if (closing) this.lists.pop();
    else this.lists.push({ ordered: tag === 'ol', count: 0 });
  }

  private item(closing: boolean): void {
    this.flush();
    this.prefix = '';
    if (closing) return;
    const list = this.lists.at(-1) ?? { ordered: false, count: 0 };
    list.count += 1;
    const indent = '  '.repeat(Math.max(0, this.lists.length - 1));
    this.prefix = `${indent}${list.ordered ? `${list.count}.` : '-'} `;
  }

  private flush(): void {
    this.closeLink();
    const text = this.current.trim();
    this.current = '';
    if (text === '') return;
    this.done.push({ text: this.prefix + text, isItem: this.prefix !== '' || this.lists.length > 0 });
    this.prefix = '';
  }
}

/** Puts blocks together until the limit; the block that does not fit is cut where no Markdown is broken. */
function join(parts: Block[], maxLength: number): string {
  let result = '';
  let previous: Block | undefined;
  for (const block of parts) {
    const separator = previous === undefined ? '' : previous.isItem && block.isItem ? '\n' : '\n\n';
    const room = maxLength - result.length - separator.length;
    if (block.text.length > room) {
      const cut = cutMarkdown(block.text, room);
      return cut === '' ? closeEnd(result, maxLength) : result + separator + cut;
    }
    result += separator + block.text;
    previous = block;
  }
  return result;
}

function cutMarkdown(text: string, room: number): string {
  if (room < 20) return '';
  // Without its markers a cut text cannot have half a marker.
  const bare = text.replace(/\[([^\]\\]*)\]\([^)\s]*\)/g, '$1').replaceAll('**', '');
  return shorten(bare, room).replace(/(?<!\\)((?:\\\\)*)\\…$/, '$1…');
}

function closeEnd(text: string, maxLength: number): string {
  if (text === '') return '';
  return text.length + 2 <= maxLength ? `${text} …` : text;
}

function encodeLink(href: string): string {
  return href.replace(/[\s()<>[\]\\]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`);
}

function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
