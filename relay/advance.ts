import type { AgentMessageEvent, HandoffEvent } from '../handoff/events';
import type { LinkState } from '../store/links';
import type { Delivery } from './delivery';
import { isTerminal, type LinkData } from './linkData';

/** What the rules see of a link. */
export interface Advancing {
  state: LinkState;
  data: LinkData;
}

/** What an event makes of it. */
export interface Advanced extends Advancing {
  deliveries: Delivery[];
  /** The desk refused or gave up before anybody joined: the next route is due. */
  nextRoute?: boolean;
  /** The event was not allowed in this state, or came too late to count. */
  ignored?: boolean;
}

export interface AdvanceRules {
  /** Milliseconds since 1970. */
  now: number;
  agentLeftGraceInMs: number;
  /** How long the next agent of a transferred chat may take. */
  acceptWithinInMs: number;
}

/**
 * The one place that decides what a desk's event does to a link. Pure. Vendors repeat and reorder: a move that is
 * not allowed is reported as ignored and changes nothing.
 */
export function advance(link: Advancing, event: HandoffEvent, rules: AdvanceRules): Advanced {
  const stay = (deliveries: Delivery[] = []): Advanced => ({ state: link.state, data: link.data, deliveries });
  const ignored: Advanced = { state: link.state, data: link.data, deliveries: [], ignored: true };
  // What was said before the end may arrive after it; until the customer has been told of the end it still counts.
  if (isTerminal(link.state)) {
    return event.kind === 'agentMessage' && !link.data.finalQueued ? stay([saidBy(event, link.data.agentName)]) : ignored;
  }
  const isLate = link.data.stateAt !== undefined && event.at < link.data.stateAt;
  const move = (state: LinkState, changes: Partial<LinkData>, deliveries: Delivery[]): Advanced => ({
    state,
    data: { ...link.data, ...changes, stateAt: isLate ? (link.data.stateAt ?? event.at) : event.at },
    deliveries,
  });

  switch (event.kind) {
    case 'queued':
      return isLate ? ignored : queued(link, event, move);
    case 'agentJoined':
      // Before anybody was there, a joining counts whatever the clocks of the desk's servers say.
      return isLate && link.data.connectedAt !== undefined ? ignored : joined(link, event, rules, move);
    case 'agentMessage': {
      const said = saidBy(event, link.data.agentName);
      if ((link.state === 'connected' && !link.data.isPaused) || (isLate && link.data.connectedAt !== undefined))
        return stay([said]);
      // A person who speaks is a person who is there, even if the joining was lost or comes later.
      const arrival = joined(link, event, rules, move);
      return { ...arrival, deliveries: [...arrival.deliveries, said] };
    }
    case 'agentTyping':
      return stay();
    case 'transferred':
      if (isLate) return ignored;
      return move(
        link.state === 'connected' ? 'queued' : link.state,
        { deadlines: { ...withoutGrace(link.data), accept: rules.now + rules.acceptWithinInMs } },
        [{ kind: 'transferred', ...(event.to !== undefined && { to: event.to }) }],
      );
    case 'agentLeft':
      if (isLate || link.state !== 'connected') return ignored;
      return move('connected', { deadlines: { ...link.data.deadlines, grace: rules.now + rules.agentLeftGraceInMs } }, []);
    case 'paused':
      if (isLate || link.state !== 'connected' || link.data.isPaused) return ignored;
      return move('connected', { isPaused: true, deadlines: withoutGrace(link.data) }, [{ kind: 'paused' }]);
    case 'fileRequested':
      return stay([{ kind: 'fileRequested' }]);
    case 'fileTransferred':
      return stay([{ kind: 'fileTransferred', outcome: event.outcome }]);
    case 'ended':
      // Clocks of a desk's servers differ, and some chats are taken up again: whether this is the end is asked after a while.
      if (isLate)
        return move(link.state, { deadlines: { ...link.data.deadlines, grace: rules.now + rules.agentLeftGraceInMs } }, []);
      if (event.by === 'system' && link.data.connectedAt === undefined) {
        return { ...move(link.state, { failure: 'noAgentAvailable' }, []), nextRoute: true };
      }
      return move(
        'ended',
        { ended: { by: event.by, ...(event.reason !== undefined && { reason: event.reason }) }, endedAt: rules.now },
        [],
      );
    case 'failed':
      // With nobody there yet another desk may help; a chat that somebody had is over.
      return link.data.connectedAt === undefined
        ? { ...move(link.state, { failure: event.reason }, []), nextRoute: true }
        : move('ended', { ended: { by: 'system', reason: event.reason }, endedAt: rules.now }, []);
  }
}

function saidBy(event: AgentMessageEvent, knownName: string | undefined): Delivery {
  const agentName = event.agentName ?? knownName;
  return { kind: 'agentMessage', text: event.text, files: event.attachments, cards: event.cards, ...withName(agentName) };
}

type Move = (state: LinkState, changes: Partial<LinkData>, deliveries: Delivery[]) => Advanced;

function queued(link: Advancing, event: Extract<HandoffEvent, { kind: 'queued' }>, move: Move): Advanced {
  // After a transfer an `agentLeft` may have started the grace time; the queue says that the chat goes on.
  const wasLeaving = link.data.deadlines.grace !== undefined;
  const state: LinkState = link.state === 'connected' && !wasLeaving ? 'connected' : 'queued';
  if (state === 'connected') return { state: link.state, data: link.data, deliveries: [], ignored: true };
  const isNews = event.position !== undefined ? event.position !== link.data.queuePosition : link.state === 'connected';
  const notice: Delivery = {
    kind: 'queued',
    ...(event.position !== undefined && { position: event.position }),
    ...(event.estimatedWaitSeconds !== undefined && { estimatedWaitSeconds: event.estimatedWaitSeconds }),
  };
  const changes: Partial<LinkData> = { deadlines: withoutGrace(link.data) };
  if (event.position !== undefined) changes.queuePosition = event.position;
  return move(state, changes, isNews ? [notice] : []);
}

function joined(link: Advancing, event: { at: string; agentName?: string }, rules: AdvanceRules, move: Move): Advanced {
  const isThere = link.state === 'connected' && !link.data.isPaused;
  const isSame = isThere && (event.agentName === undefined || event.agentName === link.data.agentName);
  const { accept: _accepted, grace: _grace, ...deadlines } = link.data.deadlines;
  const changes: Partial<LinkData> = { deadlines, connectedAt: link.data.connectedAt ?? rules.now };
  if (event.agentName !== undefined) changes.agentName = event.agentName;
  const there = move('connected', changes, isSame ? [] : [{ kind: 'agentJoined', ...withName(event.agentName) }]);
  const { isPaused: _paused, ...data } = there.data;
  return { ...there, data };
}

function withoutGrace(data: LinkData): LinkData['deadlines'] {
  const { grace: _grace, ...rest } = data.deadlines;
  return rest;
}

function withName(agentName: string | undefined): { agentName?: string } {
  return agentName === undefined ? {} : { agentName };
}
