import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems hand out themselves, so that nobody is given one of ours in between. */
const range = { first: 20_000, last: 31_900 };

/** The first of `count` neighboring ports of the loopback that are free now. */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const first = randomInt(range.first, range.last - count);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const answers = await Promise.all(ports.map(isFree));
    if (answers.every((free) => free)) return first;
  }
  throw new Error(`no ${count} neighboring ports are free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
