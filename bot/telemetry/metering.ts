import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  type IMetricReader,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { errorCode, type Log } from '../../common/log';
import { readGauge, useMetering } from '../../common/telemetry';
import { type GaugeName, type MetricDefinition, type MetricName, metrics } from '../../common/telemetryMetrics';
import { reportExportFailures } from './exportFailures';
import { observeProcess } from './processGauges';
import { createResource } from './resource';

export interface MeteringOptions {
  azureConnectionString?: string;
  log: Log;
}

export interface RunningMetering {
  /** All metrics in the text format of Prometheus. */
  scrape(): Promise<string>;
  stop(): Promise<void>;
}

/* Loaded only when it is used. */
type Azure = typeof import('@azure/monitor-opentelemetry-exporter');

/** Azure Monitor's own interval of aggregation. */
const azureEveryInMs = 60_000;

/** Tells only the present readings of gauges: the library would repeat the last one of a series that is gone, for ever. */
class PrometheusReader extends PrometheusExporter {
  override selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
  }
}

/** Begins to keep metrics; they count from now on. */
export function startMetering({ azureConnectionString, log }: MeteringOptions): RunningMetering {
  const report = reportExportFailures(log);
  const prometheus = new PrometheusReader({ preventServerStart: true });
  const serializer = new PrometheusSerializer('', false, undefined, true, true);
  const readers: IMetricReader[] = [prometheus as unknown as IMetricReader];
  if (azureConnectionString !== undefined) readers.push(azureReader(azureConnectionString));
  const provider = new MeterProvider({ resource: createResource(), readers });
  const instruments = createInstruments(provider.getMeter('switchboard'), log);
  const stopObserving = observeProcess();
  useMetering({
    count: (name, value, attributes) => instruments.counters.get(name)?.add(value, attributes),
    record: (name, value, attributes) => instruments.histograms.get(name)?.record(value, attributes),
  });
  return {
    scrape: async () => serializer.serialize((await prometheus.collect()).resourceMetrics),
    stop: async () => {
      useMetering(undefined);
      stopObserving();
      await provider.shutdown({ timeoutMillis: 3_000 }).catch(report);
    },
  };
}

function azureReader(connectionString: string): IMetricReader {
  const { AzureMonitorMetricExporter } = require('@azure/monitor-opentelemetry-exporter') as Azure;
  const exporter = new AzureMonitorMetricExporter({ connectionString, disableOfflineStorage: true });
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: azureEveryInMs });
}

/** One instrument for each metric of the list. */
function createInstruments(meter: Meter, log: Log): { counters: Map<string, Counter>; histograms: Map<string, Histogram> } {
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  for (const [name, metric] of Object.entries(metrics) as [MetricName, MetricDefinition][]) {
    const { kind, unit, says: description, buckets, zeros = [] } = metric;
    if (kind === 'counter') {
      const counter = meter.createCounter(name, { unit, description });
      for (const attributes of zeros) counter.add(0, attributes);
      counters.set(name, counter);
    } else if (kind === 'histogram') {
      const advice = buckets && { advice: { explicitBucketBoundaries: [...buckets] } };
      histograms.set(name, meter.createHistogram(name, { unit, description, ...advice }));
    } else {
      meter.createObservableGauge(name, { unit, description }).addCallback(async (result) => {
        try {
          for (const { value, attributes } of await readGauge(name as GaugeName)) result.observe(value, attributes as Attributes);
        } catch (error) {
          // The store is out of reach, for one: the gauge is absent, and the other metrics are told all the same.
          log.warn('a metric could not be read', { metric: name, code: errorCode(error) });
        }
      });
    }
  }
  return { counters, histograms };
}
