import fc from 'fast-check';
import { BotAuthentication } from '../../../bot/adapter/botAuthentication';
import { describeSubmission, markCard } from '../../../bot/handoff/agentCard';
import { toCorrection } from '../../../bot/handoff/correction';
import { toActivities } from '../../../bot/handoff/deliveryActivity';
import { harmlessCard } from '../../../bot/handoff/harmlessCard';
import { isOpenedByPerson } from '../../../bot/server/articleRoute';
import { chooseLanguage } from '../../../bot/server/customerTexts';
import { servedType } from '../../../bot/server/fileRoute';
import { findRefusal } from '../../../bot/server/guard';
import { numberOf, textOf as textIn } from '../../../bot/server/operatorRequest';
import { readActivity } from '../../../bot/server/readActivity';
import { FileSaving } from '../../../bot/teams/fileSaving';
import { systemClock } from '../../../common/clock';
import { HttpFailure } from '../../../common/http';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import { silentLog } from '../../../common/log';
import { createAuthenticator } from '../../../customCrm/auth/authenticator';
import { findRoute, routes } from '../../../customCrm/endpoints/routes';
import { settingsSchema as crmSettings } from '../../../customCrm/settings';
import { isAuthorized } from '../../../handoff/providers/mluvii/basicAuth';
import { decodeModel, modelLength } from '../../../knowledge/ranking/modelBytes';
import { damaged, fixtures, headersOf, hostileText, jsonOf, textOf } from '../inputs';
import { target } from '../target';

const hostileCard: JsonValue = {
  type: 'AdaptiveCard',
  backgroundImage: { url: 'http://a.example/x.png' },
  body: [
    {
      type: 'TextBlock',
      text: '[a](javascript:x) <img src="http://a.example/x.png"> <https://a.example>\n\n[b]: data:text/html,x',
    },
    { type: 'Image', url: 'javascript:x', selectAction: { type: 'Action.OpenUrl', url: 'vbscript:x' } },
    { type: 'Image', url: 'https://a.example/x.png' },
    { type: 'FactSet', facts: [{ title: '![a](file:///x)', value: '[a](&#106;avascript:x)' }] },
    { type: 'Input.ChoiceSet', id: 'c', choices: [{ title: '<a href="javascript:x">', value: '1' }] },
  ],
  actions: [
    { type: 'Action.OpenUrl', url: 'data:text/html,x', title: 'b' },
    { type: 'Action.Submit', title: 's', data: { a: '[a](javascript:x)', b: [1] } },
    { type: 'openUrl', value: 'javascript:x', title: 'b' },
  ],
};
const texts = { t: (key: string) => key, fileAddress: () => 'https://a.example', leave: () => ({ title: 'l', text: 'l' }) };
const context = { handoffId: 'h', deliveryId: 'd', skill: 's', provider: 'p', language: 'en' };

/** Goes through a card as a client would and finds what may run or load from elsewhere. */
function judge(value: JsonValue, isData = false): void {
  if (Array.isArray(value)) for (const inner of value) judge(inner, isData);
  if (isData || !isJsonObject(value)) return;
  const type = typeof value['type'] === 'string' ? value['type'].toLowerCase() : '';
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && ['text', 'title', 'value', 'label'].includes(name)) {
      if (name === 'value' && type === 'openurl') continue;
      if (/\]\([ \t]*<?(?!https?:|mailto:|tel:|#|[ \t])/i.test(inner)) throw new Error('a link in Markdown leads elsewhere');
      if (/<(?!https?:|mailto:|tel:)[a-z/!?]/i.test(inner)) throw new Error('HTML begins in Markdown');
    }
    if (name === 'url' && typeof inner === 'string' && !/^(?:https?:\/\/|mailto:|tel:|data:image\/)/i.test(inner))
      throw new Error('an address that may run');
    judge(inner, name === 'data');
  }
}

const authentication = new BotAuthentication({
  identity: {
    appType: 'SingleTenant',
    appId: '00000000-0000-4000-8000-000000000009',
    appPassword: 'p',
    tenantId: 't',
    allowedCallers: [],
  },
  http: () => Promise.reject(new HttpFailure('refused')),
  clock: systemClock,
  sendTimeoutInMs: 1_000,
});
const crmKey = 'a header value that is long enough';
const authenticate = createAuthenticator(
  crmSettings.parse({ CUSTOM_CRM_HEADER_VALUES: crmKey, CUSTOM_CRM_USER: 'crm', CUSTOM_CRM_PASSWORD: crmKey }),
  () => Promise.reject(new HttpFailure('refused')),
  () => 0,
);
const saving = new FileSaving({
  open: () => ({ from: 'customer' }),
  fetch: async () => ({ bytes: Buffer.from('x'), contentType: 'text/plain' }),
  mayReach: async (url) => url.startsWith('https://store.example/'),
  http: () => Promise.reject(new HttpFailure('refused')),
  t: (key) => key,
  log: silentLog,
});
const consent: JsonValue = {
  type: 'fileUpload',
  action: 'accept',
  context: { file: 'token', name: 'a.txt' },
  uploadInfo: {
    uploadUrl: 'https://store.example/a',
    name: 'a.txt',
    contentUrl: 'https://a.example',
    uniqueId: 'u',
    fileType: 'txt',
  },
};

