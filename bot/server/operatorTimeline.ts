import { isoTime } from '../../common/clock';
import type { LiveLink } from '../../relay/linkData';
import type { Link } from '../../store/links';
import type { EventTrace, MessageTrace } from '../../store/operations';

/** One line of what happened to a handoff; what was said is not in it. */
interface Line {
  at: number;
  /** Who did it: the customer, the agent, the desk of this name, or Switchboard. */
  who: string;
  what: string;
  state?: MessageTrace['state'] | 'waiting';
  attempts?: number;
  error?: string;
  times?: number;
}

/** Everything that is known to have happened, oldest first. */
export function timelineOf(
  link: Link,
  { data }: LiveLink,
  { messages, events }: { messages: MessageTrace[]; events: EventTrace[] },
): (Omit<Line, 'at'> & { at: string })[] {
  const lines: Line[] = [
    { at: link.createdAt, who: 'customer', what: 'requested' },
    ...events.map(
      ({ provider, kind = 'event', isHandled, receivedAt }): Line => ({
        at: receivedAt,
        who: provider,
        what: kind,
        ...(!isHandled && { state: 'waiting' as const }),
      }),
    ),
    ...messages.map(lineOf),
    ...(data.troubles ?? []).map(
      ({ at, desk, call, code, detail, times }): Line => ({
        at,
        who: desk,
        what: `${call} failed`,
        error: detail === undefined ? code : `${code} (${detail})`,
        times,
      }),
    ),
    ...(data.connectedAt === undefined ? [] : [{ at: data.connectedAt, who: 'switchboard', what: 'state: connected' }]),
    ...(data.endedAt === undefined
      ? []
      : [{ at: data.endedAt, who: 'switchboard', what: `ended by ${data.ended?.by ?? 'system'}` }]),
  ];
  return lines.sort((one, other) => one.at - other.at).map(({ at, ...line }) => ({ at: isoTime(at), ...line }));
}

function lineOf({ direction, kind, state, attempts, error, acceptedAt }: MessageTrace): Line {
  const isNotice = direction === 'toCustomer' && kind !== undefined && kind !== 'agentMessage';
  const who = direction === 'toDesk' ? 'customer' : isNotice ? 'switchboard' : 'agent';
  return {
    at: acceptedAt,
    who,
    what: isNotice ? `told customer: ${kind}` : 'message',
    state,
    attempts,
    ...(error !== undefined && { error }),
  };
}
