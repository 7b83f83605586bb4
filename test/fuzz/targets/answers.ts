import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { SkillClient } from '../../../bot/parent/skillClient';
import { statusOf } from '../../../bot/parent/skillOutcome';
import { CustomerTickets } from '../../../bot/server/customerTicket';
import { createSignedLinks } from '../../../bot/signedLinks';
import type { HttpClient } from '../../../common/http';
import type { JsonObject, JsonValue } from '../../../common/json';
import { silentLog } from '../../../common/log';
import { OAuthTokens } from '../../../customCrm/auth/oauthTokens';
import { failureOfAnswer } from '../../../dynamics/answerFailure';
import type { HandoffProvider, ProviderDependencies } from '../../../handoff/provider';
import * as eightByEight from '../../../handoff/providers/8x8';
import * as ccaip from '../../../handoff/providers/ccaip';
import * as enhancedChat from '../../../handoff/providers/enhanced-chat';
import * as liveAgent from '../../../handoff/providers/live-agent';
import * as liveAssist from '../../../handoff/providers/live-assist';
import * as mluvii from '../../../handoff/providers/mluvii';
import { settingsForTable } from '../../../scripts/settingsForTable';
import { MemoryKept } from '../../contract/provider/memoryKept';
import { sessionWith } from '../../unit/handoff/providers/enhanced-chat/fixture';
import { liveAgentSession } from '../../unit/handoff/providers/live-agent/fixture';
import { liveAssistSession, request as sample } from '../../unit/handoff/providers/live-assist/fixture';
import { answering, anyAnswers, hastyClock } from '../anyAnswers';
import { damaged, fixtures } from '../inputs';
import { type Target, target } from '../target';

const operations = ['open', 'send', 'typing', 'available', 'session', 'delivered', 'close', 'file', 'listen'] as const;

