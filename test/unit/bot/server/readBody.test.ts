import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { readBody } from '../../../../bot/server/readBody';

const request = (headers: Record<string, string> = {}) =>
  Object.assign(new PassThrough(), { headers }) as unknown as IncomingMessage & PassThrough;

describe('readBody', () => {
  it('gives the bytes as they came', async () => {
    const stream = request();
    const body = readBody(stream, 10);
    stream.write(Buffer.from([0, 255]));
    stream.end(Buffer.from([1]));
    expect(await body).toEqual(Buffer.from([0, 255, 1]));
  });

  it('refuses at once what says that it is too long', async () => {
    await expect(readBody(request({ 'content-length': '11' }), 10)).rejects.toMatchObject({ status: 413 });
  });

  it('refuses what turns out too long, before its end', async () => {
    const stream = request();
    const body = readBody(stream, 10);
    stream.write(Buffer.alloc(11));
    await expect(body).rejects.toMatchObject({ status: 413 });
  });

  it('does not wait for a caller that falls silent', async () => {
    const stream = request();
    const body = readBody(stream, 10, 5);
    stream.write('x');
    await expect(body).rejects.toMatchObject({ status: 408 });
  });

  it('ends when the caller breaks off', async () => {
    const stream = request();
    const body = readBody(stream, 10);
    stream.write('x');
    stream.destroy();
    await expect(body).rejects.toMatchObject({ status: 400 });
  });
});
