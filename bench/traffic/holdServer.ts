import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { argument, serve } from '../run/serve';

/** A Live Agent server in which nobody says anything: every poll is held for about this long and answered 204. */
interface Options {
  holdInMs: number;
  /** PEM, for a server with TLS. */
  tls?: { key: string; cert: string };
}

export type HoldMethods = {
  address(): Promise<string>;
  /** Polls that are held now, and how many were answered so far. */
  held(): Promise<{ open: number; answered: number }>;
};

const { holdInMs, tls } = argument<Options>();
let open = 0;
let answered = 0;

const handle: Parameters<typeof createServer>[1] = (_request, response) => {
  open += 1;
  // Desks hold for a fixed time; the spread stands for chats that began at different times.
  const timer = setTimeout(
    () => {
      answered += 1;
      response.writeHead(204).end();
    },
    holdInMs * (0.8 + 0.4 * Math.random()),
  );
  response.on('close', () => {
    open -= 1;
    clearTimeout(timer);
  });
};
const server = tls ? createSecureServer(tls, handle) : createServer(handle);
server.keepAliveTimeout = 120_000;
server.requestTimeout = 0;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const methods: HoldMethods = { address: async () => url, held: async () => ({ open, answered }) };
  serve(methods);
});
