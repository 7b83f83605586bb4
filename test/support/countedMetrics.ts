import { readGauge, useMetering } from '../../common/telemetry';
import type { GaugeName } from '../../common/telemetryMetrics';

/** Keeps what is told to the metrics, in place of OpenTelemetry. */
export class CountedMetrics {
  private readonly counters = new Map<string, number>();
  readonly recorded: { name: string; value: number; attributes: Readonly<Record<string, string>> }[] = [];

  /** From now on; `stop` ends it. */
  static start(): CountedMetrics {
    const metrics = new CountedMetrics();
    useMetering({
      count: (name, value, attributes) => {
        const key = keyOf(name, attributes);
        metrics.counters.set(key, (metrics.counters.get(key) ?? 0) + value);
      },
      record: (name, value, attributes) => metrics.recorded.push({ name, value, attributes }),
    });
    return metrics;
  }

  stop(): void {
    useMetering(undefined);
  }

  count(name: string, attributes: Readonly<Record<string, string>>): number {
    return this.counters.get(keyOf(name, attributes)) ?? 0;
  }

  /** The values of a histogram whose attributes hold these. */
  values(name: string, attributes: Readonly<Record<string, string>> = {}): number[] {
    return this.recorded
      .filter((one) => one.name === name && Object.entries(attributes).every(([key, value]) => one.attributes[key] === value))
      .map(({ value }) => value);
  }

  async gauge(name: GaugeName): Promise<Record<string, number>> {
    const readings = await readGauge(name);
    return Object.fromEntries(readings.map(({ value, attributes }) => [Object.values(attributes).join(' '), value]));
  }
}

function keyOf(name: string, attributes: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, Object.entries(attributes).sort()]);
}
