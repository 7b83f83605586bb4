import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as a collector gets it. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  /** The OTLP word: internal, server, client, producer, consumer. */
  kind: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  endedAt: number;
  attributes: Record<string, unknown>;
  /** The code of the failure, when the span failed. */
  error: string | undefined;
  /** Which process it comes from. */
  instance: string;
}

interface OtlpAttribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean };
}
interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: OtlpAttribute[];
  status?: { code?: number; message?: string };
}
interface OtlpTraces {
  resourceSpans: { resource?: { attributes?: OtlpAttribute[] }; scopeSpans: { spans: OtlpSpan[] }[] }[];
}

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const failed = 2;

/** A collector that takes traces as OTLP in JSON over HTTP and keeps them; for looking at one trace, and for tests. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** The bodies as they came. */
  readonly bodies: string[] = [];
  private readonly server: Server;

  private constructor(private readonly onReceived: () => void) {
    this.server = createServer((request, response) => {
      this.take(request).then(
        (status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'),
        () => response.destroy(),
      );
    });
  }

  /** Listens on the loopback; port 0 takes any that is free. */
  static async start(port = 0, onReceived: () => void = () => undefined): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(onReceived);
    await new Promise<void>((resolve, reject) => {
      receiver.server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return receiver;
  }

  /** What OTEL_EXPORTER_OTLP_ENDPOINT is to be. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The spans of a trace, in the order in which they began. */
  trace(traceId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId).sort((one, other) => one.startedAt - other.startedAt);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== 'POST' || request.url !== '/v1/traces') return 404;
    const body = Buffer.concat(chunks).toString('utf8');
    this.bodies.push(body);
    this.spans.push(...readSpans(JSON.parse(body) as OtlpTraces));
    this.onReceived();
    return 200;
  }
}

function readSpans({ resourceSpans }: OtlpTraces): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const instance = String(toObject(resource?.attributes)['service.instance.id'] ?? '');
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => toSpan(span, instance)));
  });
}

function toSpan(span: OtlpSpan, instance: string): ReceivedSpan {
  const { traceId, spanId, parentSpanId, name, kind, status } = span;
  return {
    traceId,
    spanId,
    parentSpanId: parentSpanId || undefined,
    name,
    kind: kinds[kind] ?? 'unspecified',
    startedAt: Number(span.startTimeUnixNano) / 1e6,
    endedAt: Number(span.endTimeUnixNano) / 1e6,
    attributes: toObject(span.attributes),
    error: status?.code === failed ? (status.message ?? 'error') : undefined,
    instance,
  };
}

function toObject(attributes: OtlpAttribute[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