interface Desk {
  create(dependencies: ProviderDependencies): unknown;
  target: JsonObject;
  /** A chat that is under way. */
  session: JsonObject;
  /** Listens by connections of its own, whose contents other targets read. */
  hasOwnStream?: true;
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const liveAssistSettings = liveAssist.settingsSchema.parse({
  LIVE_ASSIST_ACCOUNT: '12345678',
  LIVE_ASSIST_REGION: 'eu1',
  LIVE_ASSIST_CONTEXT_KEYS: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});
const envOf = (desk: string) => ({ ...settingsForTable[desk]?.least, ...settingsForTable[desk]?.all });
const desks: Record<string, Desk> = {
  '8x8': {
    create: (deps) => eightByEight.createEightByEightProvider(eightByEight.settingsSchema.parse(envOf('8x8')), deps),
    target: { queueId: '104' },
    session: { conversationId: 'c' },
  },
  ccaip: {
    create: (deps) => ccaip.createCcaipProvider(ccaip.settingsSchema.parse(envOf('ccaip')), { ...deps, kept: new MemoryKept() }),
    target: { menuId: 5 },
    session: { chatId: 7, identifier: 'webchat:u' },
  },
  mluvii: {
    create: (deps) =>
      mluvii.createMluviiProvider(
        mluvii.settingsSchema.parse({ ...envOf('mluvii'), MLUVII_CHANNEL_URL: 'https://app.mluvii.com/api/channel' }),
        { ...deps, kept: new MemoryKept() },
      ),
    target: {},
    session: { conversationId: 'h.00000000', lastAt: 0 },
  },
  'live-agent': {
    create: (deps) =>
      liveAgent.createLiveAgentProvider(
        liveAgent.settingsSchema.parse({
          LIVE_AGENT_URL: 'https://desk.example/chat/rest',
          LIVE_AGENT_ORGANIZATION_ID: '00D000000000001',
          LIVE_AGENT_DEPLOYMENT_ID: '572000000000001',
        }),
        deps,
      ),
    target: { buttonId: '573000000000001' },
    session: liveAgentSession(),
    hasOwnStream: true,
  },
  'enhanced-chat': {
    create: (deps) =>
      enhancedChat.createEnhancedChatProvider(
        enhancedChat.settingsSchema.parse({
          ENHANCED_CHAT_URL: 'https://example.my.salesforce-scrt.com',
          ENHANCED_CHAT_ORGANIZATION_ID: '00D000000000001EAA',
          ENHANCED_CHAT_DEPLOYMENT: 'Switchboard_Client',
        }),
        deps,
      ),
    target: {},
    session: sessionWith({ state: 'connected' }) as unknown as JsonObject,
    hasOwnStream: true,
  },
  'live-assist': {
    create: (deps) => liveAssist.createLiveAssistProvider(liveAssistSettings, deps),
    target: { skill: 'cards' },
    session: liveAssistSession() as unknown as JsonObject,
  },
};

/** Asks the desk for one thing over a network that answers as it likes. */
async function ask(
  { create, target: route, session, hasOwnStream }: Desk,
  what: (typeof operations)[number],
  http: HttpClient,
): Promise<unknown> {
  const over = new AbortController();
  const provider = create({
    http,
    clock: hastyClock(),
    log: silentLog,
    readFile: async () => ({ bytes: Buffer.from('x'), contentType: 'image/png' }),
    linkFile: () => 'https://bot.example/files/x',
  }) as HandoffProvider;
  const { signal } = over;
  const file = { name: 'a.png', contentType: 'image/png', url: 'https://a.example/a.png' };
  const message = { id: 'm1', text: 'hello', files: [file], at: '2026-01-05T09:00:00.000Z' };
  const own = { ...session };
  const reserved = provider.reserve?.(own, message, undefined).reservation;
  switch (what) {
    case 'open':
      return provider.open({ ...sample, target: route }, signal);
    case 'send':
      return provider.send(own, message, reserved, signal);
    case 'typing':
      return provider.sendTyping?.(own, true, provider.reserve?.(own, undefined, undefined).reservation, signal);
    case 'available':
      return provider.checkAvailability?.(route, 'en', signal);
    case 'session':
      return provider.checkSession?.(own, signal);
    case 'delivered':
      return provider.wasDelivered?.(own, message, signal);
    case 'close':
      return provider.close(own, 'customerLeft', signal);
    case 'file':
      return provider.fetchFile?.(own, { attachmentId: 'a', fileId: 'a', id: 'a', url: 'https://a.example/a' }, signal);
    case 'listen': {
      if (provider.inbound.kind !== 'listen' || hasOwnStream) return undefined;
      const batches = [];
      for await (const batch of provider.inbound.listen(own, { moved: false }, signal)) {
        batches.push(batch);
        if (batches.length >= 4) over.abort();
      }
      return batches;
    }
  }
}

const deskAnswers: Target[] = Object.entries(desks).map(([slug, desk]) =>
  target(
    `what ${slug} answers`,
    fc.tuple(fc.constantFrom(...operations), anyAnswers([...fixtures(slug), { access_token: 't', expires_in: 60, token: 't' }])),
    ([what, answers]) => ask(desk, what, answering(answers)),
    ['HandoffError'],
  ),
);

const links = createSignedLinks(['a key for the tests that is long enough']);
const resume = links.seal('resume', { c: 'c', u: 'dl_u', t: 't' });
const keySet: JsonValue = { keys: [{ kty: 'RSA', kid: 'k', n: 'AQAB', e: 'AQAB', use: 'sig', alg: 'RS256' }] };
const signed = [
  Buffer.from('{"alg":"RS256","kid":"k"}').toString('base64url'),
  Buffer.from('{"iss":"https://i.example","aud":"a","exp":9999999999}').toString('base64url'),
  'AAAA',
].join('.');

export const answerTargets = [
  ...deskAnswers,
  target(
    'what Direct Line answers',
    anyAnswers([{ token: 't', conversationId: 'c', expires_in: 3600 }]),
    (answers) => {
      const access = { url: 'https://directline.example/v3/directline', secret: 's' };
      return new CustomerTickets(access, links, answering(answers), () => Date.now()).make(resume, ['https://bot.example']);
    },
    ['HttpProblem'],
  ),
  target(
    'what the issuer of the CRM’s tokens answers',
    anyAnswers([keySet]),
    (answers) => {
      const options = {
        issuer: 'https://i.example',
        audience: 'a',
        keysUrl: 'https://i.example/keys',
        now: () => 1_767_603_600_000,
      };
      return new OAuthTokens({ ...options, http: answering(answers) }).check(signed).then(() => {
        throw new Error('a token nobody signed holds');
      });
    },
    ['CrmProblem'],
  ),
  target(
    'what another bot answers',
    anyAnswers([{ activities: [{ type: 'message', text: 'hi' }] }]),
    (answers) => {
      const options = {
        endpoint: 'https://parent.example/api/messages',
        serviceUrl: 'https://bot.example',
        token: async () => 't',
      };
      const client = new SkillClient({ ...options, http: answering(answers), clock: hastyClock() });
      return client.send({ type: 'message', text: 'x' }, 'c');
    },
    ['SkillFailure'],
  ),
  target('how another bot ended', damaged([{ outcome: 'agentEnded', reason: 'x', wasConnected: true }]), (value) =>
    statusOf({ value: (typeof value === 'object' && value !== null ? value : {}) as JsonObject, code: 'x' }, 'h'),
  ),
  target(
    'a failure of Dynamics',
    anyAnswers([{ error: { code: '0x80040220', message: 'lacks prvReadcontact privilege' } }]),
    (answers) => answers.map((answer) => answer && failureOfAnswer(answer, 0)),
  ),
];