export const callTargets = [
  target('an agent’s card', damaged([hostileCard, ...fixtures('8x8')]), (card) => {
    if (!isJsonObject(card)) return undefined;
    const clean = harmlessCard(card);
    judge(clean);
    const cards = ['application/vnd.microsoft.card.adaptive', 'application/vnd.microsoft.card.hero'];
    const delivery = {
      kind: 'agentMessage',
      text: '',
      files: [],
      cards: cards.map((contentType) => ({ contentType, content: card })),
    };
    return [clean, toActivities(delivery as never, context, 'webchat', texts as never)];
  }),
  target(
    'what comes back of an agent’s card',
    fc.tuple(damaged([hostileCard]), jsonOf(['c', 'title', 'fields'])),
    ([card, words]) =>
      describeSubmission(
        isJsonObject(words) ? words : {},
        isJsonObject(card) ? ((markCard(harmlessCard(card))['actions'] as JsonValue | undefined) ?? words) : words,
      ),
  ),
  target(
    'a message that was changed',
    damaged([
      {
        ...{ type: 'messageUpdate', id: 'a', channelId: 'msteams', serviceUrl: 'https://a.example', conversation: { id: 'c' } },
        ...{ from: { id: 'u' }, text: 'changed', timestamp: '2026-01-05T09:00:00Z', channelData: { eventType: 'editMessage' } },
      },
    ]),
    (body) => toCorrection(readActivity(body), { corrected: (text) => text, deleted: () => 'deleted' }, 'en', systemClock),
    ['HttpProblem'],
  ),
  target(
    'the address and host of a request',
    fc.tuple(textOf('/', '%', '//', '..', '?', '#', '@', 'a'), textOf('a', ':', '[', ']', '/', '@')),
    ([url, host]) => {
      const refusal = findRefusal({ url, headers: { host }, rawHeaders: ['Host', host] } as never);
      if (!refusal) decodeURI(new URL(url, `http://${host}`).pathname);
      return refusal;
    },
  ),
  target('the languages of a browser', textOf('en', 'de-AT', ';q=', '0.5', ',', '*', 'q', '1e999'), (header) => {
    const language = chooseLanguage(header, header, ['en', 'de', 'fr']);
    if (!['en', 'de', 'fr'].includes(language)) throw new Error('a language that is none of the page’s');
    return language;
  }),
  target(
    'the headers of somebody who opens a link',
    headersOf('user-agent', 'purpose', 'sec-purpose', 'x-moz', 'x-purpose'),
    (headers) => isOpenedByPerson({ method: 'GET', headers: headers as never }),
  ),
  target('what a file calls itself', fc.tuple(hostileText, fc.uint8Array({ maxLength: 40 })), ([contentType, bytes]) => {
    const { type, isShown } = servedType({ bytes: Buffer.from(bytes), contentType });
    if (isShown && /html|svg|xml|script|text/.test(type)) throw new Error('a type that may run is shown');
    if (!/^[\w.+-]+\/[\w.+-]+(?:; charset=utf-8)?$/.test(type)) throw new Error('a type that ends its header');
    return type;
  }),
  target(
    'a token of the channel',
    textOf('Bearer ', 'eyJhbGciOiJub25lIn0', '.', 'eyJleHAiOjF9', 'e30', 'Basic '),
    (header) =>
      authentication.authenticateRequest({ channelId: 'a', serviceUrl: 'https://a.example' } as never, header).then(() => {
        throw new Error('a token nobody signed holds');
      }),
    ['RequestRefused'],
  ),
  target(
    'the credentials of the CRM’s caller',
    headersOf('authorization', 'x-api-key', '__proto__'),
    (headers) =>
      authenticate(headers).then(() => {
        if (headers['x-api-key'] !== crmKey) throw new Error('a stranger is let in');
      }),
    ['CrmProblem'],
  ),
  target('the credentials of mluvii', textOf('Basic ', 'bWx1dmlp', 'Og==', '=', ' '), (header) => {
    if (isAuthorized(header, 'mluvii', [crmKey])) throw new Error('a stranger is let in');
  }),
  target(
    'the path of a call of the CRM',
    textOf('/', 'accounts', 'records', 'find', '%', '%2f', '..', 'attachments', '__proto__'),
    (path) => {
      const found = findRoute(routes, 'GET', path);
      return typeof found === 'object' ? found.ids : found;
    },
  ),
  target(
    'what an operator sends',
    fc.tuple(jsonOf(['because', 'conversation']), textOf('limit=', '1', '&', '-', 'e9', '%')),
    ([body, query]) => [
      numberOf({ url: `/operator/audit?${query}` } as never, 'limit', 200),
      textIn((isJsonObject(body) ? body : {}) as JsonObject, 'because', 200),
    ],
    ['HttpProblem'],
  ),
  target('a consent of Teams', damaged([consent]), async (value) => {
    const sent: unknown[] = [];
    const turn = {
      activity: { type: 'invoke', name: 'fileConsent/invoke', channelId: 'msteams', value, replyToId: 'r', locale: 'en' },
      sendActivity: async (activity: unknown) => void sent.push(activity),
      deleteActivity: async () => undefined,
    };
    await saving.onTurn(turn as never, async () => undefined);
    return sent;
  }),
  target(
    'a stored ranking of articles',
    fc.uint8Array({ maxLength: 300 }),
    (bytes) => {
      const framed = Buffer.alloc(bytes.length + 16);
      framed.writeDoubleLE(framed.length, 0);
      framed.writeDoubleLE(Math.min(bytes.length, 40), 8);
      framed.set(bytes, 16);
      return [modelLength(bytes), Object.keys(decodeModel(new Uint8Array(framed).buffer))];
    },
    ['ModelBytesError'],
  ),
];
