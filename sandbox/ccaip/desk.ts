import type { JsonObject } from '../../common/json';
import { isJsonObject } from '../../common/json';
import type { DeskChat, DeskEntry, StandInDesk } from '../desk';
import type { ChatLife } from './chatLife';
import type { MediaStore } from './media';
import { type Behavior, MENUS } from './options';
import { type Agent, agentNamed, type Chat, type Message, type State } from './state';

/** The agents' side: each act sends the vendor's own events and resolves once the webhook took them, or soon when it is away. */
export function createDesk(state: State, life: ChatLife, media: MediaStore, behavior: Behavior): StandInDesk {
  const { happenings } = life;
  const held = (id: string): Chat & { agent: Agent } => {
    const chat = state.find(id);
    if (!chat.agent || chat.status !== 'assigned') throw new Error(`no agent has the chat ${id}`);
    return chat as Chat & { agent: Agent };
  };
  const waiting = (id: string): Chat => {
    const chat = state.find(id);
    if (chat.status !== 'queued') throw new Error(`the chat ${id} does not wait`);
    return chat;
  };

  return {
    name: 'ccaip',
    title: 'Google CCAIP',
    features: { typing: false, transfer: true, sendFile: true, requestFile: false, sendCard: false },
    isStaffed: () => state.isStaffed,
    setStaffed(staffed) {
      state.isStaffed = staffed;
      state.changed();
    },
    queues: () => MENUS.map(({ id, name }) => ({ id: String(id), name })),
    chats: () => [...state.chats.values()].filter(isVisible).map((chat) => toChat(chat, media)),
    onChange: (listener) => state.onChange(listener),

    async accept(id, agentName) {
      const chat = waiting(id);
      const agent = agentNamed(agentName);
      chat.agent = agent;
      chat.status = 'assigned';
      if (!chat.allAgents.some((known) => known.id === agent.id)) chat.allAgents.push(agent);
      state.changed();
      await happenings.joined(chat, agent);
    },

    decline: (id) => life.end(waiting(id), 'failed', 'system'),

    async say(id, text) {
      const chat = held(id);
      await life.say(chat, { from: 'agent', type: behavior.agentTextType, text, agentId: chat.agent.id });
    },

    // The platform tells nobody that an agent types.
    typing: async (id) => void held(id),

    async sendFile(id, file) {
      const chat = held(id);
      const added = media.add(chat, file);
      await life.say(chat, { from: 'agent', type: kindOf(file.contentType), text: '', media: added, agentId: chat.agent.id });
    },

    async transfer(id, queueId) {
      const menu = MENUS.find((candidate) => String(candidate.id) === queueId);
      if (!menu) throw new Error(`there is no queue ${queueId}`);
      const chat = held(id);
      const { agent } = chat;
      chat.menuId = menu.id;
      life.queue(chat);
      const named = behavior.transferEvent;
      const told = named
        ? happenings.raw(chat.id, named, { transfer: { from_agent: { id: agent.id }, to_menu_id: menu.id } })
        : undefined;
      await Promise.all([told, happenings.left(chat, agent)]);
    },

    async pause(id) {
      await life.dismiss(held(id));
    },

    async end(id) {
      const chat = held(id);
      if (behavior.endMeans === 'finish') await life.end(chat, 'finished', 'agent');
      else await life.dismiss(chat);
    },
  };
}

function kindOf(contentType: string): string {
  const kind = contentType.split('/')[0] ?? '';
  return { image: 'photo', video: 'video', audio: 'audio' }[kind] ?? 'document';
}

/** A chat that is being made or was turned away is in nobody's queue. */
function isVisible({ status }: Chat): boolean {
  return status !== 'creating' && status !== 'deflected';
}

function toChat(chat: Chat, media: MediaStore): DeskChat {
  const { endUser, agent } = chat;
  const value = isJsonObject(chat.context['value']) ? chat.context['value'] : {};
  const details: Record<string, string> = { ...textsOf(endUser as unknown as JsonObject), lang: chat.lang, ...textsOf(value) };
  for (const datum of Object.values(chat.customData).filter(isJsonObject))
    details[String(datum['label'])] = String(datum['value']);
  return {
    id: String(chat.id),
    desk: 'ccaip',
    state: stateOf(chat),
    customerName: endUser.name ?? 'Customer',
    topic: details['topic'] ?? '',
    queue: String(chat.menuId),
    since: chat.createdAt,
    ...(agent && { agentName: agent.name }),
    customerIsTyping: false,
    details,
    entries: chat.messages.map((message) => toEntry(chat, message, media)),
    ...(chat.endedBy !== undefined && { endedBy: chat.endedBy }),
  };
}

function stateOf({ status }: Chat): DeskChat['state'] {
  if (status === 'queued') return 'waiting';
  if (status === 'assigned') return 'active';
  return status === 'dismissed' ? 'paused' : 'ended';
}

function textsOf(object: JsonObject): Record<string, string> {
  const texts = Object.entries(object).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== 'name',
  );
  return Object.fromEntries(texts);
}

function toEntry(chat: Chat, message: Message, store: MediaStore): DeskEntry {
  const { media } = message;
  const name = chat.allAgents.find(({ id }) => id === message.agentId)?.name;
  return {
    id: String(message.id),
    at: message.at,
    from: message.from === 'end_user' ? 'customer' : message.from === 'virtual_agent' ? 'bot' : 'agent',
    ...(name !== undefined && { name }),
    text: message.text,
    ...(media && { files: [{ name: media.name, contentType: media.contentType, url: store.linkTo(media) }] }),
    ...(message.isEarlier && { isEarlier: true }),
  };
}
