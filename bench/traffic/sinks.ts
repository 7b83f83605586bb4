import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came in, by the last-but-one part of its path: the conversation at the channel, the session at the desk. */
export type OnArrival = (place: 'channel' | 'desk', name: string) => void;

/** The plainest channel and desk there can be: every POST is read to its end, reported, and answered. */
export async function startSinks(onArrival: OnArrival): Promise<{ url: string; server: Server }> {
  let answers = 0;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [, root, ...parts] = (request.url ?? '').split('/');
    request.resume();
    request.on('end', () => {
      const body = `{"id":"a${++answers}"}`;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
      if (root === 'v3') onArrival('channel', parts[1] ?? '');
      else if (root === 'desk') onArrival('desk', parts[0] ?? '');
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
