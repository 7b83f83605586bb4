/**
 * A text as pieces that are short enough, cut after a line or a word where that is possible. Together they are the whole
 * text, but for pieces of nothing but blanks, which the desk would refuse.
 */
export function splitText(text: string, maxLength: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxLength) {
    const at = cutAt(rest, maxLength);
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  pieces.push(rest);
  return pieces.filter((piece) => piece.trim() !== '');
}

function cutAt(text: string, maxLength: number): number {
  for (const separator of ['\n', ' ']) {
    const found = text.lastIndexOf(separator, maxLength - 1);
    if (found >= maxLength / 2) return found + 1;
  }
  const last = text.charCodeAt(maxLength - 1);
  const isFirstHalf = last >= 0xd800 && last <= 0xdbff;
  return isFirstHalf ? maxLength - 1 : maxLength;
}
