import type { HandoffError } from '../../errors';
import type { CustomerFile } from '../../request';
import { failure, fromStatus } from './errors';
import type { SendContext } from './send';
import type { FileRequest, LiveAgentSession } from './session';

/** Sends one file to the address of the agent's request; resolves when the upload servlet took it. */
export async function uploadFile(
  context: SendContext,
  session: LiveAgentSession,
  asked: FileRequest,
  file: CustomerFile,
  signal: AbortSignal,
): Promise<void> {
  const { bytes, contentType } = await context.readFile(file, signal);
  const url = new URL(asked.url);
  url.searchParams.set('orgId', context.organizationId);
  url.searchParams.set('chatKey', session.id);
  url.searchParams.set('fileToken', asked.token);
  url.searchParams.set('encoding', 'UTF-8');
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)], { type: contentType }), file.name);
  const response = await context.client.upload(url.href, form, signal);
  if (response.status >= 200 && response.status <= 299) return;
  throw uploadFailure(fromStatus(response, context.now()));
}

/** The upload servlet is not the chat server: its refusal says nothing about the chat. */
function uploadFailure(error: HandoffError): HandoffError {
  const isForChat = error.code === 'sessionEnded' || error.code === 'sessionMoved' || error.code === 'unauthorized';
  if (!isForChat) return error;
  const code = error.code === 'sessionMoved' ? 'outage' : 'rejected';
  return failure({ code, retriable: code === 'outage', delivered: 'no', detail: `upload ${error.detail ?? ''}`.trim() });
}
