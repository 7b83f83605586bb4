import { el } from './dom.js';

const links = /https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]]/g;

/** A link into another tab that tells the other site nothing; undefined for what is not an address of the web. */
export function outsideLink(url, text, className) {
  const address = URL.parse(url);
  if (!address || !['http:', 'https:', 'mailto:', 'tel:'].includes(address.protocol)) return undefined;
  return el('a', { class: className, href: address.href, target: '_blank', rel: 'noopener noreferrer', text });
}

/** Plain text as nodes, with web addresses as links. */
export function plainText(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(links)) {
    const link = outsideLink(match[0], match[0]);
    if (!link) continue;
    nodes.push(text.slice(end, match.index), link);
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)].filter((node) => node !== '');
}

const marks =
  /\\([\\`*_[\]~#>+\-.)!&<])|\*\*(?=\S)(.+?)\*\*|\*(?=\S)([^*]+?)\*|(?<![\p{L}\p{N}])_(?=\S)([^_]+?)_(?![\p{L}\p{N}])|\[((?:\\.|[^\]\\])+)\]\(([^()\s]+)\)|&(lt|gt|amp|quot|nbsp|#39);/gsu;
const signs = { lt: '<', gt: '>', amp: '&', quot: '"', nbsp: '\u00a0', '#39': "'" };

/** The Markdown of cards as nodes: bold, italic, links, lists and escapes. Everything else stays the text it is. */
export function cardMarkdown(text) {
  const nodes = [];
  let list;
  for (const line of text.split(/\r?\n/)) {
    const item = /^\s*(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/.exec(line);
    if (!item) {
      list = undefined;
      const isFirst = nodes.length === 0 || nodes.at(-1) instanceof HTMLUListElement || nodes.at(-1) instanceof HTMLOListElement;
      nodes.push(...(isFirst ? [] : [el('br')]), ...inline(line));
      continue;
    }
    const tag = item[1] ? 'ul' : 'ol';
    if (list?.localName !== tag) {
      list = el(tag, tag === 'ol' ? { start: item[2] } : {});
      nodes.push(list);
    }
    list.append(el('li', {}, inline(item[3])));
  }
  return nodes;
}

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(marks)) {
    nodes.push(text.slice(end, match.index), marked(match));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)].flat().filter((node) => node !== '');
}

function marked([whole, escaped, bold, starItalic, lineItalic, label, url, sign]) {
  if (escaped !== undefined) return escaped;
  if (bold !== undefined) return el('strong', {}, inline(bold));
  const italic = starItalic ?? lineItalic;
  if (italic !== undefined) return el('em', {}, inline(italic));
  if (sign !== undefined) return signs[sign];
  const link = outsideLink(url, '');
  if (!link) return whole;
  link.append(...inline(label));
  return link;
}
