import { MemoryKept } from '../../../../contract/provider/memoryKept';
import { createRig, handoff, never, registeredRig, registration } from './rig';

const conversationId = 'h1.00000000';
const session = { conversationId, lastAt: 0 };
const message = { id: 'm1', text: 'Hello', files: [], at: '2026-01-05T08:00:00.000Z' };
const joined = (operatorUserId: number, operatorUserFullName = 'Grace') => ({
  conversationId,
  type: 'OperatorJoined',
  operatorUserId,
  operatorUserFullName,
  operatorPfp: 'https://app.mluvii.com/pfp.png',
});
const left = (operatorUserId: number) => ({ ...joined(operatorUserId), type: 'OperatorLeft' });

describe('the registration', () => {
  it('replaces the earlier one, for every instance', async () => {
    const kept = new MemoryKept();
    const [one, other] = [await registeredRig({}, undefined, kept), await createRig({}, undefined, kept)];
    await other.provider.send(session, message, undefined, never);
    await other.receive('/Registration/', { Url: 'https://eu.mluvii.com/new', Headers: { 'X-Key': 'def' } });
    await one.provider.send(session, message, undefined, never);
    expect(other.requests).toMatchObject([{ url: registration.url, headers: { 'X-Key': 'abc' } }]);
    expect(one.requests).toMatchObject([{ url: 'https://eu.mluvii.com/new', headers: { 'X-Key': 'def' } }]);
  });

  it.each<[string, object, number]>([
    ['an address of somebody else', { url: 'https://mluvii.com.evil.example/x' }, 403],
    ['an address without encryption', { url: 'http://app.mluvii.com/x' }, 400],
    ['an address with credentials', { url: 'https://a:b@app.mluvii.com/x' }, 400],
    ['no address', { url: 'soon' }, 400],
    ['a header that steers the call', { url: registration.url, headers: { Host: 'evil.example' } }, 400],
    ['a header with a line break', { url: registration.url, headers: { 'X-Key': 'a\r\nHost: b' } }, 400],
    ['a header that is no text', { url: registration.url, headers: { 'X-Key': 5 } }, 400],
  ])('refuses %s', async (_, body, status) => {
    const { receive, kept } = await createRig();
    await expect(receive('/registration', body as never)).rejects.toMatchObject({ name: 'WebhookRejected', status });
    expect(kept.documents.size).toBe(0);
  });

  it('gives way to what the settings say', async () => {
    const headers = JSON.stringify({ 'X-Fixed': 'yes' });
    const fixed = { MLUVII_CHANNEL_URL: 'https://proxy.example/mluvii', MLUVII_CHANNEL_HEADERS: headers };
    const { provider, requests } = await registeredRig(fixed);
    await provider.send(session, message, undefined, never);
    expect(requests).toMatchObject([{ url: fixed.MLUVII_CHANNEL_URL, headers: { 'X-Fixed': 'yes' } }]);
  });

  it('is not used once the settings do not allow its host any more', async () => {
    const kept = new MemoryKept();
    await registeredRig({}, undefined, kept);
    const { provider, requests } = await createRig({ MLUVII_CHANNEL_HOSTS: 'chat.bank.example' }, undefined, kept);
    await expect(provider.open(handoff(), never)).rejects.toMatchObject({ code: 'unauthorized', delivered: 'no' });
    expect(requests).toEqual([]);
  });

  it('survives the end of a chat', async () => {
    const { provider, kept } = await registeredRig();
    await provider.close(session, 'afterEnd', never);
    expect([...kept.documents.keys()]).toEqual(['registration']);
  });
});

