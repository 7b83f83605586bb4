import type { JsonObject } from '../common/json';
import { errorCode } from '../common/log';
import { HandoffError } from '../handoff/errors';
import type { HandoffProvider, Reserved } from '../handoff/provider';
import type { CustomerMessage } from '../handoff/request';

/** A fault in the provider's code ends this message, visibly, and not the whole chat. */
export function reserve(
  provider: HandoffProvider,
  session: JsonObject,
  message: CustomerMessage | undefined,
  previous: JsonObject | undefined,
): Reserved<JsonObject> | undefined {
  try {
    return provider.reserve?.(session, message, previous);
  } catch (error) {
    if (error instanceof HandoffError) throw error;
    const detail = `fault: ${errorCode(error)}`;
    throw new HandoffError({ provider: provider.name, code: 'invalid', retriable: false, delivered: 'no', detail, cause: error });
  }
}
