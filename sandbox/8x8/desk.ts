import { isoTime, systemClock } from '../../common/clock';
import { isJsonObject, type JsonObject } from '../../common/json';
import type { DeskChat, DeskEntry, StandInDesk } from '../desk';
import type { Happenings } from './happenings';
import { type Behavior, QUEUES } from './options';
import type { Siblings } from './siblings';
import { type Attachment, agentNamed, type Conversation, type Message, newId, type State } from './state';

/** The agents' side: each act sends the vendor's own events and resolves once the webhook took them, or soon when it is away. */
export function createDesk(state: State, happenings: Happenings, siblings: Siblings, behavior: Behavior): StandInDesk {
  const held = (id: string): Conversation & { agent: NonNullable<Conversation['agent']> } => {
    const conversation = state.find(id);
    if (!conversation.agent || conversation.state !== 'active') throw new Error(`no agent has the chat ${id}`);
    return conversation as Conversation & { agent: NonNullable<Conversation['agent']> };
  };
  const waiting = (id: string): Conversation => {
    const conversation = state.find(id);
    if (conversation.agent || conversation.state !== 'active') throw new Error(`the chat ${id} does not wait`);
    return conversation;
  };
  const post = async (id: string, what: Partial<Message>): Promise<void> => {
    const conversation = held(id);
    const createdAt = isoTime(systemClock.now());
    const { id: agentId } = conversation.agent;
    const message: Message = {
      id: newId('msg'),
      createdAt,
      author: 'agent',
      agentId,
      text: '',
      attachments: [],
      cards: [],
      ...what,
    };
    conversation.messages.push(message);
    state.changed();
    await happenings.message(conversation, message);
  };
  /** Takes the agent off the chat; the event about it is the caller's to send. */
  const release = (conversation: Conversation): string => {
    const id = conversation.agent?.id ?? '';
    for (const participant of conversation.participants) if (participant.id === id) participant.removed = true;
    delete conversation.agent;
    return id;
  };

  return {
    name: '8x8',
    title: '8x8 Contact Center',
    features: { typing: true, transfer: true, sendFile: true, requestFile: false, sendCard: true },
    isStaffed: () => siblings.isStaffed,
    setStaffed(staffed) {
      siblings.isStaffed = staffed;
      state.changed();
    },
    queues: () => QUEUES.map((queue) => ({ ...queue })),
    chats: () => [...state.conversations.values()].filter(isVisible).map((conversation) => toChat(conversation, happenings)),
    onChange: (listener) => state.onChange(listener),

    async accept(id, agentName) {
      const conversation = waiting(id);
      const agent = agentNamed(agentName);
      state.agents.set(agent.id, agent);
      conversation.agent = agent;
      conversation.assignment = { type: 'agent', id: agent.id };
      const before = conversation.participants.find((participant) => participant.id === agent.id);
      if (before) before.removed = false;
      else conversation.participants.push({ id: agent.id, type: 'agent', removed: false });
      state.changed();
      await Promise.all([happenings.member(conversation, 'agent', 'joined', agent.id), happenings.updated(conversation)]);
    },

    async decline(id) {
      const conversation = waiting(id);
      conversation.state = 'idle';
      conversation.endedBy = 'system';
      state.changed();
      await happenings.updated(conversation);
    },

    say: (id, text) => post(id, { text }),
    sendCard: (id, content: JsonObject) =>
      post(id, { cards: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] }),

    async typing(id, isTyping) {
      const conversation = held(id);
      await happenings.typing(conversation, isTyping ? [{ type: 'agent', id: conversation.agent.id }] : []);
    },

    async sendFile(id, file) {
      const attachment: Attachment = {
        id: newId('T6c'),
        filename: file.name,
        contentType: file.contentType,
        bytes: file.bytes,
        createdAt: isoTime(systemClock.now()),
        from: 'agent',
        signature: newId('s'),
      };
      held(id).attachments.set(attachment.id, attachment);
      await post(id, { attachments: [attachment.id] });
    },

    async transfer(id, queueId) {
      if (!QUEUES.some((queue) => queue.id === queueId)) throw new Error(`there is no queue ${queueId}`);
      const conversation = held(id);
      const agentId = release(conversation);
      conversation.queueId = queueId;
      conversation.assignment = { type: 'queue', id: queueId };
      state.changed();
      const left = () => happenings.member(conversation, 'agent', 'left', agentId);
      const transfer = () => happenings.transfer(conversation);
      const pair = behavior.transfer === 'leftFirst' ? [left(), transfer()] : [transfer(), left()];
      await Promise.all([...pair, happenings.queued(conversation), happenings.updated(conversation)]);
    },

    async end(id) {
      const conversation = held(id);
      const agentId = release(conversation);
      conversation.state = 'idle';
      conversation.endedBy = 'agent';
      state.changed();
      await Promise.all([happenings.member(conversation, 'agent', 'left', agentId), happenings.updated(conversation)]);
    },
  };
}

/** An interaction reaches agents only when the conversation is active. */
function isVisible({ state }: Conversation): boolean {
  return state !== 'created';
}

function toChat(conversation: Conversation, happenings: Happenings): DeskChat {
  const { user, agent, state } = conversation;
  const details: Record<string, string> = {};
  for (const [key, value] of Object.entries(user)) if (typeof value === 'string' && key !== 'name') details[key] = value;
  const properties = Array.isArray(user['additionalProperties']) ? user['additionalProperties'].filter(isJsonObject) : [];
  for (const { key, value } of properties) details[String(key)] = String(value);
  return {
    id: conversation.id,
    desk: '8x8',
    state: state === 'idle' ? 'ended' : agent ? 'active' : 'waiting',
    customerName: typeof user['name'] === 'string' ? user['name'] : 'Customer',
    topic: details['Topic'] ?? '',
    queue: conversation.queueId,
    since: conversation.createdAt,
    ...(agent && { agentName: agent.name }),
    customerIsTyping: conversation.isCustomerTyping,
    details,
    entries: conversation.messages.map((message) => toEntry(conversation, message, happenings)),
    ...(conversation.endedBy !== undefined && { endedBy: conversation.endedBy }),
  };
}

function toEntry(conversation: Conversation, message: Message, happenings: Happenings): DeskEntry {
  const files = message.attachments.flatMap((id) => {
    const attachment = conversation.attachments.get(id);
    return attachment
      ? [{ name: attachment.filename, contentType: attachment.contentType, url: happenings.linkTo(attachment) }]
      : [];
  });
  return {
    id: message.id,
    at: message.createdAt,
    from: message.author === 'user' ? 'customer' : message.author,
    text: message.text,
    ...(message.cards.length > 0 && { cards: message.cards }),
    ...(files.length > 0 && { files }),
  };
}
