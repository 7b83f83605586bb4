import { type Clock, isoTime } from '../../common/clock';
import { isTerminal, type LiveLink, toLiveLink } from '../../relay/linkData';
import type { Orders } from '../../relay/operating/orders';
import { requeue } from '../../relay/operating/requeue';
import type { Relay } from '../../relay/relay';
import type { Link, LinkStore } from '../../store/links';
import type { OperationsStore, WatchedLink } from '../../store/operations';
import { answerJson, HttpProblem } from './answer';
import { bodyOf, numberOf, param } from './operatorRequest';
import type { AddAct, AddView } from './operatorRoute';
import { timelineOf } from './operatorTimeline';

const mostListed = 1_000;
const mostTraced = 200;
const releasedWithinInMs = 5_000;

export interface OperatorHandoffsOptions {
  relay: Pick<Relay, 'command' | 'released'>;
  links: Pick<LinkStore, 'get' | 'receive' | 'wake'>;
  operations: Pick<OperationsStore, 'watched' | 'trace'>;
  orders: Pick<Orders, 'isSwitchedOff'>;
  clock: Clock;
}

/** What is open, one of them in detail, and the two ways to free a customer: end it, or another route. */
export function addOperatorHandoffs(view: AddView, act: AddAct, options: OperatorHandoffsOptions): void {
  const { relay, links, operations, orders, clock } = options;
  const find = async (id: string): Promise<Link> => {
    const link = await links.get(id);
    if (!link) throw new HttpProblem(404, 'there is no such handoff');
    return link;
  };

  view('/operator/handoffs', async (request, response) => {
    const watched = await operations.watched(numberOf(request, 'limit', mostListed) ?? mostListed);
    answerJson(response, 200, { handoffs: watched.map((found) => summaryOf(found, clock.now())) });
  });

  view('/operator/handoffs/:id', async (request, response) => {
    const link = await find(param(request, 'id'));
    const trace = await operations.trace(link.id, mostTraced);
    const live = toLiveLink(link);
    const count = (direction: string, state: string) =>
      trace.messages.filter((message) => message.direction === direction && message.state === state).length;
    answerJson(response, 200, {
      handoff: {
        ...factsOf(link, live, clock.now()),
        ...(trace.instance !== undefined && { instance: trace.instance }),
        waitingToDesk: count('toDesk', 'pending'),
        waitingToCustomer: count('toCustomer', 'pending'),
        givenUp: trace.messages.filter(({ state }) => state === 'failed').length,
        conversation: link.conversationKey,
        ...(live.request.handoff.chatActivityId !== undefined && { chatActivityId: live.request.handoff.chatActivityId }),
        routes: live.request.routes.map(({ provider, acceptWithinInMs }, index) => ({
          route: index + 1,
          desk: provider,
          acceptWithinInMs,
          isOff: orders.isSwitchedOff(provider),
        })),
        deadlines: Object.fromEntries(Object.entries(live.data.deadlines).map(([name, at]) => [name, isoTime(at)])),
        timeline: timelineOf(link, live, trace),
      },
    });
  });

  act('/operator/handoffs/:id/end', async (request) => {
    const id = param(request, 'id');
    return {
      act: 'end handoff',
      target: id,
      work: async () => {
        const link = await find(id);
        if (!link.isOpen) throw new HttpProblem(409, 'the handoff is over');
        await relay.command(id, 'operatorEnded');
        // The customer has been told then; the desk is told as soon as it listens.
        return { outcome: (await relay.released(id, releasedWithinInMs)) ? 'ended' : 'ending' };
      },
    };
  });

  act('/operator/handoffs/:id/requeue', async (request) => {
    const id = param(request, 'id');
    const { route } = await bodyOf(request);
    return {
      act: 'requeue handoff',
      target: id,
      details: { route: typeof route === 'string' || typeof route === 'number' ? route : null },
      work: async () => {
        const link = toLiveLink(await find(id));
        const index = chooseRoute(link, route);
        const desk = link.request.routes[index]?.provider ?? '';
        if (orders.isSwitchedOff(desk)) throw new HttpProblem(409, 'the desk of this route is switched off');
        await requeue({ store: links, clock }, id, index);
        return { outcome: 'requeued', details: { route: index + 1, desk } };
      },
    };
  });
}

/** The route that was asked for: a number from 1, the name of its desk, or the next one. Throws `HttpProblem`. */
function chooseRoute(link: LiveLink, wanted: unknown): number {
  const { routes } = link.request;
  if (isTerminal(link.state)) throw new HttpProblem(409, 'the handoff is over');
  if (link.state === 'transferred')
    throw new HttpProblem(409, 'the desk has the customer’s channel itself: the handoff can only be ended');
  if (wanted === undefined || wanted === null) {
    if (link.data.routeIndex + 1 < routes.length) return link.data.routeIndex + 1;
    throw new HttpProblem(409, 'there is no further route: name one of the skill’s');
  }
  const index = typeof wanted === 'number' ? wanted - 1 : routes.findIndex(({ provider }) => provider === wanted);
  if (!Number.isInteger(index) || !routes[index]) throw new HttpProblem(400, 'the skill of this handoff has no such route');
  return index;
}

function summaryOf({ link, instance, lastActivityAt, ...counts }: WatchedLink, now: number) {
  return {
    ...factsOf(link, toLiveLink(link), now),
    ...counts,
    ...(instance !== undefined && { instance }),
    lastActivityAt: isoTime(lastActivityAt),
  };
}

/** What may be known of a handoff without knowing the customer: no name, no topic, no text. */
function factsOf(link: Link, { data, request }: LiveLink, now: number) {
  const trouble = data.troubles?.at(-1);
  return {
    id: link.id,
    state: link.state,
    isOpen: link.isOpen,
    isFinished: link.isFinished,
    desk: link.provider,
    route: data.routeIndex + 1,
    ofRoutes: request.routes.length,
    skill: request.handoff.skill,
    channel: request.handoff.channel,
    language: request.handoff.language,
    requestedAt: isoTime(link.createdAt),
    ageInMs: Math.max(0, now - link.createdAt),
    ...(data.connectedAt !== undefined && { connectedAt: isoTime(data.connectedAt) }),
    isOpening: data.opening,
    openAttempts: data.openAttempts,
    requeues: data.requeues ?? 0,
    closingsLeft: data.closings.length,
    ...(trouble && { trouble: { ...trouble, at: isoTime(trouble.at) } }),
  };
}
