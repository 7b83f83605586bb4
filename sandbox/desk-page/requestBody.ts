import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { parseJson } from '../../common/json';
import { Problem } from './problem';

/** Reads the whole body; throws a 413 `Problem` as soon as it is longer than `maxBytes`. */
export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new Problem(413, 'tooLarge', `At most ${Math.floor(maxBytes / 1024)} KiB.`, { connection: 'close' });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/**
 * Reads a JSON body and checks it. Only `application/json` is taken: another site's page cannot send that
 * without a preflight, which is never answered.
 */
export async function readJson<T>(request: IncomingMessage, schema: z.ZodType<T>, maxBytes = 256 * 1024): Promise<T> {
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new Problem(415, 'notJson', 'Send application/json.');
  const bytes = await readBytes(request, maxBytes);
  const value = parseJson(bytes.toString('utf8'));
  if (value === undefined) throw new Problem(400, 'invalidJson', 'The body is not JSON.');
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message));
  throw new Problem(400, 'invalidBody', reasons.join('; '));
}
