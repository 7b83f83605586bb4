import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorCode, type Log } from '../common/log';
import { type Faults, withFaults } from './faults';

/** A stand-in's server on the loopback. */
export interface Served {
  url: string;
  /** Cuts all connections and stops; twice is fine. */
  close(): Promise<void>;
}

export interface ServeOptions {
  /** 0 takes any free one. */
  port: number;
  faults: Faults;
  log?: Log | undefined;
  /** Sees each request as it comes, before any fault. */
  arrived?(request: IncomingMessage, response: ServerResponse): void;
  /** Answers one request. */
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
  /** Answers in the vendor's words that the server failed; nothing may be left to answer. */
  failed(response: ServerResponse): void;
}

/** Serves under the planned faults. Resolves when it listens. */
export async function serve({ port, faults, log, arrived, handle, failed }: ServeOptions): Promise<Served> {
  const server = createServer((request, response) => {
    arrived?.(request, response);
    withFaults(faults, request, response, async () => handle(request, response)).catch((error: unknown) => {
      log?.error('The stand-in failed', { code: errorCode(error) });
      if (!response.headersSent) failed(response);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        // A turn later, so that the other side has seen its connections go.
        server.close(() => setImmediate(resolve));
        server.closeAllConnections();
      }),
  };
}
