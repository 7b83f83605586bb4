import type { HttpClient, HttpResponse } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import { wordOf } from '../../../common/jsonMembers';
import { mediaTypeOf, unknownMediaType } from '../../../common/mediaType';
import { isReadableLink } from '../../../common/trustedUrl';
import { HandoffError } from '../../errors';
import type { FetchedFile } from '../../provider';
import { fromTransport } from '../../transportError';
import { type ChatGateway, MAX_FILE_BYTES } from './client';
import { failure, PROVIDER, toHandoffError } from './errors';

/**
 * Reads an agent's file through the API, because its signed link expires; the link is the second try, without our
 * key, and only on hosts the settings name.
 */
export async function fetchFile(
  { gateway, http, hosts, nowInMs }: { gateway: ChatGateway; http: HttpClient; hosts: readonly string[]; nowInMs: number },
  conversationId: string,
  reference: JsonObject,
  signal: AbortSignal,
): Promise<FetchedFile> {
  const attachmentId = wordOf(reference['attachmentId']);
  const link = wordOf(reference['preSignedUrl']);
  const name = wordOf(reference['name']) ?? '';
  if (attachmentId === undefined) throw failure('invalid', 'the reference names no attachment');
  try {
    return toFile(await gateway.readAttachment(conversationId, attachmentId, signal), name);
  } catch (error) {
    const isWorthASecondTry = error instanceof HandoffError && error.code !== 'aborted';
    if (!isWorthASecondTry || link === undefined || !isReadableLink(link, hosts)) throw error;
  }
  const call = { method: 'GET', url: link, timeoutInMs: 30_000, maxBytes: MAX_FILE_BYTES, publicOnly: true, signal } as const;
  const response = await http(call).catch((error: unknown) => {
    throw fromTransport(PROVIDER, error);
  });
  if (response.status !== 200) throw toHandoffError(response, 'other', nowInMs);
  return toFile(response, name);
}

function toFile(response: HttpResponse, name: string): FetchedFile {
  const told = response.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const contentType = told && told !== unknownMediaType ? told : mediaTypeOf(name || dispositionName(response));
  return { bytes: response.bytes, contentType };
}

function dispositionName(response: HttpResponse): string {
  const value = response.headers['content-disposition'] ?? '';
  return /filename="([^"]*)"/i.exec(value)?.[1] ?? /filename\*?=(?:UTF-8'')?([^;]+)/i.exec(value)?.[1]?.trim() ?? '';
}
