import type { CounterName, GaugeName, HistogramName, MetricAttributes } from './telemetryMetrics';

/** Attributes of a span: ids of our own, counts, codes. Never message text, names, tokens or a customer's ids (promise 8). */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanStart {
  /** `server`: somebody called us; `client`: we call; `consumer`: something stored is taken up. Internal without. */
  kind?: 'server' | 'client' | 'consumer';
  attributes?: SpanAttributes;
  /** A stored `traceparent` that the span belongs to, instead of the span under way; `noParent` begins a trace. */
  parent?: string | undefined;
  /** No span when none is under way: what happens in the background all the time would be told for nothing. */
  onlyWithin?: true;
  /** How long ago it began, in milliseconds; just now without. */
  begunAgoInMs?: number;
}

/** In place of a `traceparent`: whatever is under way has nothing to do with it. */
export const noParent = 'none';

/** A span under way. */
export interface OpenSpan {
  set(attributes: SpanAttributes): void;
  /** The W3C `traceparent` of this very span, to be stored; undefined while nothing is traced. */
  readonly traceparent: string | undefined;
}

/** What traces; the composition root brings one when a setting asks for it. */
export interface Tracing {
  span<T>(name: string, start: SpanStart, work: (span: OpenSpan) => T): T;
  /** Runs work as part of a stored trace; of none without. */
  within<T>(traceparent: string | undefined, work: () => T): T;
  active(): { traceId: string; spanId: string; traceparent: string } | undefined;
}

/** What keeps the metrics; the composition root brings one when a setting asks for it. */
export interface Metering {
  count(name: CounterName, value: number, attributes: Readonly<Record<string, string>>): void;
  record(name: HistogramName, value: number, attributes: Readonly<Record<string, string>>): void;
}

/** One value of a gauge. */
export interface Reading<Name extends GaugeName> {
  value: number;
  attributes: MetricAttributes<Name>;
}

type Gauge = () => readonly Reading<GaugeName>[] | Promise<readonly Reading<GaugeName>[]>;

/*
 * A trace follows the work and not the objects, so tracing and metering are the process's, like its standard output. Until
 * somebody brings them every function here does nothing, and nothing of OpenTelemetry is loaded.
 */
let tracing: Tracing | undefined;
let metering: Metering | undefined;
const gauges = new Map<GaugeName, Set<Gauge>>();
const untraced: OpenSpan = { set: () => undefined, traceparent: undefined };

/** Brings what traces, or takes it away. */
export function useTracing(given: Tracing | undefined): void {
  tracing = given;
}

/** Brings what keeps metrics, or takes it away. */
export function useMetering(given: Metering | undefined): void {
  metering = given;
}

/** Whether metrics are kept: to save the trouble of working out values that nobody wants. */
export function isMetered(): boolean {
  return metering !== undefined;
}

/** Whether spans are recorded. */
export function isTraced(): boolean {
  return tracing !== undefined;
}

/** Runs work within a span, which ends with it; a failure marks the span with its code. Passes on what the work does. */
export function span<T>(name: string, start: SpanStart, work: (span: OpenSpan) => T): T {
  return tracing ? tracing.span(name, start, work) : work(untraced);
}

/** Runs work that was written down earlier as part of its trace; of no trace when there was none. */
export function withinTrace<T>(traceparent: string | undefined, work: () => T): T {
  return tracing ? tracing.within(traceparent, work) : work();
}

/** The `traceparent` of the span under way, to be stored with work that somebody does later. */
export function currentTraceparent(): string | undefined {
  return tracing?.active()?.traceparent;
}

/** The fields that tie a log line to its trace. */
export function traceFields(): { trace_id?: string; span_id?: string } {
  const active = tracing?.active();
  return active ? { trace_id: active.traceId, span_id: active.spanId } : {};
}

/** Adds to a counter. */
export function count<Name extends CounterName>(name: Name, attributes: MetricAttributes<Name>, value = 1): void {
  metering?.count(name, value, attributes);
}

/** Adds a value to a histogram; durations in seconds. */
export function record<Name extends HistogramName>(name: Name, value: number, attributes: MetricAttributes<Name>): void {
  metering?.record(name, value, attributes);
}

/** Offers readings of a gauge, taken only when somebody looks. Returns the function that stops it. */
export function observe<Name extends GaugeName>(
  name: Name,
  read: () => readonly Reading<Name>[] | Promise<readonly Reading<Name>[]>,
): () => void {
  const readers = gauges.get(name) ?? new Set();
  gauges.set(name, readers);
  readers.add(read);
  return () => readers.delete(read);
}

/** All present readings of a gauge. Rejects when one of those who offer them fails. */
export async function readGauge(name: GaugeName): Promise<Reading<GaugeName>[]> {
  const readers = [...(gauges.get(name) ?? [])];
  return (await Promise.all(readers.map((read) => read()))).flat();
}
