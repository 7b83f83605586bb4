/** One part of a multipart body, with its bytes as they came. */
export interface Part {
  /** Names in lower case. */
  headers: Record<string, string>;
  bytes: Buffer;
}

const mostParts = 100;
const lineEnd = Buffer.from('\r\n');
const headEnd = Buffer.from('\r\n\r\n');

/** The parts of a multipart body. Undefined when it is not one: no boundary, or no closing line. */
export function splitMultipart(bytes: Buffer, boundary: string): Part[] | undefined {
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = indexOfLine(bytes, delimiter, 0);
  while (at !== -1 && parts.length <= mostParts) {
    const afterDelimiter = at + delimiter.length;
    if (bytes.subarray(afterDelimiter, afterDelimiter + 2).toString('latin1') === '--') return parts;
    const start = bytes.indexOf(lineEnd, afterDelimiter);
    const next = indexOfLine(bytes, delimiter, afterDelimiter);
    if (start === -1 || next === -1) return undefined;
    const content = bytes.subarray(start + 2, Math.max(start + 2, next - 2));
    const end = content.subarray(0, 2).equals(lineEnd) ? 0 : content.indexOf(headEnd);
    const head = end <= 0 ? '' : content.subarray(0, end).toString('utf8');
    const body = end === -1 ? Buffer.alloc(0) : content.subarray(end === 0 ? 2 : end + 4);
    parts.push({ headers: readHeaders(head), bytes: body });
    at = next;
  }
  return undefined;
}

/** The header lines of a part or a mail; a line that begins with a blank goes on with the one before. */
export function readHeaders(head: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && !Object.hasOwn(headers, name)) headers[name] = line.slice(colon + 1).trim();
  }
  return headers;
}

/** A value with its parameters: `form-data; name="file"`. Names in lower case; the value itself under the empty name. */
export function readHeaderValue(header: string): Record<string, string> {
  const values: Record<string, string> = { '': (header.split(';', 1)[0] ?? '').trim().toLowerCase() };
  for (const match of header.matchAll(/;\s*([\w*.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/g)) {
    const [, name = '', quoted, bare = ''] = match;
    const key = name.toLowerCase();
    if (key.endsWith('*')) values[key.slice(0, -1)] = decodeExtended(bare || (quoted ?? ''));
    else if (!Object.hasOwn(values, key)) values[key] = quoted?.replace(/\\(.)/g, '$1') ?? bare;
  }
  return values;
}

/** `UTF-8''na%C3%AFve.txt` of RFC 5987. */
function decodeExtended(text: string): string {
  const encoded = text.replace(/^[^']*'[^']*'/, '');
  try {
    return decodeURIComponent(encoded);
  } catch {
    // Not what the standard says: the name is only shown, so it is shown as it came.
    return encoded;
  }
}

/** Where the delimiter stands at the beginning of a line. */
function indexOfLine(bytes: Buffer, delimiter: Buffer, from: number): number {
  for (let at = bytes.indexOf(delimiter, from); at !== -1; at = bytes.indexOf(delimiter, at + 1)) {
    if (at === 0 || bytes.subarray(at - 2, at).equals(lineEnd)) return at;
  }
  return -1;
}
