import { isoTime } from '../../common/clock';
import type { CustomerMessage } from '../../handoff/request';
import type { RelayDependencies } from '../actor';
import type { LiveLink } from '../linkData';

/**
 * The ISO time up to which a desk reads what was said: until the customer asked for a person, and for a desk after the first
 * until now, so that the next agent need not ask again. What still waits to be sent is left out: it comes as messages.
 */
export async function transcriptUntil({ store, clock }: RelayDependencies, link: LiveLink): Promise<string> {
  const { requestedAt } = link.request.handoff;
  if (!link.data.pastKeys?.length) return requestedAt;
  const now = isoTime(clock.now());
  const [oldest] = await store.pending(link.id, 'toDesk', 1);
  if (!oldest) return now;
  // Written by Relay.accept from this very type.
  const { at } = oldest.payload as unknown as CustomerMessage;
  const before = isoTime(Date.parse(at) - 1);
  return before > requestedAt ? before : requestedAt;
}
