import { randomUUID } from 'node:crypto';
import { type Call, Refusal, respond } from '../http';
import type { Org } from './org';

export const uploadPath = '/chat/upload';
export const filesPath = '/chat/files/';

/** The upload servlet: one multipart file for a token an agent's request gave out. */
export async function upload(org: Org, call: Call): Promise<void> {
  if (call.query.get('orgId') !== org.options.organizationId) throw new Refusal(400, 'orgId is missing or wrong');
  if (call.query.get('encoding') !== 'UTF-8') throw new Refusal(400, 'encoding has to be UTF-8');
  const chat = org.chats().find(({ id }) => id === call.query.get('chatKey'));
  if (chat?.phase !== 'active') throw new Refusal(403, 'There is no such chat');
  const token = call.query.get('fileToken') ?? '';
  if (chat.fileTokens.get(token) !== 'open') throw new Refusal(400, 'The file token is not open');
  const form = await readForm(call);
  const parts = [...form.entries()];
  const file = parts[0]?.[1];
  if (parts.length !== 1 || parts[0]?.[0] !== 'file' || !file || typeof file === 'string')
    throw new Refusal(400, 'The body has to have one part named file');
  chat.fileTokens.set(token, 'used');
  const id = randomUUID();
  const contentType = file.type || 'application/octet-stream';
  org.files.set(id, { name: file.name, contentType, bytes: Buffer.from(await file.arrayBuffer()) });
  const url = `${org.url}${filesPath}${id}`;
  org.addEntry(chat, { from: 'customer', name: chat.visitorName, text: '', files: [{ name: file.name, contentType, url }] });
  org.push(chat, 'FileTransfer', { type: 'Success' });
  respond(call.response, 200, 'OK');
}

/** A file as the agent opens it. */
export function download(org: Org, call: Call): void {
  const file = org.files.get(call.path.slice(filesPath.length));
  if (!file) throw new Refusal(404, 'There is no such file');
  call.response.writeHead(200, {
    'content-type': file.contentType,
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
  });
  call.response.end(file.bytes);
}

async function readForm(call: Call): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(call.body), {
      headers: { 'content-type': call.header('content-type') ?? '' },
    }).formData();
  } catch (error) {
    throw new Refusal(400, `The body is not multipart form data: ${error instanceof Error ? error.name : 'unreadable'}`);
  }
}
