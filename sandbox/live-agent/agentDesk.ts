import { randomUUID } from 'node:crypto';
import type { DeskChat, StandInDesk } from '../desk';
import type { Chat } from './chat';
import { uploadPath } from './files';
import type { Org } from './org';

const agentUserId = '005000000000001';

/** What agents do, each act going out as the vendor's events. */
export function createDesk(org: Org): StandInDesk {
  const waiting = (chatId: string) => inPhase(org.find(chatId), 'waiting');
  const active = (chatId: string) => inPhase(org.find(chatId), 'active');
  return {
    name: 'live-agent',
    title: 'Salesforce Live Agent',
    features: { typing: true, transfer: true, sendFile: false, requestFile: true, sendCard: false },
    isStaffed: () => org.isStaffed,
    setStaffed: (staffed) => {
      org.isStaffed = staffed;
      org.changed();
    },
    queues: () => org.options.buttons.map(({ id, name }) => ({ id, name })),
    chats: () => org.chats().map(toDeskChat),
    onChange: (listener) => org.onChange(listener),

    accept: async (chatId, agentName) => {
      const chat = waiting(chatId);
      const type = chat.hadAgent ? 'ChatTransferred' : 'ChatEstablished';
      if (chat.hadAgent) chat.say('OperatorTransferred', agentName, '');
      chat.phase = 'active';
      chat.hadAgent = true;
      chat.agentName = agentName;
      org.push(chat, type, {
        name: agentName,
        userId: agentUserId,
        sneakPeekEnabled: false,
        chasitorIdleTimeout: { isEnabled: false },
      });
      org.updatePositions();
      org.changed();
    },

    decline: async (chatId) => {
      const chat = waiting(chatId);
      org.push(chat, 'ChatRequestFail', { reason: 'Unavailable', postChatUrl: '' });
      org.end(chat, 'agent');
    },

    say: async (chatId, text) => {
      const chat = active(chatId);
      const name = chat.agentName ?? '';
      const wire = escapeHtml(text);
      chat.say('Agent', name, wire);
      org.push(chat, 'ChatMessage', { text: wire, name, agentId: agentUserId, schedule: { responseDelayMilliseconds: 0 } });
      org.addEntry(chat, { from: 'agent', name, text });
    },

    typing: async (chatId, isTyping) => org.push(active(chatId), isTyping ? 'AgentTyping' : 'AgentNotTyping'),

    requestFile: async (chatId) => {
      const chat = active(chatId);
      const fileToken = randomUUID();
      chat.fileTokens.set(fileToken, 'open');
      org.push(chat, 'FileTransfer', {
        type: 'Requested',
        uploadServletUrl: `${org.url}${uploadPath}`,
        fileToken,
        cdmServletUrl: org.url,
      });
      org.addEntry(chat, { from: 'system', text: 'A file was requested.' });
    },

    transfer: async (chatId, queueId) => {
      const chat = active(chatId);
      if (!org.options.buttons.some(({ id }) => id === queueId)) throw new Error(`There is no queue ${queueId}.`);
      chat.buttonId = queueId;
      chat.phase = 'waiting';
      chat.customerIsTyping = false;
      org.push(chat, 'TransferToButtonInitiated');
      const { ahead, estimatedWaitTime } = org.queueFacts(chat);
      chat.toldPosition = ahead;
      org.push(chat, 'QueueUpdate', { position: ahead, estimatedWaitTime });
      org.addEntry(chat, { from: 'system', text: 'The chat was transferred.' });
    },

    end: async (chatId) => {
      const chat = active(chatId);
      org.push(chat, 'ChatEnded', { reason: 'agent' });
      org.end(chat, 'agent');
    },
  };
}

function inPhase(chat: Chat, phase: Chat['phase']): Chat {
  if (chat.phase !== phase) throw new Error(`The chat is ${chat.phase}, not ${phase}.`);
  return chat;
}

function toDeskChat(chat: Chat): DeskChat {
  return {
    id: chat.id,
    desk: 'live-agent',
    state: chat.phase === 'active' ? 'active' : chat.phase === 'ended' ? 'ended' : 'waiting',
    customerName: chat.visitorName,
    topic: chat.details['Topic'] ?? '',
    queue: chat.buttonId,
    since: chat.openedAt,
    customerIsTyping: chat.customerIsTyping,
    details: { ...chat.details },
    entries: [...chat.entries],
    ...(chat.agentName !== undefined && { agentName: chat.agentName }),
    ...(chat.endedBy !== undefined && { endedBy: chat.endedBy }),
  };
}

/** Agents' texts may hold HTML entities on this wire. */
function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}
