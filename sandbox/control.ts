import { createServer, type Server } from 'node:http';
import type { CancelTimer } from '../common/clock';
import { systemClock } from '../common/clock';

/** How long a sandbox waits for its bot to come back before it ends. Long enough to kill a bot and start it again. */
export const waitsForBotInMs = 120_000;

/** What identifies a sandbox, so that a bot never takes up somebody else's. */
export interface ControlAnswer<Access> {
  options: unknown;
  access: Access;
}

/**
 * The door through which a bot finds the sandbox that an earlier bot left: `GET /access` answers what it needs to know,
 * `GET /attached` stays open as long as the bot lives, `POST /stop` ends the sandbox.
 */
export function startControl<Access>(
  port: number,
  answer: ControlAnswer<Access>,
  onStop: () => void,
): Promise<{ port: number; close(): Promise<void> }> {
  let attached = 0;
  let cancel: CancelTimer = () => undefined;
  const waitForBot = () => {
    cancel();
    if (attached === 0) cancel = systemClock.schedule(waitsForBotInMs, onStop);
  };
  const server = createServer((request, response) => {
    const isLocal = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '') && request.headers.origin === undefined;
    const call = isLocal ? `${request.method} ${request.url}` : '';
    if (call === 'GET /access') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    } else if (call === 'GET /attached') {
      attached += 1;
      cancel();
      response.writeHead(200).flushHeaders();
      response.on('close', () => {
        attached -= 1;
        waitForBot();
      });
    } else if (call === 'POST /stop') {
      response.end('stopping', onStop);
    } else {
      response.writeHead(404).end();
    }
  });
  waitForBot();
  return listen(server, port);
}

function listen(server: Server, port: number): Promise<{ port: number; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
