import type { IncomingMessage } from 'node:http';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import type { StoredFile } from './conversations';
import { DirectLineError, readBytes } from './exchange';

const maxFileBytes = 4 * 1024 * 1024;
const maxBytes = 3 * maxFileBytes;

/** What a client uploaded: the files, and the activity they belong to when it sent one. */
export interface Upload {
  activity: JsonObject;
  files: StoredFile[];
}

/** Reads an upload: multipart with an optional activity part, or one bare file. Throws `DirectLineError` 400 or 413. */
export async function readUpload(request: IncomingMessage): Promise<Upload> {
  const contentType = request.headers['content-type'] ?? '';
  const bytes = await readBytes(request, maxBytes);
  if (!contentType.toLowerCase().startsWith('multipart/form-data')) {
    if (bytes.length === 0) throw new DirectLineError(400, 'BadArgument', 'No file was sent.');
    const name = /filename="?([^";]+)"?/i.exec(request.headers['content-disposition'] ?? '')?.[1];
    return { activity: {}, files: [checked({ name: name ?? 'file', contentType: mediaType(contentType), bytes })] };
  }
  const form = await parseForm(bytes, contentType);
  const upload: Upload = { activity: {}, files: [] };
  for (const [field, value] of form) {
    const isActivity = field === 'activity';
    if (typeof value === 'string') {
      if (isActivity) upload.activity = toActivity(value);
    } else if (isActivity || value.type === 'application/vnd.microsoft.activity') {
      upload.activity = toActivity(await value.text());
    } else {
      const file = {
        name: value.name || 'file',
        contentType: mediaType(value.type),
        bytes: Buffer.from(await value.arrayBuffer()),
      };
      upload.files.push(checked(file));
    }
  }
  if (upload.files.length === 0) throw new DirectLineError(400, 'BadArgument', 'No file was sent.');
  return upload;
}

async function parseForm(bytes: Buffer, contentType: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch {
    // The parser says no more than that it failed.
    throw new DirectLineError(400, 'BadArgument', 'The body is not valid multipart/form-data.');
  }
}

function toActivity(text: string): JsonObject {
  const activity = parseJson(text);
  if (!isJsonObject(activity)) throw new DirectLineError(400, 'BadArgument', 'The activity part is not a JSON object.');
  return activity;
}

function checked(file: StoredFile): StoredFile {
  if (file.bytes.length > maxFileBytes)
    throw new DirectLineError(413, 'MessageSizeTooBig', `A file is larger than ${maxFileBytes} bytes.`);
  return file;
}

function mediaType(contentType: string): string {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
}
