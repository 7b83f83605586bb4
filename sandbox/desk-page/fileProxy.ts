import type { ServerResponse } from 'node:http';
import { type HttpClient, HttpFailure } from '../../common/http';
import type { DeskLookup } from './deskLookup';
import { fileAddress } from './fileAddress';
import { Problem } from './problem';

const maxBytes = 50 * 1024 * 1024;
const timeoutInMs = 30_000;
/** Shown in the page; everything else is offered for saving, so that no foreign markup runs under the page's origin. */
const shownTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** Answers with the bytes of one file of one entry. Only addresses that a desk itself listed are ever fetched. */
export async function sendStoredFile(
  lookup: DeskLookup,
  http: HttpClient,
  names: { desk: string; chat: string; entry: string; index: string },
  response: ServerResponse,
): Promise<void> {
  const { desk, chat } = lookup.chat(names.desk, names.chat);
  const entry = chat.entries.find(({ id }) => id === names.entry);
  const file = /^\d{1,4}$/.test(names.index) ? entry?.files?.[Number(names.index)] : undefined;
  if (!file) throw new Problem(404, 'unknownFile', 'There is no such file in this chat.');
  const address = fileAddress(desk, file.url);
  if (address.kind !== 'local') throw new Problem(404, 'unknownFile', 'This file is not on this machine.');
  const bytes = await fetchFile(http, address.url);
  const isShown = shownTypes.has(file.contentType);
  response.writeHead(200, {
    'content-type': isShown ? file.contentType : 'application/octet-stream',
    'content-length': bytes.length,
    'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeFileName(file.name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, max-age=3600',
  });
  response.end(bytes);
}

/** RFC 8187: what `encodeURIComponent` leaves alone but the header's grammar does not allow is encoded too. */
function encodeFileName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function fetchFile(http: HttpClient, url: string): Promise<Buffer> {
  try {
    const answer = await http({ method: 'GET', url, timeoutInMs, maxBytes });
    if (answer.status === 200) return answer.bytes;
    throw new Problem(502, 'fileNotRead', `The file's server answered ${answer.status}.`);
  } catch (error) {
    if (error instanceof HttpFailure) throw new Problem(502, 'fileNotRead', `The file's server gave no answer: ${error.code}.`);
    throw error;
  }
}
