import type { JsonObject } from '../../../../common/json';
import { type LiveAgentStandIn, type LiveAgentStandInOptions, startLiveAgentStandIn } from '../../../../sandbox/live-agent';
import { RawClient } from './client';

let standIn: LiveAgentStandIn;
let client: RawClient;

async function start(options: LiveAgentStandInOptions = {}): Promise<void> {
  standIn = await startLiveAgentStandIn({ pollHoldInMs: 40, ...options });
  client = new RawClient(standIn);
}

beforeEach(() => start());
afterEach(() => standIn.close());

describe('the Live Agent stand-in', () => {
  it('serves a whole chat without a complaint', async () => {
    await client.connect();
    expect((await client.post('ChatMessage', { text: 'hello' })).status).toBe(200);
    await standIn.desk.say(client.id, 'a < b');
    expect((await client.poll(2)).json.messages).toMatchObject([
      { type: 'ChatMessage', message: { text: 'a &lt; b', name: 'Grace' } },
    ]);
    await client.post('ChatEnd', { reason: 'client' });
    expect((await client.poll(3)).json.messages).toMatchObject([{ type: 'ChatEnded', message: { reason: 'client' } }]);
    expect((await client.call('DELETE', `System/SessionId/${encodeURIComponent(client.key)}`)).status).toBe(200);
    expect((await client.poll(4)).status).toBe(403);
    expect(standIn.desk.chats()).toMatchObject([
      {
        state: 'ended',
        endedBy: 'customer',
        topic: 'Cards',
        customerName: 'Visitor',
        entries: [{ text: 'hello' }, { text: 'a < b' }],
      },
    ]);
    expect(standIn.violations).toEqual([]);
  });

  describe('polls', () => {
    it('are held and then answered 204, or at once when something happens', async () => {
      await client.connect();
      expect((await client.poll(2)).status).toBe(204);
      const held = client.poll(2);
      await standIn.desk.typing(client.id, true);
      expect((await held).types).toEqual(['AgentTyping']);
    });

    it('get an answer again until it is acknowledged', async () => {
      await client.connect();
      await standIn.desk.say(client.id, 'hello');
      const first = await client.poll(2);
      await standIn.desk.say(client.id, 'more');
      expect(await client.poll(2)).toEqual(first);
      expect((await client.poll(3)).json).toMatchObject({ sequence: 4, messages: [{ message: { text: 'more' } }] });
    });

    it('out of order are refused', async () => {
      await client.connect();
      expect(await client.poll(17)).toMatchObject({ status: 409, text: 'Out of sync Ack. Expected 2. Actual 17' });
      expect(standIn.violations).toHaveLength(1);
    });

    it('two at a time end the chat', async () => {
      await standIn.close();
      await start({ pollHoldInMs: 5_000 });
      await client.connect();
      const both = await Promise.all([client.poll(2), client.poll(2)]);
      expect(both.map(({ status }) => status)).toEqual([409, 409]);
      expect((await client.poll(2)).status).toBe(403);
      expect(standIn.desk.chats()).toMatchObject([{ state: 'ended', endedBy: 'duplicate poll' }]);
      expect(standIn.violations).toEqual(['two polls of one chat at a time']);
    });

    it('that stop coming end the chat', async () => {
      await standIn.close();
      await start({ pollHoldInMs: 5, connectionTimeoutInMs: 150 });
      await client.connect();
      const ended = new Promise<void>((resolve) => standIn.desk.onChange(resolve));
      await ended;
      expect(standIn.desk.chats()).toMatchObject([{ state: 'ended', endedBy: 'connection time-out' }]);
      expect((await client.poll(2)).status).toBe(403);
    });
  });

  describe('numbers', () => {
    it('seen before have no effect, and too high ones are refused in words', async () => {
      await client.connect();
      await client.post('ChatMessage', { text: 'once' });
      expect((await client.post('ChatMessage', { text: 'again' }, 2)).status).toBe(200);
      expect(await client.post('ChatMessage', { text: 'far' }, 9)).toMatchObject({
        status: 409,
        text: 'Out of sync. Expected 3. Actual 2',
      });
      expect(standIn.desk.chats()[0]?.entries.map(({ text }) => text)).toEqual(['once']);
    });

    it('stay free after a POST that came too early', async () => {
      await client.start();
      await client.post('ChasitorInit', client.initBody());
      expect((await client.post('ChatMessage', { text: 'early' })).status).toBe(500);
      await client.poll();
      await standIn.desk.accept(client.id, 'Grace');
      expect((await client.post('ChatMessage', { text: 'now' }, 2)).status).toBe(200);
      expect(standIn.violations).toEqual(['ChatMessage before ChatRequestSuccess']);
    });
  });

  it('swallows texts that are too close together, and says so', async () => {
    await client.connect();
    await Promise.all([client.post('ChatMessage', { text: 'one' }, 2), client.post('ChatMessage', { text: 'two' }, 3)]);
    await client.post('ChatMessage', { text: 'two' }, 3);
    expect(standIn.violations.join()).toMatch(/vanished/);
    expect(standIn.desk.chats()[0]?.entries).toHaveLength(1);
  });

  it.each<[string, JsonObject]>([
    ['another org', { organizationId: '00D000000000002' }],
    ['another deployment', { deploymentId: '572000000000002' }],
    ['an unknown button', { buttonId: '573000000000009' }],
    ['another session', { sessionId: 'x' }],
    ['no visitor name', { visitorName: '' }],
    ['no details', { prechatDetails: null }],
    ['a null value', { prechatDetails: [{ label: 'a', value: null, transcriptFields: [] }] }],
    ['a record that maps no detail', { prechatEntities: [{ entityName: 'Contact', entityFieldsMaps: [{ label: 'Nobody' }] }] }],
  ])('refuses a chat request with %s', async (_, changes) => {
    await client.start();
    expect((await client.post('ChasitorInit', client.initBody(changes))).status).toBe(400);
    expect(standIn.violations).toHaveLength(1);
  });

  it('fails a request that says it is no POST', async () => {
    await client.start();
    await client.post('ChasitorInit', client.initBody({ isPost: false }));
    expect((await client.poll()).json.messages).toMatchObject([{ type: 'ChatRequestFail', message: { reason: 'NoPost' } }]);
  });

  it.each<[string, () => Promise<{ status: number }>, number]>([
    [
      'no version',
      () => client.call('GET', 'System/SessionId', { 'X-LIVEAGENT-API-VERSION': '', 'X-LIVEAGENT-AFFINITY': 'null' }),
      400,
    ],
    ['an affinity where none can be', () => client.call('GET', 'System/SessionId', { 'X-LIVEAGENT-AFFINITY': 'x' }), 400],
    ['no affinity', () => client.call('GET', 'System/Messages?ack=-1', { 'X-LIVEAGENT-AFFINITY': '' }), 400],
    ['no key', () => client.call('GET', 'System/Messages?ack=-1', { 'X-LIVEAGENT-SESSION-KEY': '' }), 400],
    ['an unknown key', () => client.call('GET', 'System/Messages?ack=-1', { 'X-LIVEAGENT-SESSION-KEY': 'x' }), 403],
    ['no number', () => client.call('POST', 'Chasitor/ChasitorInit', {}, {}), 400],
    ['a resource that is not there', () => client.post('Nothing'), 404],
    ['an availability request without an org', () => client.call('GET', 'Visitor/Availability'), 400],
  ])('refuses %s', async (_, act, status) => {
    await client.start();
    expect((await act()).status).toBe(status);
  });

  describe('moves', () => {
    it('are answered 503 until the client asks for its chat; then numbers begin anew', async () => {
      await client.connect();
      expect(
        (await client.call('GET', 'System/ReconnectSession?ReconnectSession.offset=0', { 'X-LIVEAGENT-AFFINITY': 'null' }))
          .status,
      ).toBe(405);
      standIn.moveServer();
      expect((await client.post('ChatMessage', { text: 'x' })).status).toBe(503);
      await standIn.desk.say(client.id, 'meanwhile');
      const reconnected = await client.call('GET', 'System/ReconnectSession?ReconnectSession.offset=0', {
        'X-LIVEAGENT-AFFINITY': 'null',
      });
      client.affinity = String(reconnected.json.messages?.[0]?.message['affinityToken']);
      expect((await client.post('ChatMessage', { text: 'early' }, 1)).status).toBe(500);
      const data = await client.poll();
      expect(data.json.messages?.[0]).toMatchObject({
        type: 'ChasitorSessionData',
        message: { chatMessages: [{ type: 'Agent', content: 'meanwhile' }] },
      });
      await client.post('ChasitorResyncState', { organizationId: '00D000000000001' });
      expect((await client.post('ChatMessage', { text: 'in time' }, 1)).status).toBe(200);
      expect(standIn.violations).toEqual(['ChatMessage before ChasitorResyncState']);
    });
  });

  describe('the desk', () => {
    it('tells those behind when somebody before them is taken', async () => {
      await client.connect();
      const second = await new RawClient(standIn).start();
      const third = await new RawClient(standIn).start();
      await second.post('ChasitorInit', second.initBody());
      await third.post('ChasitorInit', third.initBody());
      expect((await third.poll()).json.messages).toMatchObject([{ message: { queuePosition: 1 } }, { message: { position: 1 } }]);
      const held = third.poll(1);
      await standIn.desk.accept(second.id, 'Edsger');
      expect((await held).json.messages).toMatchObject([{ type: 'QueueUpdate', message: { position: 0 } }]);
    });

    it('refuses what does not fit the state of a chat', async () => {
      await client.connect();
      await expect(standIn.desk.accept(client.id, 'Grace')).rejects.toThrow('active');
      await expect(standIn.desk.say('nobody', 'x')).rejects.toThrow('no chat');
      await expect(standIn.desk.transfer?.(client.id, 'nowhere')).rejects.toThrow('no queue');
    });

    it('takes a requested file once', async () => {
      await client.connect();
      await standIn.desk.requestFile?.(client.id);
      const asked = (await client.poll(2)).json.messages?.[0]?.message;
      const url = new URL(String(asked?.['uploadServletUrl']));
      const query = { orgId: '00D000000000001', chatKey: client.id, fileToken: String(asked?.['fileToken']), encoding: 'UTF-8' };
      url.search = new URLSearchParams(query).toString();
      const form = new FormData();
      form.append('file', new Blob(['bytes'], { type: 'text/plain' }), 'a.txt');
      expect((await fetch(url, { method: 'POST', body: form })).status).toBe(200);
      expect((await client.poll(3)).json.messages).toMatchObject([{ type: 'FileTransfer', message: { type: 'Success' } }]);
      expect((await fetch(url, { method: 'POST', body: form })).status).toBe(400);
      const file = standIn.desk.chats()[0]?.entries.at(-1)?.files?.[0];
      expect(await (await fetch(file?.url ?? '')).text()).toBe('bytes');
    });
  });
});
