import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Activity, ConversationReference, TurnContext } from 'botbuilder';
import { TurnContext as Turns } from 'botbuilder';
import type { ServiceClientCredentialsFactory } from 'botframework-connector';
import { BotAdapter } from '../../../bot/adapter';
import { lastingReference } from '../../../bot/conversationKey';
import { addSkillCallbacks } from '../../../bot/parent/skillCallbacks';
import { SkillConversations } from '../../../bot/parent/skillConversations';
import { type SkillPlace, skillPlaceOf } from '../../../bot/skill/skillTurn';
import { systemClock } from '../../../common/clock';
import { createHttpClient } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import { silentLog } from '../../../common/log';
import { openSqliteStore } from '../../../store/sqlite';
import type { Store } from '../../../store/store';
import { message, type ServerRig, startServer } from '../server/serverRig';
import { appId, serviceUrl, startIssuer, type TokenIssuer } from '../server/tokenIssuer';

const tenant = '99999999-0000-0000-0000-000000000000';
const otherBot = 'aaaaaaaa-1111-1111-1111-111111111111';
const strangeBot = 'bbbbbbbb-1111-1111-1111-111111111111';

/** Tells for whom each token was made. */
const credentials = {
  isAuthenticationDisabled: async () => false,
  isValidAppId: async (id: string) => id === appId,
  createCredentials: async (_app: string, audience: string) => ({ getToken: async () => `token for ${audience}` }),
} as unknown as ServiceClientCredentialsFactory;

/** The connector of another bot, or of a channel: notes what is sent to it. */
class OtherSide {
  readonly got: { method: string; path: string; headers: IncomingHttpHeaders; body: JsonObject }[] = [];
  status = 200;
  private readonly server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString('utf8') || '{}') as JsonObject;
      this.got.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      response.statusCode = this.status;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id: `sent ${this.got.length}` }));
    });
  });
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const http = createHttpClient();
const otherSide = new OtherSide();
let issuer: TokenIssuer;
let adapter: BotAdapter;
let store: Store;
let rig: ServerRig;
const consoleError = jest.spyOn(console, 'error').mockImplementation(() => undefined);
const heard: { role: string | undefined; place: { skill?: SkillPlace }; reference: Partial<ConversationReference> }[] = [];
const broughtBack: string[] = [];
let conversations: SkillConversations;

beforeAll(async () => {
  issuer = await startIssuer();
  await otherSide.start();
  store = await openSqliteStore({ file: ':memory:', log: silentLog });
  conversations = new SkillConversations(store.documents, systemClock);
  adapter = new BotAdapter({
    identity: { appType: 'SingleTenant', appId, appPassword: 'x', tenantId: tenant, allowedCallers: [otherBot] },
    http,
    clock: systemClock,
    sendTimeoutInMs: 2_000,
    issuer: issuer.options,
    credentials,
  });
  rig = await startServer({
    adapter,
    runTurn: async (context: TurnContext) => {
      const reference = lastingReference(Turns.getConversationReference(context.activity));
      heard.push({ role: context.activity.recipient?.role, place: skillPlaceOf(context), reference });
    },
    routes: (add) =>
      addSkillCallbacks(add, {
        conversations,
        authenticate: (authorization) => adapter.authenticateSkill(authorization, otherBot),
        runTurn: (reference, logic) => adapter.runProactiveTurn(reference, logic),
        bringBack: async (id) => void broughtBack.push(id),
        clock: systemClock,
        log: silentLog,
      }),
  });
});
afterAll(async () => {
  consoleError.mockRestore();
  await rig.stop();
  await issuer.stop();
  await store.close();
  otherSide.stop();
  await http.close();
});
beforeEach(() => {
  heard.splice(0);
  broughtBack.splice(0);
  otherSide.got.splice(0);
  otherSide.status = 200;
});

const botToken = (caller: string, claims: object = {}) =>
  `Bearer ${issuer.token({ ver: '2.0', azp: caller, iss: `https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0`, ...claims })}`;

describe('a bot that calls this one as its skill', () => {
  const post = (authorization: string, changes: Record<string, unknown>) => rig.post(message(changes), { authorization });

  it('is known by its token, and gets what is said later under a token for it', async () => {
    const answer = await post(botToken(otherBot), { serviceUrl: otherSide.url });
    expect(answer.status).toBe(200);
    expect(heard).toMatchObject([{ role: 'skill', place: { skill: { audience: otherBot } } }]);
    const { reference, place } = heard[0]!;
    // As stored with a link, and read again by another process.
    const stored = JSON.parse(JSON.stringify({ ...reference, ...place })) as Partial<ConversationReference> & {
      skill: SkillPlace;
    };
    await adapter.runProactiveTurn(
      stored,
      async (context) => void (await context.sendActivity('from the agent')),
      stored.skill.audience,
    );
    expect(otherSide.got).toMatchObject([
      {
        path: '/v3/conversations/c1/activities',
        headers: { authorization: `Bearer token for ${otherBot}` },
        body: { text: 'from the agent' },
      },
    ]);
  });

  it.each(['https://sts.windows.net/TENANT/', 'https://login.microsoftonline.com/TENANT/v2.0'])(
    'may get its token from the tenant that both belong to (%s)',
    async (template) => {
      const own = botToken(otherBot, { iss: template.replace('TENANT', tenant) });
      expect((await post(own, { serviceUrl: otherSide.url })).status).toBe(200);
      const strange = botToken(otherBot, { iss: template.replace('TENANT', '77777777-0000-0000-0000-000000000000') });
      expect((await post(strange, { serviceUrl: otherSide.url })).status).toBe(401);
    },
  );

  it('is not any client that says so', async () => {
    const recipient = { id: 'bot', role: 'skill' };
    expect((await post(`Bearer ${issuer.token()}`, { serviceUrl, recipient })).status).toBe(200);
    expect(heard).toMatchObject([{ role: undefined, place: {} }]);
  });

  it('is refused when it is not on the list', async () => {
    expect((await post(botToken(strangeBot), {})).status).toBe(403);
    expect(heard).toEqual([]);
  });
});