describe('an activity', () => {
  it('is answered with an id of ours and read whatever its letters’ case', async () => {
    const { receive } = await registeredRig();
    const result = await receive('/Activity', { ConversationId: conversationId, Type: 'chatmessage', Text: 'Hi<br><b>you</b>' });
    const [{ event }] = result.events as [(typeof result.events)[number]];
    expect(event).toMatchObject({ kind: 'agentMessage', text: 'Hi\nyou', attachments: [], cards: [] });
    expect(result.events).toMatchObject([{ sessionKey: conversationId, handoffId: 'h1' }]);
    expect(result.response).toMatchObject({ status: 200, body: JSON.stringify({ id: event.eventId }) });
  });

  it.each<[string, object]>([
    ['of an unknown type', { conversationId, type: 'OperatorTyping' }],
    ['that says nothing', { conversationId, type: 'ChatMessage', text: '<p> </p>' }],
    ['without text', { conversationId, type: 'ChatMessage' }],
    ['of a conversation that is not ours', { conversationId: 'demo', type: 'ChatMessage', text: 'Hi' }],
  ])('%s is answered well and ignored', async (_, body) => {
    const { receive } = await registeredRig();
    const result = await receive('/activity', body as never);
    expect(result.events).toEqual([]);
    expect(result.response.status).toBe(200);
    expect((JSON.parse(result.response.body ?? '') as { id: string }).id).toMatch(/./);
  });

  it('tells who joined, and that the guest is gone for mluvii', async () => {
    const { receive } = await registeredRig();
    const kinds = async (body: object) => (await receive('/activity', body as never)).events.map(({ event }) => event);
    expect(await kinds(joined(5))).toMatchObject([{ kind: 'agentJoined', agentName: 'Grace' }]);
    expect(await kinds({ conversationId, type: 'GuestLeft' })).toMatchObject([
      { kind: 'ended', by: 'system', reason: 'guestLeft' },
    ]);
  });
});

describe('who is there', () => {
  const rigs = async () => {
    const kept = new MemoryKept();
    return { kept, one: await registeredRig({}, undefined, kept), other: await registeredRig({}, undefined, kept) };
  };
  const kindsOf = async (result: ReturnType<Awaited<ReturnType<typeof createRig>>['receive']>) =>
    (await result).events.map(({ event }) => event.kind);

  it('is known to every instance, in whatever order operators come and go', async () => {
    const { one, other } = await rigs();
    const status = () => other.provider.checkSession?.(session, never);
    expect(await status()).toBe('queued');
    await one.receive('/activity', joined(5));
    expect(await status()).toBe('connected');
    // The one who takes over is told of first.
    await one.receive('/activity', joined(6, 'Edsger'));
    expect(await kindsOf(other.receive('/activity', left(5)))).toEqual([]);
    expect(await status()).toBe('connected');
    expect(await kindsOf(one.receive('/activity', left(6)))).toEqual(['agentLeft']);
    expect(await kindsOf(other.receive('/activity', left(6)))).toEqual(['agentLeft']);
    expect(await status()).toBe('ended');
  });

  it('decides whether a message may go: it would begin a new session at mluvii', async () => {
    const { one, other, kept } = await rigs();
    await one.receive('/activity', joined(5));
    await one.receive('/activity', left(5));
    const held = other.provider.send(session, message, undefined, never);
    await expect(held).rejects.toMatchObject({ code: 'unavailable', retriable: true, delivered: 'no', retryAfterInMs: 2_000 });
    await one.receive('/activity', joined(6));
    await other.provider.send(session, message, undefined, never);
    expect(other.activities()).toMatchObject([{ text: 'Hello' }]);
    await other.provider.close(session, 'agentLeft', never);
    await other.receive('/activity', left(6));
    expect([...kept.documents.keys()]).toEqual(['registration']);
  });

  it('is told apart by name when there is no number', async () => {
    const { receive, provider } = await registeredRig();
    const named = (type: string, operatorUserFullName: string) => ({
      conversationId,
      type,
      operatorUserFullName,
      operatorUserId: 0,
    });
    await receive('/activity', named('OperatorJoined', 'Grace'));
    await receive('/activity', named('OperatorJoined', 'Edsger'));
    await receive('/activity', named('OperatorLeft', 'Grace'));
    expect(await provider.checkSession?.(session, never)).toBe('connected');
  });

  it('counts everybody although they come at the same time', async () => {
    const { receive, provider } = await registeredRig();
    await Promise.all([1, 2, 3, 4].map((id) => receive('/activity', joined(id))));
    await Promise.all([1, 2, 3].map((id) => receive('/activity', left(id))));
    expect(await provider.checkSession?.(session, never)).toBe('connected');
  });
});
