import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../common/json';
import type { DeskChat, StandInDesk } from '../desk';
import type { Conversation } from './conversation';
import { nameOf } from './endUser';
import type { Org, Sender } from './org';
import { toMessages } from './questions';

/** What agents do, each act going out as the vendor's events. */
export function createDesk(org: Org): StandInDesk {
  const waiting = (chatId: string) => inState(org.find(chatId), 'waiting');
  const active = (chatId: string) => inState(org.find(chatId), 'active');
  const say = (conversation: Conversation, message: JsonObject) => org.say(conversation, agentOf(conversation), message);
  const participant = (conversation: Conversation, operation: 'add' | 'remove') => {
    const { name, subject } = agentOf(conversation);
    org.record(conversation, 'ParticipantChanged', 'CONVERSATION_PARTICIPANT_CHANGED', agentOf(conversation), {
      entries: [{ operation, displayName: name, participant: { role: 'Agent', appType: 'agent', subject } }],
    });
  };
  return {
    name: 'enhanced-chat',
    title: 'Salesforce Enhanced Chat',
    features: { typing: true, transfer: true, sendFile: true, requestFile: false, sendCard: true },
    isStaffed: () => org.isStaffed,
    setStaffed: (staffed) => {
      org.isStaffed = staffed;
      org.changed();
    },
    queues: () => org.options.queues.map((queue) => ({ ...queue })),
    chats: () => org.all().map(toDeskChat),
    onChange: (listener) => org.onChange(listener),

    accept: async (chatId, agentName) => {
      const conversation = waiting(chatId);
      conversation.hadAgent = true;
      conversation.isTransferred = false;
      conversation.agentName = agentName;
      participant(conversation, 'add');
      org.setSession(conversation, 'active');
    },

    decline: async (chatId) => org.refuse(waiting(chatId), 'No agents are available'),

    say: async (chatId, text) => {
      const conversation = active(chatId);
      say(conversation, { messageType: 'StaticContentMessage', staticContent: { formatType: 'Text', text } });
      org.show(conversation, { from: 'agent', name: conversation.agentName ?? '', text });
    },

    sendCard: async (chatId, card) => {
      const conversation = active(chatId);
      for (const { message, question } of toMessages(card)) {
        const id = randomUUID();
        if (question) conversation.questions.set(id, question);
        say(conversation, { ...message, id });
      }
      const cards = [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }];
      org.show(conversation, { from: 'agent', name: conversation.agentName ?? '', text: '', cards });
    },

    typing: async (chatId, isTyping) => {
      const conversation = active(chatId);
      const entryType = isTyping ? 'TypingStartedIndicator' : 'TypingStoppedIndicator';
      const event = `CONVERSATION_TYPING_${isTyping ? 'STARTED' : 'STOPPED'}_INDICATOR`;
      org.record(conversation, entryType, event, agentOf(conversation), { id: randomUUID(), timestamp: Date.now() });
    },

    sendFile: async (chatId, file) => {
      const conversation = active(chatId);
      const id = randomUUID();
      org.files.set(id, file);
      const { name, contentType } = file;
      const url = `${org.url}/files/${id}`;
      const attachments = [{ id, name, mimeType: contentType, url, referenceId: id }];
      const staticContent = { formatType: 'Attachments', text: '', attachments };
      say(conversation, { messageType: 'StaticContentMessage', staticContent, references: [{ id }] });
      org.show(conversation, {
        from: 'agent',
        name: conversation.agentName ?? '',
        text: '',
        files: [{ name, contentType, url }],
      });
    },

    transfer: async (chatId, queueId) => {
      const conversation = active(chatId);
      if (!org.options.queues.some(({ id }) => id === queueId)) throw new Error(`There is no queue ${queueId}.`);
      participant(conversation, 'remove');
      conversation.queue = queueId;
      conversation.isTransferred = true;
      conversation.customerIsTyping = false;
      org.setSession(conversation, 'waiting');
      org.tellRouted(conversation, 'Transfer');
      org.show(conversation, { from: 'system', text: 'The chat was transferred.' });
    },

    end: async (chatId) => {
      const conversation = active(chatId);
      participant(conversation, 'remove');
      org.endSession(conversation, 'agent');
    },
  };
}

export function agentOf({ agentName = 'Agent' }: Conversation): Sender {
  return { role: 'Agent', name: agentName, subject: `005-${agentName}` };
}

function inState(conversation: Conversation, state: 'waiting' | 'active'): Conversation {
  if (conversation.session !== state) throw new Error(`The chat is ${conversation.session}, not ${state}.`);
  return conversation;
}

function toDeskChat(conversation: Conversation): DeskChat {
  const { session } = conversation;
  return {
    id: conversation.id,
    desk: 'enhanced-chat',
    state: session === 'active' || session === 'inactive' ? 'active' : session === 'ended' ? 'ended' : 'waiting',
    customerName: nameOf(conversation),
    topic: conversation.attributes['Topic'] ?? '',
    queue: conversation.queue,
    since: conversation.openedAt,
    customerIsTyping: conversation.customerIsTyping,
    details: { ...conversation.attributes },
    entries: [...conversation.shown],
    ...(conversation.readUntil > 0 && { readUntil: new Date(conversation.readUntil).toISOString() }),
    ...(conversation.agentName !== undefined && { agentName: conversation.agentName }),
    ...(conversation.endedBy !== undefined && { endedBy: conversation.endedBy }),
  };
}