describe('what a skill of this bot calls back', () => {
  const call = (method: string, path: string, body?: unknown, authorization = botToken(otherBot)) =>
    fetch(`${rig.url}/api/skills/v3/conversations/${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const lend = () =>
    conversations.create({
      channelId: 'directline',
      serviceUrl: otherSide.url,
      conversation: { id: 'c 1' } as ConversationReference['conversation'],
      bot: { id: 'bot', name: 'bot' },
      user: { id: 'u1', name: 'Ann' },
    });

  it.each([
    ['without a token', () => '', 401],
    ['with junk', () => 'Bearer a.b.c', 401],
    ['with a channel’s token', () => `Bearer ${issuer.token()}`, 403],
    ['with the token of a bot that may call this one but is not the skill', () => botToken(strangeBot), 403],
    ['with a token for another bot', () => botToken(otherBot, { aud: 'somebody else' }), 401],
    ['with an expired token', () => botToken(otherBot, { exp: 1_000 }), 401],
  ])('is refused %s', async (_name, authorization, status) => {
    const id = await lend();
    expect((await call('POST', `${id}/activities`, { type: 'message', text: 'x' }, authorization())).status).toBe(status);
    expect(otherSide.got).toEqual([]);
  });

  it.each(['', '/a1'])('is said in the customer’s conversation (%s)', async (reply) => {
    const id = await lend();
    const said = {
      type: 'message',
      text: 'hello',
      id: 'theirs',
      replyToId: 'theirs, too',
      conversation: { id },
      from: { id: 'skill' },
      attachments: [{ contentType: 'image/png', contentUrl: 'https://x.example/1.png' }],
      channelData: { switchboard: { from: 'agent' } },
    };
    const answer = await call('POST', `${id}/activities${reply}`, said);
    expect([answer.status, await answer.json()]).toEqual([200, { id: 'sent 1' }]);
    expect(otherSide.got).toMatchObject([
      {
        path: '/v3/conversations/c%201/activities',
        headers: { authorization: 'Bearer token for https://api.botframework.com' },
        body: {
          text: 'hello',
          conversation: { id: 'c 1' },
          from: { id: 'bot' },
          recipient: { id: 'u1' },
          attachments: said.attachments,
        },
      },
    ]);
    expect(otherSide.got[0]?.body).not.toHaveProperty('replyToId');
  });

  it('changes and deletes what was said', async () => {
    const id = await lend();
    expect((await call('PUT', `${id}/activities/m%201`, { type: 'message', text: 'better' })).status).toBe(200);
    expect((await call('DELETE', `${id}/activities/m%201`)).status).toBe(200);
    expect(otherSide.got.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /v3/conversations/c%201/activities/m%201',
      'DELETE /v3/conversations/c%201/activities/m%201',
    ]);
  });

  it('is kept from the customer when it is for the bot', async () => {
    const id = await lend();
    for (const type of ['event', 'trace']) expect((await call('POST', `${id}/activities`, { type, name: 'x' })).status).toBe(200);
    expect(otherSide.got).toEqual([]);
  });

  it.each(['', '/a1'])('ends the conversation, which is written down before it is answered (%s)', async (reply) => {
    const id = await lend();
    const end = { type: 'endOfConversation', value: { outcome: 'agentEnded' }, code: 'completedSuccessfully' };
    expect((await call('POST', `${id}/activities${reply}`, end)).status).toBe(200);
    expect((await conversations.find(id))?.ended).toEqual({ value: end.value, code: end.code });
    expect(broughtBack).toEqual([id]);
    expect((await call('POST', `${id}/activities`, { ...end, value: 'text' })).status).toBe(200);
    expect((await conversations.find(id))?.ended?.value).toEqual({});
  });

  it.each([
    [403, 403],
    [404, 404],
    [401, 503],
    [412, 503],
    [429, 503],
    [500, 503],
    [503, 503],
  ])('is answered by what the channel says: %d as %d', async (status, told) => {
    const id = await lend();
    otherSide.status = status;
    expect((await call('POST', `${id}/activities`, { type: 'message', text: 'x' })).status).toBe(told);
  });

  it('is refused when it cannot be read, or when there is no such conversation', async () => {
    const id = await lend();
    for (const body of ['{', '[]', { text: 'no type' }]) expect((await call('POST', `${id}/activities`, body)).status).toBe(400);
    expect((await call('POST', 'nobody/activities', { type: 'message', text: 'x' })).status).toBe(404);
    await conversations.remove(id);
    expect((await call('POST', `${id}/activities`, { type: 'message', text: 'x' })).status).toBe(404);
    const activity: Partial<Activity> = { type: 'message', text: 'x'.repeat(300_000) };
    expect((await call('POST', `${await lend()}/activities`, activity)).status).toBe(413);
    expect(otherSide.got).toEqual([]);
  });
});
