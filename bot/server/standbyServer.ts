import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StandbyServer {
  port: number;
  stop(): Promise<void>;
}

/**
 * What an instance does that waits to be swapped in: `/healthz` says that the process runs, everything else is refused with 503.
 * Resolves when it listens; rejects when the port is taken.
 */
export async function startStandbyServer(port: number, host: string | undefined): Promise<StandbyServer> {
  const server = createServer((request, response) => {
    const isHealth = request.method === 'GET' && request.url === '/healthz';
    const body = JSON.stringify(isHealth ? { status: 'standby' } : { error: 'This instance is on standby.' });
    // What comes with the request is not read, so the connection cannot be used again.
    response.writeHead(isHealth ? 200 : 503, {
      'content-type': 'application/json',
      connection: 'close',
      ...(!isHealth && { 'retry-after': '30' }),
    });
    response.end(body);
  });
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
