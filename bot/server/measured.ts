import { isMetered, record } from '../../common/telemetry';
import type { Handler } from './answer';

/** The same handler, with the time from a request's arrival to the end of its answer told to the metrics. */
export function measured(route: 'messages' | 'webhooks', handler: Handler): Handler {
  return (request, response) => {
    if (isMetered()) {
      const begunAt = performance.now();
      response.once('close', () => {
        const status = response.writableFinished ? `${Math.trunc(response.statusCode / 100)}xx` : 'aborted';
        record('switchboard.request.duration', (performance.now() - begunAt) / 1000, { route, status });
      });
    }
    return handler(request, response);
  };
}
