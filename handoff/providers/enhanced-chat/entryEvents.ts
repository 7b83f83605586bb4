import type { JsonObject } from '../../../common/json';
import type { FailureReason } from '../../events';
import type { ConvertContext } from './convert';
import type { EntryView } from './entryView';
import { numberOf, objectOf, objectsOf, participantKey, type WireEntry, wordOf } from './wire';

export type Handler = (view: EntryView, entry: WireEntry, context: ConvertContext) => void;

/** Everything that happens in a conversation but what is said. */
export const entryHandlers: Record<string, Handler> = {
  RoutingResult: (view, { payload }) => {
    const failureType = wordOf(payload, 'failureType') ?? 'None';
    if (failureType === 'None') routed(view, payload);
    // A transfer that failed is none: whoever is there stays.
    else if (view.session.agents.length === 0) fail(view, failureType, wordOf(payload, 'failureReason') ?? '');
  },

  ParticipantChanged: (view, { payload }) => {
    for (const change of objectsOf(payload, 'entries')) {
      const participant = objectOf(change, 'participant');
      if (wordOf(participant, 'role') !== 'Agent') continue;
      const name = wordOf(change, 'displayName');
      const key = participantKey(participant, name);
      const operation = wordOf(change, 'operation');
      if (operation === 'add') join(view, key, name);
      else if (operation === 'remove') leave(view, key);
    }
  },

  SessionStatusChanged: (view, { payload }) => {
    const { session } = view;
    const status = wordOf(payload, 'sessionStatus');
    if (status === 'Ended') end(view, wordOf(payload, 'sessionStatusPrev') === 'Inactive');
    else if (status === 'Inactive') view.change({ state: 'dormant', agents: [] });
    // The agent has taken it up again by hand; who it is, their next word tells.
    else if (status === 'Active' && session.state === 'dormant') view.change({ state: 'connected' });
  },

  // Only ever the customer's own side, maybe from another place.
  CloseConversation: (view) => {
    view.change({ state: 'ended' });
    view.emit({ kind: 'ended', by: 'customer', reason: 'CloseConversation' });
  },

  TypingStartedIndicator: (view, { role }) => {
    if (role === 'Agent') view.emit({ kind: 'agentTyping', isTyping: true });
  },
  TypingStoppedIndicator: (view, { role }) => {
    if (role === 'Agent') view.emit({ kind: 'agentTyping', isTyping: false });
  },
};

/** An agent is there; said once each. */
export function join(view: EntryView, key: string, agentName: string | undefined): void {
  const { agents, state } = view.session;
  const isKnown = agents.includes(key);
  if (isKnown && state === 'connected') return;
  view.change({
    state: 'connected',
    hadAgent: true,
    agents: isKnown ? agents : [...agents, key],
    ...(agentName !== undefined && { agentName }),
  });
  view.emit({ kind: 'agentJoined', ...(agentName !== undefined && { agentName }) });
}

/** On a transfer the next agent may come before the last one goes. */
function leave(view: EntryView, key: string): void {
  const { agents } = view.session;
  // The same person may be named differently on leaving; with one agent there it can only be that one.
  const left = agents.length === 1 ? [] : agents.filter((other) => other !== key);
  if (left.length === agents.length) return;
  view.change({ agents: left });
  if (left.length === 0) view.emit({ kind: 'agentLeft' });
}

/** Routing was asked for: in a queue, not with an agent. */
function routed(view: EntryView, payload: JsonObject): void {
  const { state, hadAgent, agents } = view.session;
  const isTransfer = wordOf(payload, 'routingType') === 'Transfer';
  const wait = objectOf(payload, 'estimatedWaitTime');
  const seconds = wait['isEWTRequested'] === false ? undefined : numberOf(wait, 'estimatedWaitTimeInSeconds');
  const isElsewhere = hadAgent && (isTransfer || state === 'dormant' || agents.length === 0);
  if (isElsewhere) view.emit({ kind: 'transferred' });
  // A first result that comes after the agent tells nothing new.
  if (isElsewhere || agents.length === 0) queue(view, seconds);
}

function queue(view: EntryView, seconds: number | undefined): void {
  view.change({ state: 'queued' });
  view.emit({ kind: 'queued', ...(seconds !== undefined && seconds >= 0 && { estimatedWaitSeconds: seconds }) });
}

function fail(view: EntryView, failureType: string, failureReason: string): void {
  const isNobody = failureType === 'RoutingError' || /agent|available|offline/i.test(failureReason);
  const reason: FailureReason = isNobody ? 'noAgentAvailable' : 'error';
  view.change({ state: 'ended' });
  view.emit({ kind: 'failed', reason, detail: failureType });
}

/** Who ended it is not told reliably; had it been the customer we would know, and a session that slept ended by itself. */
function end(view: EntryView, wasInactive: boolean): void {
  const { hadAgent } = view.session;
  view.change({ state: 'ended' });
  view.emit({ kind: 'ended', by: hadAgent && !wasInactive ? 'agent' : 'system', reason: wasInactive ? 'inactive' : 'Ended' });
}

/** The desk does not give us the conversation any more. The same id however often it says so. */
export function endUnreachable(view: EntryView, detail: string): void {
  const { conversationId, hadAgent } = view.session;
  const entry = { type: '', identifier: '', at: undefined, role: '', senderKey: '', senderName: undefined, payload: {} };
  view.begin(entry, `${conversationId}:gone`);
  view.change({ state: 'ended' });
  if (hadAgent) view.emit({ kind: 'ended', by: 'system', reason: detail });
  else view.emit({ kind: 'failed', reason: 'error', detail });
}
