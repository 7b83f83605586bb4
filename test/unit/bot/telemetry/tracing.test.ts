import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createTracing } from '../../../../bot/telemetry/tracing';
import { currentTraceparent, noParent, span, traceFields, useTracing, withinTrace } from '../../../../common/telemetry';

const stored = '00-11111111111111111111111111111111-2222222222222222-01';

describe('tracing', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

  beforeEach(() => {
    exporter.reset();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    useTracing(createTracing(provider.getTracer('test')));
  });
  afterEach(() => {
    useTracing(undefined);
    context.disable();
  });

  const only = (name: string) => {
    const found = exporter.getFinishedSpans().filter((one) => one.name === name);
    expect(found).toHaveLength(1);
    return found[0]!;
  };

  it('puts spans of work into the span under way, over awaits', async () => {
    await span('outer', { kind: 'server' }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await span('inner', { attributes: { 'switchboard.count': 2 } }, async () => undefined);
    });
    expect(only('inner').parentSpanContext?.spanId).toBe(only('outer').spanContext().spanId);
    expect(only('inner').attributes).toEqual({ 'switchboard.count': 2 });
  });

  it('goes on with a stored trace, in this process or another', async () => {
    await withinTrace(stored, () => span('worker', {}, async () => undefined));
    span('turn', { parent: stored }, () => undefined);
    for (const name of ['worker', 'turn']) {
      expect(only(name).spanContext().traceId).toBe('1'.repeat(32));
      expect(only(name).parentSpanContext?.spanId).toBe('2'.repeat(16));
    }
  });

  it('begins a trace without a parent, whatever is under way', () => {
    span('outer', {}, () => span('turn', { parent: noParent }, () => undefined));
    expect(only('turn').parentSpanContext).toBeUndefined();
    withinTrace(undefined, () => span('worker', {}, () => undefined));
    expect(only('worker').parentSpanContext).toBeUndefined();
  });

  it.each(['', 'nonsense', '00-short-2222222222222222-01', `${stored}-more`])('takes "%s" for no trace', (traceparent) => {
    span('turn', { parent: traceparent }, () => undefined);
    expect(only('turn').parentSpanContext).toBeUndefined();
  });

  it('tells the traceparent to be stored, which leads back to the same span', () => {
    span('outer', {}, (outer) => {
      expect(outer.traceparent).toBe(currentTraceparent());
      expect(outer.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      withinTrace(outer.traceparent, () => span('later', {}, () => undefined));
    });
    expect(only('later').parentSpanContext?.spanId).toBe(only('outer').spanContext().spanId);
  });

  it('gives log lines their trace', () => {
    expect(traceFields()).toEqual({});
    span('outer', {}, () => expect(traceFields()).toEqual({ trace_id: expect.any(String), span_id: expect.any(String) }));
  });

  it('tells a failure by its code and never by its message, and passes it on', async () => {
    const failure = Object.assign(new Error('Dear Ms Example, my card is gone'), { code: 'timedOut' });
    const work = span('call', {}, async () => {
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(() =>
      span('at once', {}, () => {
        throw failure;
      }),
    ).toThrow(failure);
    expect(only('call').status).toEqual({ code: 2, message: 'timedOut' });
    expect(only('at once').events).toEqual([]);
    expect(JSON.stringify(only('call').status)).not.toContain('card');
  });

  it('makes no span of background work that belongs to nothing', () => {
    span('sync', { onlyWithin: true }, (none) => expect(none.traceparent).toBeUndefined());
    expect(exporter.getFinishedSpans()).toEqual([]);
    span('turn', {}, () => span('call', { onlyWithin: true }, () => undefined));
    only('call');
  });

  it('begins in the past when asked to', () => {
    span('call', { begunAgoInMs: 5_000 }, () => undefined);
    const { startTime, endTime } = only('call');
    expect(endTime[0] * 1_000 + endTime[1] / 1e6 - (startTime[0] * 1_000 + startTime[1] / 1e6)).toBeGreaterThan(4_000);
  });

  it('does the work alone while nobody traces', async () => {
    useTracing(undefined);
    expect(await span('turn', { kind: 'server' }, async (none) => none.traceparent ?? 'done')).toBe('done');
    expect(withinTrace(stored, () => 'done')).toBe('done');
    expect([currentTraceparent(), traceFields()]).toEqual([undefined, {}]);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
