import { monitorEventLoopDelay } from 'node:perf_hooks';
import { observe } from '../../common/telemetry';

const resolutionInMs = 10;
const quantiles = { '0.5': 50, '0.99': 99, '1': 100 } as const;

/** Offers what is measured of the process itself. Returns the function that stops it. */
export function observeProcess(): () => void {
  const delays = monitorEventLoopDelay({ resolution: resolutionInMs });
  delays.enable();
  const stops = [
    observe('switchboard.event_loop.delay', () => {
      const readings = Object.entries(quantiles).map(([quantile, percentile]) => ({
        // What is measured is a timer of this resolution: the delay is what comes on top of it.
        value: Math.max(0, delays.percentile(percentile) / 1e9 - resolutionInMs / 1000),
        attributes: { quantile },
      }));
      delays.reset();
      return readings;
    }),
    observe('switchboard.process.memory', () => {
      const { rss, heapUsed } = process.memoryUsage();
      return [
        { value: rss, attributes: { kind: 'resident' } },
        { value: heapUsed, attributes: { kind: 'heap' } },
      ];
    }),
  ];
  return () => {
    delays.disable();
    for (const stop of stops) stop();
  };
}
