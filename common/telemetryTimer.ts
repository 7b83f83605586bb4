import { errorCode } from './log';
import { isMetered, record } from './telemetry';
import type { HistogramName, MetricAttributes } from './telemetryMetrics';

/** The histograms of calls that can fail. */
type OutcomeName = {
  [Name in HistogramName]: 'outcome' extends keyof MetricAttributes<Name> ? Name : never;
}[HistogramName];

/**
 * Runs a call and records how long it took and whether it went well (`ok`) or how not (the failure's code). Passes on what the
 * call does.
 */
export async function timed<Name extends OutcomeName, T>(
  name: Name,
  attributes: Omit<MetricAttributes<Name>, 'outcome'>,
  call: () => Promise<T>,
  outcomeOf: (error: unknown) => string = errorCode,
): Promise<T> {
  if (!isMetered()) return call();
  const begunAt = performance.now();
  const note = (outcome: string) =>
    record(name, (performance.now() - begunAt) / 1000, { ...attributes, outcome } as unknown as MetricAttributes<Name>);
  try {
    const result = await call();
    note('ok');
    return result;
  } catch (error) {
    note(outcomeOf(error));
    throw error;
  }
}
