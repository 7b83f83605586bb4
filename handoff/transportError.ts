import { HttpFailure } from '../common/http';
import { HandoffError } from './errors';

/**
 * Turns "no answer came" into a `HandoffError`; anything that is not an `HttpFailure` is passed on unchanged.
 * Only a refused connection and a bad address are sure to have had no effect.
 */
export function fromTransport(provider: string, error: unknown): unknown {
  if (!(error instanceof HttpFailure)) return error;
  const init = { provider, detail: error.code, cause: error };
  switch (error.code) {
    case 'refused':
      return new HandoffError({ ...init, code: 'outage', retriable: true, delivered: 'no' });
    case 'network':
    case 'tooLarge':
      return new HandoffError({ ...init, code: 'outage', retriable: true, delivered: 'unknown' });
    case 'timedOut':
      return new HandoffError({ ...init, code: 'timedOut', retriable: true, delivered: 'unknown' });
    case 'aborted':
      return new HandoffError({ ...init, code: 'aborted', retriable: true, delivered: 'unknown' });
    case 'forbidden':
      return new HandoffError({ ...init, code: 'rejected', retriable: false, delivered: 'no' });
    case 'invalidUrl':
      return new HandoffError({ ...init, code: 'invalid', retriable: false, delivered: 'no' });
  }
}
