import { randomUUID } from 'node:crypto';
import { type Clock, isoTime } from '../../common/clock';
import { asJson } from '../../common/json';
import { commands, type LinkStore } from '../../store/links';
import { commandKey } from '../commandKey';
import { isTerminal, type LiveLink } from '../linkData';
import { closingSession, type Step } from '../steps';

/** An operator sends the handoff to another route; travels through the inbox. */
export interface RequeueCommand {
  kind: 'requeued';
  at: string;
  routeIndex: number;
}

/**
 * Asks for a handoff to be sent to a route of its skill, the present one included. Resolves when that is written down; whichever
 * instance has the link does it. Each call is one wish.
 */
export async function requeue(
  deps: { store: Pick<LinkStore, 'receive' | 'wake'>; clock: Clock },
  linkId: string,
  routeIndex: number,
): Promise<void> {
  const now = deps.clock.now();
  const command: RequeueCommand = { kind: 'requeued', at: isoTime(now), routeIndex };
  const event = { eventId: `requeued:${randomUUID()}`, payload: asJson(command) };
  await deps.store.receive(commands, commandKey(linkId), linkId, [event], now);
  await deps.store.wake(linkId);
}

/**
 * The handoff begins anew at another route: the session, if any, is closed, and whoever had the chat has no say any more. Empty
 * when it is over, when the channel itself was handed over, or when there is no such route. Pure.
 */
export function requeued(link: LiveLink, { routeIndex }: RequeueCommand): Step {
  const route = link.request.routes[routeIndex];
  if (!route || isTerminal(link.state) || link.state === 'transferred') return {};
  const {
    queuePosition: _position,
    stateAt: _stateAt,
    agentName: _agent,
    connectedAt: _connectedAt,
    graceSince: _graceSince,
    failure: _failure,
    ...left
  } = closingSession(link, 'operator');
  return {
    state: 'requested',
    provider: route.provider,
    sessionKey: null,
    data: {
      ...left,
      ...(link.sessionKey !== undefined && { pastKeys: [...(left.pastKeys ?? []), link.sessionKey] }),
      routeIndex,
      requeues: (left.requeues ?? 0) + 1,
      openAttempts: 0,
      opening: false,
      deadlines: {},
    },
    deliveries: [{ id: '', delivery: { kind: 'nextRoute' } }],
  };
}
