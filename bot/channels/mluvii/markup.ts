/** Text for people, with the three tags that mluvii carries to all its channels. */
export type Markup = string & { readonly markup: unique symbol };

/** Text as it is; nothing in it becomes a tag. */
export function plain(text: string): Markup {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;') as Markup;
}

export function strong(text: string): Markup {
  return (text === '' ? '' : `<strong>${plain(text)}</strong>`) as Markup;
}

/** A link; of an address that is none, only the words. */
export function link(title: string, url: string): Markup {
  if (!/^https?:\/\//i.test(url)) return plain(title);
  return `<a href="${plain(url)}">${plain(title)}</a>` as Markup;
}

export function lines(...parts: (Markup | undefined)[]): Markup {
  return parts.filter((part) => part !== undefined && part !== '').join('\n') as Markup;
}

const inline =
  /\\([!-/:-@[-`{-~])|\[((?:\\.|[^\\[\]\n])*)\]\(([^()\s]+)\)|\*\*([^*\n]+)\*\*|(?<![\w*])[*_]([^*_\n]+)[*_](?![\w*])/g;

/** Markdown as cards and messages have it: bold, emphasis and links survive, marks of headings and lists are taken off. */
export function fromMarkdown(text: string): Markup {
  const flat = text
    .replace(/\r\n?/g, '\n')
    .replace(/^ {0,3}#{1,6} +/gm, '')
    .replace(/^( *)[-*+] +/gm, '$1• ')
    .replace(/\n{3,}/g, '\n\n');
  let result = '';
  let at = 0;
  for (const match of flat.matchAll(inline)) {
    const [whole, escaped, title, url, bold, emphasis] = match;
    result += plain(flat.slice(at, match.index));
    if (escaped !== undefined) result += plain(escaped);
    else if (url !== undefined) result += link(withoutEscapes(title ?? url), url);
    else if (bold !== undefined) result += strong(withoutEscapes(bold));
    else result += `<em>${plain(withoutEscapes(emphasis ?? ''))}</em>`;
    at = match.index + whole.length;
  }
  return (result + plain(flat.slice(at))).trim() as Markup;
}

/** What is left of Markdown where no tags are shown, as in titles. */
export function withoutMarkdown(text: string): string {
  return text
    .replace(inline, (_whole, escaped, title, url, bold, emphasis) => escaped ?? title ?? url ?? bold ?? emphasis ?? '')
    .trim();
}

function withoutEscapes(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}
