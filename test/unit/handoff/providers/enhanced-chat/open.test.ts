import type { HttpRequest } from '../../../../../common/http';
import type { JsonObject } from '../../../../../common/json';
import { silentLog } from '../../../../../common/log';
import { createEnhancedChatProvider, settingsSchema } from '../../../../../handoff/providers/enhanced-chat';
import type { HandoffRequest } from '../../../../../handoff/request';
import { FakeClock } from '../../../../support/fakeClock';
import { env, fixture } from './fixture';

const never = new AbortController().signal;
const request: HandoffRequest = {
  id: 'handoff-1',
  target: { routingAttributes: { Queue: 'cards' } },
  skill: 'cards',
  topic: 'Card was swallowed',
  language: 'pt-BR',
  customer: { id: 'user-1', isAuthenticated: false },
  fields: {},
  channel: 'webchat',
  transcript: [],
  requestedAt: '2026-11-21T06:00:00.000Z',
};

function setUp(answers: Record<string, number>) {
  const asked: HttpRequest[] = [];
  const provider = createEnhancedChatProvider(settingsSchema.parse(env), {
    clock: new FakeClock(),
    log: silentLog,
    http: async (call) => {
      asked.push(call);
      const line = `${call.method} ${call.url.slice(env.ENHANCED_CHAT_URL.length)}`;
      const status = Object.entries(answers).find(([match]) => line.includes(match))?.[1] ?? 200;
      const json: JsonObject = line.includes('access-token') ? fixture('token.json') : { conversationEntries: [] };
      const text = JSON.stringify(json);
      return { status, headers: {}, bytes: Buffer.from(text), text, json };
    },
    readFile: () => Promise.reject(new Error('no file')),
    linkFile: () => '',
  });
  const bodies = () => asked.map(({ body }) => (typeof body === 'string' ? (JSON.parse(body) as JsonObject) : undefined));
  const lines = () => asked.map(({ method, url }) => `${method} ${new URL(url).pathname.replace(/[0-9a-f-]{36}/, '{id}')}`);
  return { provider, bodies, lines };
}

describe('opening a conversation', () => {
  it('asks for a token, creates the conversation and says what is known', async () => {
    const { provider, bodies, lines } = setUp({ 'POST /iamessage/api/v2/conversation/': 202, 'v2/conversation': 201 });
    const { session, sessionKey } = await provider.open(request, never);
    expect(lines()).toEqual([
      'POST /iamessage/api/v2/authorization/unauthenticated/access-token',
      'POST /iamessage/api/v2/conversation',
      'POST /iamessage/api/v2/conversation/{id}/message',
    ]);
    const [token, created, said] = bodies();
    expect(token).toEqual({
      orgId: env.ENHANCED_CHAT_ORGANIZATION_ID,
      esDeveloperName: 'Switchboard_Client',
      capabilitiesVersion: '1',
      platform: 'Web',
      context: { appName: 'Switchboard', clientVersion: '1.0.0' },
    });
    expect(created).toEqual({
      conversationId: sessionKey,
      esDeveloperName: 'Switchboard_Client',
      routingAttributes: { Queue: 'cards' },
    });
    expect(said).toMatchObject({
      message: { messageType: 'StaticContentMessage', staticContent: { formatType: 'Text' } },
      isNewMessagingSession: false,
    });
    expect(session).toMatchObject({ conversationId: sessionKey, state: 'queued', lastEventId: '0', language: 'pt' });
    expect(session.tokenExpiresAt).toBe(1795258800000);
    expect(session).toEqual(JSON.parse(JSON.stringify(session)));
  });

  it('takes a conversation that exists for the one it asked for', async () => {
    const { provider, lines } = setUp({ 'POST /iamessage/api/v2/conversation/': 202, 'v2/conversation': 409 });
    await provider.open(request, never);
    expect(lines()).toHaveLength(3);
  });

  it('sends the first message with its attributes where the channel wants pre-chat with it', async () => {
    const { provider, bodies } = setUp({ '/entries': 200, '/message': 417, 'v2/conversation': 201 });
    await expect(provider.open(request, never)).rejects.toMatchObject({ code: 'outage', retriable: true, delivered: 'no' });
    expect(bodies().find((body) => body?.['isNewMessagingSession'] === true)).toMatchObject({
      routingAttributes: { Queue: 'cards' },
      language: 'pt',
    });
  });

  it('leaves nothing to be taken back after a refusal', async () => {
    const { provider, lines } = setUp({ 'v2/conversation': 400 });
    await expect(provider.open(request, never)).rejects.toMatchObject({ code: 'invalid', retriable: false, delivered: 'no' });
    expect(lines()).toHaveLength(2);
  });

  it('refuses a target that is none', async () => {
    const { provider, lines } = setUp({});
    await expect(provider.open({ ...request, target: { button: 1 } }, never)).rejects.toMatchObject({
      code: 'invalid',
      delivered: 'no',
    });
    expect(lines()).toEqual([]);
  });
});
