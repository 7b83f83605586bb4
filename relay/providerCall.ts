import { errorCode } from '../common/log';
import { HandoffError } from '../handoff/errors';

/**
 * Calls a provider so that it can fail with nothing but a `HandoffError`: a fault in its code must end the one
 * message or session it meets, visibly, and not be repeated for ever.
 */
export async function callProvider<T>(name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof HandoffError) throw error;
    throw new HandoffError({
      provider: name,
      code: 'invalid',
      retriable: false,
      delivered: 'unknown',
      detail: `fault: ${errorCode(error)}`,
      cause: error,
    });
  }
}
