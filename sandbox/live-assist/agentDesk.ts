import type { DeskChat, StandInDesk } from '../desk';
import type { Account } from './account';
import type { Chat } from './chat';

/** What agents do, each act going out as the vendor's events. */
export function createDesk(account: Account): StandInDesk {
  const inPhase = (chatId: string, phase: Chat['phase']) => {
    const chat = account.find(chatId);
    if (chat.phase !== phase) throw new Error(`The chat is ${chat.phase}, not ${phase}.`);
    return chat;
  };
  let said = 0;
  return {
    name: 'live-assist',
    title: 'Live Assist for Dynamics 365',
    features: { typing: true, transfer: true, sendFile: false, requestFile: false, sendCard: false },
    isStaffed: () => account.isStaffed,
    setStaffed: (staffed) => {
      account.isStaffed = staffed;
      account.changed();
    },
    queues: () => account.options.skills.map(({ id, name }) => ({ id, name })),
    chats: () => account.chats().map(toDeskChat),
    onChange: (listener) => account.onChange(listener),

    accept: async (chatId, agentName) => {
      const chat = inPhase(chatId, 'waiting');
      chat.phase = 'chatting';
      chat.hadAgent = true;
      chat.agentName = agentName;
      chat.addEvent('state', { state: 'chatting' });
      chat.addSystemLine(3, `You are now chatting with ${agentName}.`);
      account.activities.taken(chat);
      account.changed();
    },

    decline: async (chatId) => {
      const chat = inPhase(chatId, 'waiting');
      chat.addSystemLine(2, 'All agents are busy.');
      account.end(chat, 'agent', 'agent');
    },

    say: async (chatId, text) => {
      const chat = inPhase(chatId, 'chatting');
      const by = chat.agentName ?? '';
      said += 1;
      // Most lines of the vendor's console are HTML, some are not.
      const line = said % 3 === 0 ? { text, textType: 'plain' } : { text: toHtml(text), textType: 'html' };
      chat.agentIsTyping = false;
      chat.addEvent('line', { source: 'agent', by, ...line });
      chat.addEntry({ from: 'agent', name: by, text });
      account.changed();
    },

    typing: async (chatId, isTyping) => {
      inPhase(chatId, 'chatting').agentIsTyping = isTyping;
    },

    transfer: async (chatId, queueId) => {
      const chat = inPhase(chatId, 'chatting');
      if (!account.options.skills.some(({ id }) => id === queueId)) throw new Error(`There is no queue ${queueId}.`);
      chat.skill = queueId;
      chat.phase = 'waiting';
      chat.agentName = undefined;
      chat.agentIsTyping = false;
      chat.visitorIsTyping = false;
      chat.addSystemLine(15, 'You are being transferred.');
      chat.addEvent('state', { state: 'waiting' });
      chat.addEntry({ from: 'system', text: 'The chat was transferred.' });
      account.changed();
    },

    end: async (chatId) => {
      const chat = inPhase(chatId, 'chatting');
      chat.addSystemLine(5, 'The agent has ended the chat.');
      account.end(chat, 'agent', 'agent');
    },
  };
}

function toDeskChat(chat: Chat): DeskChat {
  return {
    id: chat.id,
    desk: 'live-assist',
    state: chat.phase === 'chatting' ? 'active' : chat.phase,
    customerName: chat.visitorName ?? 'Visitor',
    topic: chat.topic,
    queue: chat.skill,
    since: chat.startedAt,
    customerIsTyping: chat.visitorIsTyping,
    details: { ...chat.details },
    entries: [...chat.entries],
    ...(chat.agentName !== undefined && { agentName: chat.agentName }),
    ...(chat.endedBy !== undefined && { endedBy: chat.endedBy }),
  };
}

function toHtml(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
  return `<div dir="ltr">${escaped.replace(/\n/g, '<br/>')}</div>`;
}
