import type { Request, Response } from 'restify';
import type { JsonObject } from '../../common/json';
import { fileTypeOf } from '../../customCrm/files/fileType';
import { HandoffError } from '../../handoff/errors';
import type { FetchedFile } from '../../handoff/provider';
import type { SignedLinks } from '../signedLinks';
import { answerBytes, HttpProblem } from './answer';

/** Fetches the bytes behind a signed file link. Throws `HandoffError`. */
export type FileFetcher = (reference: JsonObject, signal: AbortSignal) => Promise<FetchedFile>;

const timeoutInMs = 30_000;

/** Types a browser may show when the bytes prove them; all else is only saved. No type that can run a script. */
const shown = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'audio/mpeg', 'audio/ogg', 'video/mp4']);
/** Types that keep their name when saved. */
const saved =
  /^(application\/(pdf|zip|json|rtf|msword|vnd\.(ms-|openxmlformats-|oasis\.)[\w.-]+)|text\/(csv|plain)|image\/(tiff|heic|bmp)|audio\/[\w.-]+|video\/[\w.-]+)$/;

/** Serves an agent's or a customer's file under a signed link. */
export function createFileRoute(
  links: SignedLinks,
  fetchFile: FileFetcher,
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    const params = request.params as { token?: string; name?: string };
    const reference = links.open('file', params.token ?? '');
    if (!reference) throw new HttpProblem(404, 'this link is not valid any more');
    const left = new AbortController();
    response.once('close', () => left.abort());
    const file = await fetchOrRefuse(fetchFile, reference, AbortSignal.any([left.signal, AbortSignal.timeout(timeoutInMs)]));
    const { type, isShown } = servedType(file);
    answerBytes(response, 200, file.bytes, {
      'content-type': type,
      'content-disposition': contentDisposition(isShown ? 'inline' : 'attachment', params.name ?? ''),
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'cache-control': 'private, max-age=300',
      // The chat page lives under another address in production.
      'cross-origin-resource-policy': 'cross-origin',
    });
  };
}

/** What a file is served as: what its bytes prove, else what it is called, if no browser does anything with that but save it. */
export function servedType({ bytes, contentType }: FetchedFile): { type: string; isShown: boolean } {
  const proven = fileTypeOf(bytes).contentType;
  if (shown.has(proven)) return { type: proven, isShown: true };
  const told = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (told === 'text/plain') return { type: 'text/plain; charset=utf-8', isShown: false };
  return { type: saved.test(told) && !shown.has(told) ? told : 'application/octet-stream', isShown: false };
}

async function fetchOrRefuse(fetchFile: FileFetcher, reference: JsonObject, signal: AbortSignal): Promise<FetchedFile> {
  try {
    return await fetchFile(reference, signal);
  } catch (error) {
    if (!(error instanceof HandoffError)) throw error;
    if (error.retriable || error.code === 'outage' || error.code === 'timedOut')
      throw new HttpProblem(503, 'the file cannot be fetched now', { 'retry-after': '10' });
    throw new HttpProblem(410, 'the file is gone');
  }
}

/** A Content-Disposition whose name can neither end the header nor leave a folder (RFC 6266). */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const clean =
    name
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go.
      .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]/g, '_')
      .replace(/^\.+/, '_')
      .slice(-120)
      .toWellFormed() || 'file';
  const ascii = clean.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(clean).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
