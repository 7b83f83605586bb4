import { readHeaders, readHeaderValue, splitMultipart } from '../containers/multipart';

/** A mail as far as it matters here: what it says, and what is attached. */
export interface Mail {
  /** The first text of the mail itself. */
  text: string;
  attachments: { name: string; bytes: Buffer }[];
}

const deepest = 5;

/**
 * Reads a mail as it came (RFC 5322 with MIME): texts and attachments in base64, quoted-printable or as they are, in any
 * nesting up to five deep. Undefined when it has no text at all.
 */
export function readMail(raw: Buffer): Mail | undefined {
  const { headers, body } = splitHead(raw);
  const mail: Partial<Mail> & Pick<Mail, 'attachments'> = { attachments: [] };
  collect(headers, body, mail, 0);
  return mail.text === undefined ? undefined : { text: mail.text, attachments: mail.attachments };
}

function collect(
  headers: Record<string, string>,
  body: Buffer,
  mail: Partial<Mail> & Pick<Mail, 'attachments'>,
  depth: number,
): void {
  const type = readHeaderValue(headers['content-type'] ?? 'text/plain; charset=us-ascii');
  if (type['']?.startsWith('multipart/')) {
    const parts =
      type['boundary'] === undefined || depth >= deepest ? [] : (splitMultipart(withCrLf(body), type['boundary']) ?? []);
    for (const part of parts) collect(part.headers, part.bytes, mail, depth + 1);
    return;
  }
  const disposition = readHeaderValue(headers['content-disposition'] ?? '');
  const name = disposition['filename'] ?? type['name'];
  const bytes = decode(body, headers['content-transfer-encoding'] ?? '');
  if (disposition[''] === 'attachment' || name !== undefined) mail.attachments.push({ name: decodeWord(name ?? 'file'), bytes });
  else if (type['']?.startsWith('text/') && mail.text === undefined) mail.text = textOf(bytes, type['charset']);
}

function splitHead(raw: Buffer): { headers: Record<string, string>; body: Buffer } {
  const end = /\r?\n\r?\n/.exec(raw.toString('latin1'));
  if (!end) return { headers: {}, body: raw };
  return { headers: readHeaders(raw.subarray(0, end.index).toString('utf8')), body: raw.subarray(end.index + end[0].length) };
}

/** Mail gateways often hand a mail on with bare line feeds; latin1 keeps every byte. */
function withCrLf(body: Buffer): Buffer {
  return body.includes('\r\n') ? body : Buffer.from(body.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

function decode(body: Buffer, encoding: string): Buffer {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body.toString('latin1').replace(/\s+/g, ''), 'base64');
    case 'quoted-printable': {
      const text = body.toString('latin1').replace(/(?<![ \t])[ \t]*=\r?\n/g, '');
      return Buffer.from(
        text.replace(/=([0-9A-Fa-f]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      );
    }
    default:
      return body;
  }
}

function textOf(bytes: Buffer, charset = 'utf-8'): string {
  try {
    return new TextDecoder(/^us-ascii$/i.test(charset) ? 'utf-8' : charset).decode(bytes);
  } catch {
    // A charset nobody knows: JSON is nearly always plain enough.
    return bytes.toString('utf8');
  }
}

/** `=?utf-8?B?…?=` of RFC 2047, as some mailers write names. */
function decodeWord(text: string): string {
  return text.replace(/=\?([\w-]+)\?([BQ])\?([^?]*)\?=/gi, (_all, charset: string, kind: string, encoded: string) => {
    const bytes = decode(
      Buffer.from(encoded.replaceAll('_', ' '), 'latin1'),
      kind.toUpperCase() === 'B' ? 'base64' : 'quoted-printable',
    );
    return textOf(bytes, charset);
  });
}
