import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './answer';

/**
 * Reads a request's body as it came. Rejects with `HttpProblem`: 413 as soon as it is longer than `maxBytes`,
 * 408 when it is not complete in time, 400 when the caller breaks off.
 */
export function readBody(request: IncomingMessage, maxBytes: number, timeoutInMs = 15_000): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      settle();
    };
    const refuse = (problem: HttpProblem) => {
      finish(() => reject(problem));
      // What still comes is thrown away; the answer closes the connection.
      request.resume();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) refuse(tooLarge(maxBytes));
      else chunks.push(chunk);
    };
    const onEnd = () => finish(() => resolve(Buffer.concat(chunks, size)));
    const onClose = () => finish(() => reject(new HttpProblem(400, 'the body broke off')));
    const timer = setTimeout(() => refuse(new HttpProblem(408, 'the body did not arrive in time', close)), timeoutInMs);
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      refuse(tooLarge(maxBytes));
      return;
    }
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** Reads a JSON body. Rejects with `HttpProblem`: 415 for another media type, 400 when it is not JSON, and as `readBody`. */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json' && !/^application\/[\w.-]+\+json$/.test(type))
    throw new HttpProblem(415, 'the body is not application/json', close);
  const bytes = await readBody(request, maxBytes);
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    // The parser's message quotes the body; the caller knows what it sent.
    throw new HttpProblem(400, 'the body is not valid JSON');
  }
}

const close = { connection: 'close' };

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, `the body is larger than ${maxBytes} bytes`, close);
}
