import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../../common/json';
import {
  type EnhancedChatStandIn,
  type EnhancedChatStandInOptions,
  startEnhancedChatStandIn,
} from '../../../../sandbox/enhanced-chat';

interface Answer {
  status: number;
  json: JsonObject;
}

describe('the Enhanced Chat stand-in', () => {
  let standIn: EnhancedChatStandIn;

  const start = async (options: EnhancedChatStandInOptions = {}) => {
    standIn = await startEnhancedChatStandIn(options);
  };
  const call = async (method: string, path: string, token?: string, body?: object): Promise<Answer> => {
    const response = await fetch(standIn.url + path, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: text.startsWith('{') ? (JSON.parse(text) as JsonObject) : {} };
  };
  const api = '/iamessage/api/v2';
  const who = { orgId: '00D000000000001', esDeveloperName: 'Switchboard_Client' };
  const tokenBody = { ...who, capabilitiesVersion: '1', platform: 'Web' };
  const guest = async () =>
    String((await call('POST', `${api}/authorization/unauthenticated/access-token`, undefined, tokenBody)).json['accessToken']);
  const create = async (token: string, more: object = {}) => {
    const conversationId = randomUUID();
    const body = { conversationId, esDeveloperName: who.esDeveloperName, ...more };
    return { id: conversationId, ...(await call('POST', `${api}/conversation`, token, body)) };
  };
  const text = (words: string, more: object = {}) => ({
    message: { id: randomUUID(), messageType: 'StaticContentMessage', staticContent: { formatType: 'Text', text: words } },
    esDeveloperName: who.esDeveloperName,
    ...more,
  });
  const say = (token: string, id: string, body: object) => call('POST', `${api}/conversation/${id}/message`, token, body);

  beforeEach(() => start());
  afterEach(() => standIn.close());

  it('takes a chat from its creation to its close', async () => {
    const token = await guest();
    const { id, status } = await create(token, { routingAttributes: { Customer_Name: 'Ada', Queue: 'transfers' } });
    expect(status).toBe(201);
    expect((await say(token, id, text('Hello'))).status).toBe(202);
    expect(standIn.desk.chats()).toMatchObject([{ id, state: 'waiting', customerName: 'Ada', queue: 'transfers' }]);
    expect((await call('GET', `${api}/conversation/${id}`, token)).json).toMatchObject({ routingStatus: 'INITIAL' });
    await standIn.desk.accept(id, 'Grace');
    expect((await call('GET', `${api}/conversation/${id}`, token)).json).toMatchObject({ routingStatus: 'ROUTED' });
    const owner = `esDeveloperName=${who.esDeveloperName}`;
    expect((await call('DELETE', `${api}/conversation/${id}/session?${owner}`, token)).status).toBe(204);
    expect((await say(token, id, text('late'))).status).toBe(417);
    expect((await call('DELETE', `${api}/conversation/${id}?${owner}`, token)).status).toBe(204);
    expect((await call('DELETE', `${api}/conversation/${id}?${owner}`, token)).status).toBe(404);
    expect(standIn.desk.chats()).toMatchObject([{ state: 'ended', endedBy: 'customer' }]);
    expect(standIn.violations).toEqual([]);
  });

  it('lists entries page by page, from either end', async () => {
    const token = await guest();
    const { id } = await create(token);
    await standIn.desk.accept(id, 'Grace');
    for (const words of ['1', '2', '3']) await standIn.desk.say(id, words);
    const list = async (query: string) => {
      const { json } = await call('GET', `${api}/conversation/${id}/entries?entryTypeFilter=Message&${query}`, token);
      return (json['conversationEntries'] as { entryPayload: { abstractMessage: { staticContent: JsonObject } } }[]).map(
        ({ entryPayload }) => entryPayload.abstractMessage.staticContent['text'],
      );
    };
    expect(await list('limit=2')).toEqual(['3', '2']);
    expect((await list('direction=FromStart')).slice(-3)).toEqual(['1', '2', '3']);
    expect((await call('GET', `${api}/conversation/${id}/entries?limit=51`, token)).status).toBe(400);
  });

  it.each<[string, (token: string, id: string) => Promise<Answer>, number]>([
    ['no token', (_, id) => call('GET', `${api}/conversation/${id}`), 401],
    ['a made-up token', (_, id) => call('GET', `${api}/conversation/${id}`, 'x.y.z'), 401],
    ['somebody else’s token', async (_, id) => call('GET', `${api}/conversation/${id}`, await guest()), 403],
    ['an unknown conversation', (token) => call('GET', `${api}/conversation/${randomUUID()}`, token), 404],
    ['an unknown path', (token) => call('GET', `${api}/availability`, token), 404],
    ['an unknown property', (token) => create(token, { priority: 1 }), 400],
    ['a UUID of another version', (token) => create(token, { conversationId: '2b1f0c5e-7a44-1d0e-9d6a-0f6a1c9e8b11' }), 400],
    ['a UUID in capitals', (token) => create(token, { conversationId: randomUUID().toUpperCase() }), 400],
    ['another deployment', (token) => create(token, { esDeveloperName: 'Other' }), 400],
    ['a parameter the channel has not', (token) => create(token, { routingAttributes: { Shoe_Size: '9' } }), 400],
    ['a value that is too long', (token) => create(token, { routingAttributes: { Phone: '1'.repeat(41) } }), 400],
    ['an empty text', (token, id) => say(token, id, text('')), 400],
    ['a text that is far too long', (token, id) => say(token, id, text('x'.repeat(8_001))), 400],
    ['a new session without its attributes', (token, id) => say(token, id, text('x', { isNewMessagingSession: true })), 400],
    [
      'an answer to choices nobody offered',
      (token, id) =>
        say(token, id, {
          message: {
            id: randomUUID(),
            messageType: 'ChoicesResponseMessage',
            inReplyToMessageId: randomUUID(),
            choicesResponse: { formatType: 'Selections', selectedOptions: [{ optionIdentifier: 'x' }] },
          },
          esDeveloperName: who.esDeveloperName,
        }),
      400,
    ],
    ['a close without the deployment', (token, id) => call('DELETE', `${api}/conversation/${id}`, token), 400],
    ['a stream without its headers', (token) => call('GET', '/eventrouter/v1/sse', token), 400],
    [
      'a token for another organization',
      () => call('POST', `${api}/authorization/unauthenticated/access-token`, undefined, { ...tokenBody, orgId: '00D9' }),
      400,
    ],
  ])('refuses %s and notes it', async (_, breach, status) => {
    const token = await guest();
    const { id } = await create(token);
    expect((await breach(token, id)).status).toBe(status);
    expect(standIn.violations).toHaveLength(1);
  });

  it('takes 22 messages a minute and no more', async () => {
    const token = await guest();
    const { id } = await create(token);
    for (let count = 0; count < 22; count += 1) expect((await say(token, id, text(`${count}`))).status).toBe(202);
    expect((await say(token, id, text('too many'))).status).toBe(429);
    expect(standIn.violations).toHaveLength(1);
  });

  it('makes two messages of one with an address at its end', async () => {
    const token = await guest();
    const { id } = await create(token);
    await say(token, id, text('See https://example.com/a'));
    const { json } = await call('GET', `${api}/conversation/${id}/entries?entryTypeFilter=Message&limit=2`, token);
    expect(JSON.stringify(json)).toMatch(/RichLink.*"text":"See"/);
  });

  it('routes again what comes to a session that was set aside, and tells the owner that nobody is there', async () => {
    const token = await guest();
    const { id } = await create(token);
    await standIn.desk.accept(id, 'Grace');
    standIn.setAside(id);
    standIn.desk.setStaffed(false);
    expect((await say(token, id, text('Hello?'))).status).toBe(202);
    expect(standIn.desk.chats()).toMatchObject([{ state: 'ended', endedBy: 'system' }]);
  });

  it('lets agents do only what the state of a chat allows', async () => {
    const { id } = await create(await guest());
    await expect(standIn.desk.say(id, 'too early')).rejects.toThrow('waiting, not active');
    await standIn.desk.accept(id, 'Grace');
    await expect(standIn.desk.accept(id, 'Edsger')).rejects.toThrow('active, not waiting');
    await expect(standIn.desk.transfer?.(id, 'nowhere')).rejects.toThrow('no queue');
    await expect(standIn.desk.sendCard?.(id, { type: 'AdaptiveCard' })).rejects.toThrow('choices, forms, texts and links');
    await expect(standIn.desk.say(randomUUID(), 'x')).rejects.toThrow('no conversation');
  });
});
