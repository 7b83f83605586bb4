import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../common/clock';
import type { Conversation } from './conversation';
import type { Conversations } from './conversations';
import { DirectLineError } from './exchange';
import type { Tokens } from './tokens';

const pingIntervalInMs = 30_000;

/** The web socket side: history since the watermark, then every activity as it is published. */
export class Streams {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false });

  constructor(
    private readonly conversations: Conversations,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  /** Takes an upgrade of `/v3/directline/conversations/{id}/stream`; refuses it with the status of what is wrong. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    try {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const id = /^\/v3\/directline\/conversations\/([^/]+)\/stream$/.exec(url.pathname)?.[1];
      if (!id) throw new DirectLineError(404, 'NotFound', 'There is no such stream.');
      const grant = this.tokens.check(url.searchParams.get('t') ?? '');
      if (grant.conversationId !== decodeURIComponent(id))
        throw new DirectLineError(403, 'Forbidden', 'The token is for another conversation.');
      const conversation = this.conversations.get(grant.conversationId);
      const watermark = url.searchParams.get('watermark');
      this.server.handleUpgrade(request, socket, head, (client) => this.attach(client, conversation, watermark));
    } catch (error) {
      const status = error instanceof DirectLineError ? error.status : 400;
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    }
  }

  /** Ends all streams; clients come back by themselves. */
  close(): void {
    for (const client of this.server.clients) client.terminate();
    this.server.close();
  }

  private attach(client: WebSocket, conversation: Conversation, watermark: string | null): void {
    const unsubscribe = conversation.subscribe((set) => client.send(JSON.stringify(set)));
    const missed = conversation.since(watermark, this.clock.now());
    if (missed.activities.length > 0) client.send(JSON.stringify(missed));
    let isAlive = true;
    let cancel = () => {};
    const ping = () => {
      if (!isAlive) {
        client.terminate();
        return;
      }
      isAlive = false;
      client.ping();
      cancel = this.clock.schedule(pingIntervalInMs, ping);
    };
    cancel = this.clock.schedule(pingIntervalInMs, ping);
    client.on('pong', () => {
      isAlive = true;
    });
    // Clients send empty frames to keep the connection open; nothing else is expected.
    client.on('error', () => client.terminate());
    client.on('close', () => {
      unsubscribe();
      cancel();
    });
  }
}
