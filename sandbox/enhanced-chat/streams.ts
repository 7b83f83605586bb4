import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../../common/json';
import { type Call, Refusal } from '../http';
import type { Settled } from './options';
import type { Token } from './tokens';

interface Sent {
  id: number;
  text: string;
}

/** The event streams: one history per subject, any number of listeners. */
export class Streams {
  private readonly history = new Map<string, Sent[]>();
  private readonly open = new Map<ServerResponse, { subject: string; stop(): void }>();
  private lastId = 0;
  /** While true, events only go into the history, as when a stream broke unnoticed. */
  isDeaf = false;

  constructor(private readonly options: Settled) {}

  connect(call: Call, token: Token): void {
    const { organizationId } = this.options;
    const wanted = this.options.wantsLongId ? organizationId : organizationId.slice(0, 15);
    if (call.header('x-org-id') !== wanted) {
      throw new Refusal(400, 'OrgId in the header and token must match', !this.options.wantsLongId);
    }
    if (!/text\/event-stream/.test(call.header('accept') ?? '')) throw new Refusal(400, 'Accept has to be text/event-stream');
    const last = call.header('last-event-id') ?? '';
    if (!/^\d+$/.test(last)) throw new Refusal(400, 'Last-Event-Id has to be the last id seen');
    const { response } = call;
    response.writeHead(200, { 'content-type': 'text/event-stream;charset=utf-8', 'cache-control': 'no-cache' });
    response.flushHeaders();
    const ping = setInterval(() => response.write('event: ping\ndata: 0\n\n'), this.options.pingIntervalInMs);
    const expiry = setTimeout(() => response.end('Jwt is expired'), Math.max(0, token.expiresAt - Date.now()));
    ping.unref();
    expiry.unref();
    const stop = () => {
      clearInterval(ping);
      clearTimeout(expiry);
      this.open.delete(response);
    };
    response.once('close', stop);
    this.open.set(response, { subject: token.subject, stop });
    if (!this.options.replaysEvents) return;
    for (const { id, text } of this.history.get(token.subject) ?? []) if (id > Number(last)) response.write(text);
  }

  send(subject: string, name: string, data: JsonObject): void {
    this.lastId += 1;
    const text = `id: ${this.lastId}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    const events = this.history.get(subject) ?? [];
    events.push({ id: this.lastId, text });
    this.history.set(subject, events);
    if (this.isDeaf) return;
    for (const [response, listener] of this.open) {
      if (listener.subject === subject && !response.writableEnded) response.write(text);
    }
  }

  get count(): number {
    return this.open.size;
  }

  /** Ends all streams: with an end that can be seen, or by cutting the connection. */
  cut(how: 'end' | 'break' = 'break'): void {
    for (const response of [...this.open.keys()]) {
      if (how === 'end') response.end();
      else response.destroy();
    }
  }

  close(): void {
    for (const { stop } of [...this.open.values()]) stop();
  }
}
