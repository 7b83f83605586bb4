import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpClient, HttpFailure, type HttpResponse } from '../../common/http';

/** How long an instance that did not answer is passed over. */
const passedOverForInMs = 2_000;
const timeoutInMs = 8_000;

/** What a load balancer before the instances does: takes turns, passes over those that do not answer. Never repeats a request. */
export class Balancer {
  private turn = 0;
  private readonly downUntil = new Map<string, number>();
  /** Requests that got no answer, or an answer of the 500s. */
  failures = 0;

  constructor(
    private readonly urls: readonly string[],
    private readonly http: HttpClient,
  ) {}

  /** Makes one request to the next instance that seems to live. Throws `HttpFailure`. */
  async send(path: string, headers: Record<string, string>, body: Buffer | string): Promise<HttpResponse> {
    const url = this.next();
    try {
      const response = await this.http({ method: 'POST', url: `${url}${path}`, headers, body, timeoutInMs });
      if (response.status >= 500) this.failures += 1;
      return response;
    } catch (error) {
      this.failures += 1;
      this.downUntil.set(url, performance.now() + passedOverForInMs);
      throw error;
    }
  }

  private next(): string {
    const now = performance.now();
    for (let tried = 0; tried < this.urls.length; tried += 1) {
      this.turn = (this.turn + 1) % this.urls.length;
      const url = this.urls[this.turn] ?? '';
      if ((this.downUntil.get(url) ?? 0) <= now) return url;
    }
    this.turn = (this.turn + 1) % this.urls.length;
    return this.urls[this.turn] ?? '';
  }
}

/** The address desks send their webhooks to: the very bytes go on to an instance. */
export async function startWebhookDoor(balancer: Balancer): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    forward(balancer, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const hopByHop = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);

async function forward(balancer: Balancer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' && !hopByHop.has(name) ? [[name, value]] : [],
    ),
  );
  try {
    const answer = await balancer.send(request.url ?? '/', headers, Buffer.concat(chunks));
    response.writeHead(answer.status).end(answer.bytes);
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    response.writeHead(502).end();
  }
}
