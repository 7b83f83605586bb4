/** Nobody writes more by hand; what is longer is shown as it came. */
const MAX_LENGTH = 8_000;

/**
 * Markdown as plain text: the customer's channel may show no markup, and a message is plain text to it. Words, line breaks and the
 * addresses of links stay; marks go. Anything that is no whole piece of markup stays as it is.
 */
export function plainText(markdown: string): string {
  if (markdown.length > MAX_LENGTH) return markdown;
  const kept: string[] = [];
  // What is code is nobody's markup: it is put aside, marks in it and all.
  const keep = (text: string) => `\uE000${kept.push(text) - 1}\uE000`;
  return markdown
    .replaceAll('\uE000', '')
    .replace(/\\([\\`*_{}[\]()#+\-.!~|>])/g, (_, mark: string) => keep(mark))
    .replace(/^```[^\n`]*\n([\s\S]*?)\n?```$/gm, (_, code: string) => keep(code))
    .replace(/`([^`\n]+)`/g, (_, code: string) => keep(code))
    .replace(/!?\[([^\]\n]{0,500})\]\((\S+?)(?:\s+"[^"\n]*")?\)/g, (_, label: string, address: string) =>
      label.trim() === '' || label === address ? keep(address) : `${label} (${keep(address)})`,
    )
    .replace(/<((?:https?:\/\/|mailto:)[^>\s]+)>/g, (_, address: string) => keep(address))
    .replace(/https?:\/\/\S+/g, (address) => keep(address))
    .replace(/<\/?(?:u|b|i|em|strong|s)>/gi, '')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/^ {0,3}#{1,6}\s+(.*?)\s*#*$/gm, '$1')
    .replace(/^ {0,3}>\s?/gm, '')
    .replace(/^(\s*)[*+]\s+/gm, '$1- ')
    .replace(/(\*\*|__)(?=\S)([\s\S]*?\S)\1/g, '$2')
    .replace(/(?<![\w*])\*(?=\S)([^*\n]*?\S)\*(?![\w*])/g, '$1')
    .replace(/(?<![\w_])_(?=\S)([^_\n]*?\S)_(?![\w_])/g, '$1')
    .replace(/~~(?=\S)([^~\n]*?\S)~~/g, '$1')
    .replace(/ {2,}\n/g, '\n')
    .replace(/\uE000(\d+)\uE000/g, (_, index: string) => restore(kept, Number(index)));
}

/** What was put aside may hold what was put aside before it. */
function restore(kept: readonly string[], index: number): string {
  return (kept[index] ?? '').replace(/\uE000(\d+)\uE000/g, (_, inner: string) => restore(kept, Number(inner)));
}
