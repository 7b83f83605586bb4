import type { Log } from '../../common/log';
import type { RunningMetering } from './metering';
import type { RunningTracing } from './tracing';

export interface TelemetrySettings {
  /** Whether metrics are read over HTTP. */
  hasEndpoint: boolean;
  /** Takes traces and metrics to Azure Monitor. */
  azureConnectionString?: string;
  /** Base address of a collector that takes traces as OTLP over HTTP. */
  otlpEndpoint?: string;
  /** Share of conversations’ turns that are traced, 0 to 1; a handoff follows the turn that asked for it. */
  sampleRatio: number;
}

/**
 * Traces and metrics of this process. What they are made with is loaded only when a setting asks for it, or when somebody reads
 * the metrics for the first time: it costs time at the start and memory.
 */
export class Telemetry {
  private tracing: RunningTracing | undefined;
  private metering: RunningMetering | undefined;

  constructor(
    private readonly settings: TelemetrySettings,
    private readonly log: Log,
  ) {}

  /** Begins what the settings ask for. Throws when a connection string is not one. */
  start(): void {
    const { azureConnectionString, otlpEndpoint, sampleRatio, hasEndpoint } = this.settings;
    if (azureConnectionString !== undefined || otlpEndpoint !== undefined) {
      const { startTracing } = require('./tracing') as typeof import('./tracing');
      this.tracing = startTracing({
        ...(azureConnectionString !== undefined && { azureConnectionString }),
        ...(otlpEndpoint !== undefined && { otlpEndpoint }),
        sampleRatio,
        log: this.log,
      });
    }
    if (azureConnectionString !== undefined || hasEndpoint) this.startMetering();
  }

  /** All metrics in the text format of Prometheus. The first call begins to count, when nothing else has. */
  scrape(): Promise<string> {
    return this.startMetering().scrape();
  }

  /** Sends what is left, within some seconds, and stops. Twice is fine. */
  async stop(): Promise<void> {
    await Promise.all([this.tracing?.stop(), this.metering?.stop()]);
  }

  private startMetering(): RunningMetering {
    const { azureConnectionString } = this.settings;
    if (!this.metering) {
      const { startMetering } = require('./metering') as typeof import('./metering');
      this.metering = startMetering({ ...(azureConnectionString !== undefined && { azureConnectionString }), log: this.log });
    }
    return this.metering;
  }
}
