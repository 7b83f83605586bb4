import type { MluviiSettings } from './settings';

/**
 * A text as mluvii takes it: with nothing of a customer's in it that could pass for a tag. Line breaks stay what they are, because
 * which elements are allowed is not documented.
 */
export function toWireText(text: string, form: MluviiSettings['MLUVII_TEXT_FORM']): string {
  if (form === 'plain') return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The text in parts of at most this length, cut after a line or a word where there is one; together they are the text. */
export function inParts(text: string, maxLength: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > maxLength) {
    const end = cutAt(rest, maxLength);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
}

function cutAt(text: string, maxLength: number): number {
  const half = Math.floor(maxLength / 2);
  for (const sign of ['\n', ' ']) {
    const end = text.lastIndexOf(sign, maxLength - 1) + 1;
    if (end > half) return end;
  }
  // Not between the halves of one character.
  const last = text.charCodeAt(maxLength - 1);
  return last >= 0xd800 && last <= 0xdbff ? maxLength - 1 : maxLength;
}
