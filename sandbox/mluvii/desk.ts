import type { DeskChat, DeskEntry, StandInDesk } from '../desk';
import type { Conversations } from './conversations';
import type { GenericChannel } from './genericChannel';
import type { Groups } from './groups';
import { ROUTING_PARAM } from './options';
import { type Entry, operatorNamed, type Session, type State } from './state';

const BOT = 'chatbot';

/** The operators' side. Sessions of the Generic Channel and those a chatbot handed over stand side by side. */
export function createDesk(
  state: State,
  groups: Groups,
  conversations: Conversations,
  channel: GenericChannel,
  baseUrl: string,
): StandInDesk {
  const held = (chatId: string): Session & { operator: NonNullable<Session['operator']> } => {
    const session = state.chat(chatId);
    if (session.place !== 'operator' || !session.operator) throw new Error(`no operator has the chat ${chatId}`);
    return session as Session & { operator: NonNullable<Session['operator']> };
  };
  const waiting = (chatId: string): Session => {
    const session = state.chat(chatId);
    if (session.place !== 'queue') throw new Error(`the chat ${chatId} does not wait`);
    return session;
  };

  return {
    name: 'mluvii',
    title: 'mluvii',
    baseUrl,
    features: { typing: false, transfer: true, sendFile: false, requestFile: false, sendCard: false },
    isStaffed: () => state.isStaffed,
    setStaffed(staffed) {
      state.isStaffed = staffed;
      state.changed();
    },
    queues: () => [...groups.groups.map(({ id, name }) => ({ id: String(id), name })), { id: BOT, name: 'Chatbot' }],
    chats: () => [...state.sessions.values()].filter(isVisible).map(toChat),
    onChange: (listener) => state.onChange(listener),

    async accept(chatId, agentName) {
      const session = waiting(chatId);
      const operator = operatorNamed(agentName);
      const previous = channel.passedOnBy(session);
      session.operator = operator;
      session.place = 'operator';
      state.add(session, { from: 'system', kind: 'joined', name: agentName });
      conversations.events.joined(session, operator);
      if (session.conversationId !== undefined) await channel.joined(session, operator, previous);
    },

    async decline(chatId) {
      const session = waiting(chatId);
      // Nothing on the Generic Channel tells of it; a guest of mluvii's own is shown the offline form.
      if (session.conversationId !== undefined) conversations.end(session, 'system');
      else conversations.toGroup(session, undefined, true);
    },

    async say(chatId, text) {
      const session = held(chatId);
      state.add(session, { from: 'operator', kind: 'text', text, name: session.operator.name });
      if (session.conversationId !== undefined) await channel.say(session, text);
    },

    // Operators' typing is shown on mluvii's own channels only; there is no activity for it.
    typing: async (chatId) => {
      held(chatId);
    },

    async transfer(chatId, queueId) {
      const session = held(chatId);
      const group = groups.find(Number(queueId));
      if (queueId === BOT) {
        if (session.conversationId !== undefined) throw new Error('a chat of the Generic Channel has no chatbot');
        await conversations.toBot(session);
        return;
      }
      if (!group) throw new Error(`there is no group ${queueId}`);
      const { operator } = session;
      delete (session as Session).operator;
      conversations.toGroup(session, group.id, false);
      conversations.events.left(session, operator);
      if (session.conversationId !== undefined) await channel.passedOn(session, operator);
    },

    async end(chatId) {
      const session = held(chatId);
      const { operator } = session;
      conversations.end(session, 'agent');
      if (session.conversationId !== undefined) await channel.left(session, operator);
    },
  };
}

/** What the bot still answers is no business of the operators. */
function isVisible({ place, handedOverAt }: Session): boolean {
  return place !== 'bot' && place !== 'offlineForm' && handedOverAt !== undefined;
}

const STATES = { queue: 'waiting', operator: 'active', ended: 'ended', bot: 'ended', offlineForm: 'ended' } as const;

function toChat(session: Session): DeskChat {
  const { callParams, operator } = session;
  const since = session.handedOverAt ?? session.createdAt;
  return {
    id: session.chatId,
    desk: 'mluvii',
    state: STATES[session.place],
    customerName: callParams['oo1_guest_ident'] ?? 'Guest',
    topic: callParams['HandoffTopic'] ?? callParams[ROUTING_PARAM] ?? '',
    queue: String(session.groupId ?? ''),
    since,
    ...(session.place === 'operator' && operator && { agentName: operator.name }),
    customerIsTyping: false,
    details: { ...callParams, Source: session.source, ...(session.tags.size > 0 && { Tags: [...session.tags].join(', ') }) },
    entries: session.entries.filter(isSaid).map((entry) => toEntry(entry, since)),
    ...(session.endedBy !== undefined && { endedBy: session.endedBy === 'guest' ? 'customer' : session.endedBy }),
  };
}

/** Signs of the bot to the guest's screen are no part of the history. */
function isSaid({ kind }: Entry): boolean {
  return !['typing', 'input', 'upload', 'queued', 'ended', 'joined', 'left', 'offlineForm'].includes(kind);
}

const SPEAKERS = { guest: 'customer', bot: 'bot', operator: 'agent', system: 'system' } as const;

function toEntry(entry: Entry, since: string): DeskEntry {
  const params = Object.entries(entry.params ?? {}).map(([name, value]) => `${name}: ${value}`);
  const fileName = entry.fileUrl?.split('/').at(-1) ?? 'file';
  return {
    id: String(entry.id),
    at: entry.at,
    from: SPEAKERS[entry.from],
    ...(entry.name !== undefined && { name: entry.name }),
    text: entry.fileUrl === undefined ? [entry.text, ...params].filter((line) => line !== '').join('\n') : '',
    ...(entry.cards && { cards: entry.cards }),
    ...(entry.fileUrl !== undefined && {
      files: [{ name: fileName, contentType: 'application/octet-stream', url: entry.fileUrl }],
    }),
    ...(entry.at < since && { isEarlier: true }),
  };
}
