import {
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { errorCode, type Log } from '../../common/log';
import { type OpenSpan, type SpanStart, type Tracing, useTracing } from '../../common/telemetry';
import { reportExportFailures } from './exportFailures';
import { createResource } from './resource';

export interface TracingOptions {
  azureConnectionString?: string;
  otlpEndpoint?: string;
  sampleRatio: number;
  log: Log;
}

export interface RunningTracing {
  stop(): Promise<void>;
}

/* Each is loaded only when it is used. */
type Otlp = typeof import('@opentelemetry/exporter-trace-otlp-http');
type Azure = typeof import('@azure/monitor-opentelemetry-exporter');

/** Short, because what was not sent yet is lost when the process is killed. */
const exportEveryInMs = 1_000;
/** Its retries included; shorter than the stop may take. */
const sendWithinInMs = 2_500;
const stopWithinInMs = 3_000;
const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const;

/** Begins to trace. Spans leave in batches; a full queue drops them, never the work they tell of. */
export function startTracing(options: TracingOptions): RunningTracing {
  const report = reportExportFailures(options.log);
  const exporters = createExporters(options);
  const provider = new BasicTracerProvider({
    resource: createResource(),
    // A handoff is traced whole or not at all, whatever instance works on it.
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRatio) }),
    spanProcessors: exporters.map((exporter) => new BatchSpanProcessor(exporter, { scheduledDelayMillis: exportEveryInMs })),
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  useTracing(createTracing(provider.getTracer('switchboard')));
  return {
    stop: async () => {
      useTracing(undefined);
      const sent = provider.shutdown().catch(report);
      await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, stopWithinInMs).unref())]);
      context.disable();
    },
  };
}

function createExporters({ azureConnectionString, otlpEndpoint }: TracingOptions): SpanExporter[] {
  const exporters: SpanExporter[] = [];
  if (otlpEndpoint !== undefined) {
    const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http') as Otlp;
    exporters.push(
      new OTLPTraceExporter({ url: `${otlpEndpoint.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: sendWithinInMs }),
    );
  }
  if (azureConnectionString !== undefined) {
    const { AzureMonitorTraceExporter } = require('@azure/monitor-opentelemetry-exporter') as Azure;
    exporters.push(new AzureMonitorTraceExporter({ connectionString: azureConnectionString, disableOfflineStorage: true }));
  }
  return exporters;
}

/** The port over OpenTelemetry's tracer. */
export function createTracing(tracer: Tracer): Tracing {
  return {
    span(name, start, work) {
      if (start.onlyWithin && !trace.getSpanContext(context.active())) return work(untraced);
      const parent = start.parent === undefined ? context.active() : stored(start.parent);
      const span = tracer.startSpan(
        name,
        {
          kind: start.kind ? kinds[start.kind] : SpanKind.INTERNAL,
          ...(start.attributes && { attributes: start.attributes }),
          ...(start.begunAgoInMs !== undefined && { startTime: Date.now() - start.begunAgoInMs }),
        },
        parent,
      );
      return context.with(trace.setSpan(parent, span), () => run(span, work));
    },
    within: (traceparent, work) => context.with(stored(traceparent), work),
    active() {
      const spanContext = trace.getSpanContext(context.active());
      if (!spanContext) return undefined;
      const { traceId, spanId } = spanContext;
      return { traceId, spanId, traceparent: toTraceparent(spanContext) };
    },
  };
}

const untraced: OpenSpan = { set: () => undefined, traceparent: undefined };

/** Runs the work and ends the span with it, at once or when its promise settles. */
function run<T>(span: Span, work: (span: OpenSpan) => T): T {
  const fail = (error: unknown) => {
    // The code alone: messages may quote what a customer wrote.
    span.setStatus({ code: SpanStatusCode.ERROR, message: errorCode(error) });
    span.end();
  };
  let result: T;
  try {
    result = work({
      set: (attributes) => span.setAttributes(attributes),
      traceparent: toTraceparent(span.spanContext()),
    });
  } catch (error) {
    fail(error);
    throw error;
  }
  if (result instanceof Promise) result.then(() => span.end(), fail);
  else span.end();
  return result;
}

function toTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** The context of a stored `traceparent`; a new trace begins below one that is absent or not valid. */
function stored(traceparent: SpanStart['parent']): Context {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true });
}
