import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../../../../common/json';
import type { LiveAssistSession } from '../../../../../handoff/providers/live-assist';
import { readChat, type WireChat } from '../../../../../handoff/providers/live-assist/wire';
import type { HandoffRequest } from '../../../../../handoff/request';

/** The body of a fixture in `test/fixtures/live-assist`. */
export function fixture(name: string): JsonObject {
  const file = path.join(__dirname, '../../../../fixtures/live-assist', `${name}.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { payload: JsonObject }).payload;
}

export function chatOf(name: string): WireChat {
  const chat = readChat(fixture(name));
  if (!chat) throw new Error(`${name} is no chat`);
  return chat;
}

export function liveAssistSession(changes: Partial<LiveAssistSession> = {}): LiveAssistSession {
  return {
    url: 'https://desk.example/api/account/12345678/chat/H1A1',
    chatId: 'H1A1',
    skill: 'cards',
    hasRecord: true,
    lastEventId: 0,
    state: 'waiting',
    isAgentTyping: false,
    typingChanges: 0,
    chatTimeoutInMs: 120_000,
    isWaitTold: true,
    introduction: null,
    isContextTaken: true,
    lines: 0,
    ...changes,
  };
}

export const request: HandoffRequest = {
  id: 'handoff-1',
  target: { skill: 'cards' },
  skill: 'cards',
  topic: 'Card was swallowed',
  language: 'en-US',
  customer: {
    id: 'user-1',
    name: 'Ada Example',
    email: 'ada@example.com',
    phone: '+15550100',
    contactId: '0ee041e0-b428-4c3b-84b2-0a713ab6771b',
    isAuthenticated: true,
  },
  fields: { 'Card type': 'Debit' },
  chatActivityId: '3d1e8ef9-307b-499d-a264-8ebca5c3682c',
  channel: 'webchat',
  sourcePageUrl: 'https://mytestsite.com/some_test_page',
  transcript: [
    { at: '2026-05-04T10:14:00.000Z', from: 'customer', text: 'The machine kept my card' },
    {
      at: '2026-05-04T10:14:02.000Z',
      from: 'bot',
      text: 'This may help:',
      articles: [{ number: 'KA-01024', title: 'Card swallowed by a cash machine' }],
    },
  ],
  requestedAt: '2026-05-04T10:15:00.000Z',
};
