import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Log } from '../../common/log';

const repeatAfterInMs = 60_000;

/**
 * Tells the log, once a minute at most, that traces or metrics could not be sent. What OpenTelemetry says about it is left out: it
 * quotes addresses and answers. Returns the function that tells it.
 */
export function reportExportFailures(log: Log): () => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  const report = () => {
    if (performance.now() - reportedAt < repeatAfterInMs) return;
    reportedAt = performance.now();
    log.warn('traces or metrics could not be sent', { repeatedAfterInMs: repeatAfterInMs });
  };
  const ignore = () => undefined;
  diag.setLogger(
    { error: report, warn: ignore, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
  return report;
}
