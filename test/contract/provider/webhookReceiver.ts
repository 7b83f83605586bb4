import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebhookRejected } from '../../../handoff/errors';
import type { HandoffProvider, InboundEvent, WebhookRequest } from '../../../handoff/provider';

/** A real server that hands webhook calls to a provider, as the bot does, and passes the events on. */
export interface WebhookReceiver {
  /** Without a trailing slash; the provider's own path follows. */
  url: string;
  attach(provider: HandoffProvider): void;
  /** Calls back for every event, redelivered ones too. */
  onEvent(listener: (event: InboundEvent) => void): () => void;
  /** Takes the next calls' events but answers 503, so that the desk delivers them again. */
  failNext(count: number): void;
  /** Statuses answered so far, oldest first. */
  statuses: number[];
  close(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const listeners = new Set<(event: InboundEvent) => void>();
  const statuses: number[] = [];
  let provider: HandoffProvider | undefined;
  let failures = 0;

  const handle = async (incoming: IncomingMessage): Promise<{ status: number; body: string }> => {
    if (provider?.inbound.kind !== 'webhook') return { status: 503, body: 'not attached' };
    const result = await provider.inbound.receive(await toWebhookRequest(incoming), new AbortController().signal);
    for (const event of result.events) for (const listener of listeners) listener(event);
    if (failures > 0) {
      failures -= 1;
      return { status: 503, body: '' };
    }
    return { status: result.response.status, body: result.response.body ?? '' };
  };

  const server = createServer((incoming, response) => {
    handle(incoming)
      .catch((error: unknown) => {
        if (error instanceof WebhookRejected) return { status: error.status, body: error.reason };
        return { status: 500, body: String(error) };
      })
      .then(({ status, body }) => {
        statuses.push(status);
        response.writeHead(status).end(body);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    attach: (attached) => {
      provider = attached;
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    failNext: (count) => {
      failures = count;
    },
    statuses,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function toWebhookRequest(incoming: IncomingMessage): Promise<WebhookRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://receiver');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    rawBody: Buffer.concat(chunks),
  };
}
