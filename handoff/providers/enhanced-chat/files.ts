import type { JsonObject } from '../../../common/json';
import { isReadableLink } from '../../../common/trustedUrl';
import type { FetchedFile } from '../../provider';
import { Access, type AccessContext } from './access';
import { failure, fromStatus } from './errors';
import type { EnhancedChatSession } from './session';
import { wordOf } from './wire';

const maxBytes = 25 * 1024 * 1024;

/** Reads an agent's file. The token goes along only to the desk's own server; other hosts have to be named in the settings. */
export async function fetchFile(
  context: AccessContext,
  session: EnhancedChatSession,
  reference: JsonObject,
  signal: AbortSignal,
): Promise<FetchedFile> {
  const url = wordOf(reference, 'url') ?? '';
  const isOwn = URL.canParse(url) && new URL(url).origin === session.url;
  if (!isOwn && !isReadableLink(url, context.settings.ENHANCED_CHAT_FILE_HOSTS)) {
    throw failure({ code: 'rejected', retriable: false, delivered: 'no', detail: 'a file at a host that is not named' });
  }
  const access = new Access(context, session);
  const response = isOwn
    ? await access.call(signal, (token) => context.client.readFile(url, token, maxBytes, signal))
    : await context.client.readFile(url, undefined, maxBytes, signal);
  if (response.status !== 200) throw fileFailure(fromStatus(response, context.now()).code, response.status);
  const told = response.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const known = wordOf(reference, 'contentType') ?? 'application/octet-stream';
  return { bytes: response.bytes, contentType: told && told !== 'application/octet-stream' ? told : known };
}

/** A file that is gone says nothing about the chat. */
function fileFailure(code: string, status: number): Error {
  const isLater = code === 'outage' || code === 'rateLimited';
  return failure({ code: isLater ? 'outage' : 'rejected', retriable: isLater, delivered: 'no', detail: `file HTTP ${status}` });
}
