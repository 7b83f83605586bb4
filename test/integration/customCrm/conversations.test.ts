import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { conversationsOf } from '../../../bot/customCrmConversations';
import { type JsonObject, toJson } from '../../../common/json';
import { silentLog } from '../../../common/log';
import { openSqliteStore } from '../../../store/sqlite';
import type { Store } from '../../../store/store';

let store: Store;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'switchboard-crm-'));
  store = await openSqliteStore({ file: path.join(folder, 'switchboard.db'), log: silentLog });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const handoff = {
  skill: 'cards',
  topic: 'Lost card',
  language: 'en',
  channel: 'webchat',
  chatActivityId: '33333333-3333-4333-8333-333333333333',
  requestedAt: '2026-01-05T09:00:00.000Z',
};

describe('the bot’s conversations by chat', () => {
  it('are those of the desk’s links, also when they are over', async () => {
    const request = toJson({ handoff, conversation: {}, routes: [] }) as JsonObject;
    const data: JsonObject = { routeIndex: 0, openAttempts: 1, opening: false, deadlines: {}, closings: [], agentName: 'Ariel' };
    const link = { id: 'h1', conversationKey: 'c1', provider: 'ccaip', request, data };
    const { link: opened } = await store.links.open(link, 'me', 1);
    const conversations = conversationsOf(store.links, 'ccaip');
    expect(await conversations.findByChat('135')).toBeUndefined();
    await store.links.update('h1', opened.epoch, { state: 'connected', sessionKey: '135' }, 2);
    const expected = {
      state: 'connected',
      topic: 'Lost card',
      channel: 'webchat',
      requestedAt: handoff.requestedAt,
      chatActivityId: handoff.chatActivityId,
      agentName: 'Ariel',
    };
    expect(await conversations.findByChat('135')).toEqual(expected);
    await store.links.update('h1', opened.epoch, { state: 'ended', isOpen: false, isFinished: true }, 3);
    expect(await conversations.findByChat('135')).toEqual({ ...expected, state: 'ended' });
    expect(await conversationsOf(store.links, 'other').findByChat('135')).toBeUndefined();
  });
});
