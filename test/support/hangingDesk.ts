import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between the bot and a desk's stand-in, and can stop answering, as a desk in deep trouble does. */
export class HangingDesk {
  /** Where the desk is; set as soon as it is known. */
  target = '';
  isHanging = false;
  /** Requests that got no answer. */
  unanswered = 0;
  private readonly held = new Set<ServerResponse>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<HangingDesk> {
    const server = createServer();
    const desk = new HangingDesk(server);
    server.on('request', (incoming: IncomingMessage, response: ServerResponse) => desk.handle(incoming, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return desk;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Answers again; whoever still waits is cut off. */
  recover(): void {
    this.isHanging = false;
    for (const response of this.held) response.destroy();
    this.held.clear();
  }

  async close(): Promise<void> {
    this.recover();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private handle(incoming: IncomingMessage, response: ServerResponse): void {
    if (this.isHanging) {
      this.unanswered += 1;
      this.held.add(response);
      return;
    }
    const { host: _host, ...headers } = incoming.headers;
    const passed = request(new URL(incoming.url ?? '/', this.target), { method: incoming.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    incoming.pipe(passed);
  }
}
