import { isIP } from 'node:net';
import type { Activity } from 'botbuilder';
import fc from 'fast-check';
import { conversationKey } from '../../../bot/conversationKey';
import { Files } from '../../../bot/files';
import { toCustomerMessage } from '../../../bot/handoff/customerMessage';
import { clientAddress } from '../../../bot/server/clientAddress';
import { contentDisposition } from '../../../bot/server/fileRoute';
import { readActivity } from '../../../bot/server/readActivity';
import { WebOrigins } from '../../../bot/server/webOrigins';
import { articleAddress, createSignedLinks, fileAddress } from '../../../bot/signedLinks';
import { readAnswer, readEscalate } from '../../../bot/skill/skillRequest';
import { takesBotToken } from '../../../bot/teams/connectorHosts';
import { filesOf } from '../../../bot/transcript';
import { isAllowedType } from '../../../bot/uploads';
import { addressesAllowed, isInside, reachOf } from '../../../common/addressGuard';
import { parseRetryAfter } from '../../../common/backoff';
import { systemClock } from '../../../common/clock';
import { HttpFailure } from '../../../common/http';
import type { JsonValue } from '../../../common/json';
import { customerInput } from '../../../dialogs/customerInput';
import { damaged, hostileText, jsonOf, textOf } from '../inputs';
import { type EnvironmentLike, readAnySettings } from '../readAnySettings';
import { target } from '../target';

const activity = {
  type: 'message',
  id: 'a1',
  channelId: 'msteams',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  timestamp: '2026-01-05T09:00:00.000Z',
  localTimestamp: '2026-01-05T10:00:00.000+01:00',
  locale: 'en-US',
  text: '<at>Bot</at> where is my card?',
  textFormat: 'plain',
  conversation: { id: 'c1', tenantId: 't1' },
  from: { id: 'u1', name: 'Kim', aadObjectId: 'o1' },
  recipient: { id: 'bot', name: 'Bot', role: 'bot' },
  channelData: { tenant: { id: 't1' }, eventType: 'editMessage', activity: 'Text' },
  entities: [{ type: 'mention', text: '<at>Bot</at>', mentioned: { id: 'bot', name: 'Bot' } }],
  attachments: [
    {
      contentType: 'image/png',
      contentUrl: 'https://smba.trafficmanager.net/emea/v3/attachments/a/views/original',
      name: 'a.png',
    },
    {
      contentType: 'application/vnd.microsoft.teams.file.download.info',
      name: 'b.pdf',
      content: { downloadUrl: 'https://b.example/', fileType: 'pdf' },
    },
  ],
  value: { verb: 'ask', articleId: 'a', action: { verb: 'ask', data: { verb: 'x' } } },
  membersAdded: [{ id: 'bot' }],
  replyToId: 'r1',
} as unknown as JsonValue;

const call = {
  skill: 'cards',
  topic: 'Card',
  language: 'en-US',
  customer: {
    name: 'Kim',
    email: 'kim@a.example',
    phone: '+1 222',
    contactId: '0ee041e0-b428-4c3b-84b2-0a713ab6771b',
    isAuthenticated: false,
  },
  transcript: [
    { text: 'hello', from: { role: 'user' }, timestamp: '2026-01-05T09:00:00Z' },
    { text: 'hi', from: 'bot', at: '2026-01-05T09:00:01Z' },
  ],
  fields: { Card: 'Debit' },
  question: 'where is my card?',
  sourcePageUrl: 'https://a.example',
  events: 'true',
} as unknown as JsonValue;

const links = createSignedLinks(['a key for the tests that is long enough']);
const sealed = links.seal('file', { from: 'customer' });
const files = new Files({
  http: ({ url }) =>
    Promise.reject(new HttpFailure(reachOf(url, { allowLoopback: false }) === 'public' ? 'refused' : 'forbidden')),
  links,
  publicUrl: 'https://bot.example',
  allowLoopback: false,
  uploads: { maxBytes: 200, types: ['image/*', 'text/plain'] },
  now: () => 0,
});
const origins = new WebOrigins('https://bot.example', ['https://www.example.com']);

function readWhole(body: JsonValue): unknown {
  const read: Activity = readActivity(body);
  const message = toCustomerMessage(read, systemClock);
  return { read, message, files: filesOf(read), input: customerInput(read), key: conversationKey(read) };
}

export const channelTargets = [
  target('an activity, as far as a customer’s words and files', damaged([activity]), readWhole, ['HttpProblem']),
  target('the request of another bot for a person', damaged([call]), readEscalate, ['InvalidRequest']),
  target('the question of another bot', damaged([call]), (value) => readAnswer(value, 'x'), ['InvalidRequest']),
  target('the token of a link', textOf(sealed, sealed.slice(0, 20), sealed.slice(20), '-', '_', '='), (token) => {
    const opened = (['article', 'file', 'resume'] as const).map((purpose) => links.open(purpose, token));
    if (opened.some((data) => data !== undefined) && token !== sealed) throw new Error('a forged link was opened');
    return opened;
  }),
  target('the name in the address of a file', hostileText, (name) => {
    const address = new URL(fileAddress('https://bot.example', links, {}, name));
    if (address.pathname.split('/').length !== 4) throw new Error('the name leaves its place');
    return articleAddress('https://bot.example', links, { name });
  }),
  target('the name of a file in a header', hostileText, (name) => {
    const header = contentDisposition('attachment', name);
    if (!/^attachment; filename="[\x20-\x21\x23-\x7e]*"; filename\*=UTF-8''[\w.%!~*'()-]*$/.test(header))
      throw new Error('the name leaves its header');
    return header;
  }),
  target(
    'the address of a customer’s file',
    textOf('data:', 'image/png', ';base64', ',', 'AAAA', '%', 'https://', 'http://', '127.0.0.1', '[::1]', 'user@', ':443', '/x'),
    (url) => files.readCustomerFile({ name: 'x', contentType: 'image/png', url }, AbortSignal.abort()),
    ['HandoffError'],
  ),
  target('an address of the network', fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), hostileText), (text) => {
    const [inside, allowed] = [isInside(text), addressesAllowed([text])];
    if (isIP(text) === 0 && (!inside || allowed)) throw new Error('what is no address counts as public');
    return { inside, allowed };
  }),
  target(
    'the address that may see the bot’s token',
    textOf('https://', 'smba.trafficmanager.net', '/v3/attachments/', 'a', '/views/', '@', ':444', '.evil.example'),
    (url) => {
      const takes = takesBotToken(url);
      if (takes && new URL(url).host !== 'smba.trafficmanager.net') throw new Error('another host gets the token');
      return takes;
    },
  ),
  target(
    'the header of the proxies',
    textOf('203.0.113.7', ':51234', ', ', '[2001:db8::1]', '::ffff:1.2.3.4', 'fe80::1%eth0', 'unknown'),
    (header) =>
      [0, 1, 3].map((proxies) =>
        clientAddress({ headers: { 'x-forwarded-for': header }, socket: { remoteAddress: '198.51.100.1' } } as never, proxies),
      ),
  ),
  target(
    'the origin of a page',
    fc.tuple(textOf('https://', 'bot.example', 'www.example.com', 'null', ':443', '/'), textOf('bot.example', ':443')),
    ([origin, host]) => {
      const found = origins.check({ headers: { origin, host } });
      if (
        found &&
        found !== 'https://www.example.com' &&
        URL.canParse(found) &&
        new URL(found).host !== host &&
        found !== 'https://bot.example'
      )
        throw new Error('a foreign site may call');
      return found;
    },
  ),
  target('the type of a file that is sent', fc.tuple(hostileText, hostileText), ([name, contentType]) =>
    isAllowedType({ maxBytes: 1, types: ['image/*', 'application/pdf', '.doc'] }, { name, contentType }),
  ),
  target('Retry-After', textOf('1', '120', 'Wed, 21 Oct 2026 07:28:00 GMT', '9'.repeat(400), '1.5', '-'), (value) => {
    const wait = parseRetryAfter(value, 1_700_000_000_000);
    if (wait !== undefined && (!Number.isFinite(wait) || wait < 0)) throw new Error(`waits ${wait}`);
    return wait;
  }),
  target(
    'settings',
    fc.array(fc.tuple(fc.nat(), hostileText), { maxLength: 12 }),
    (given) => readAnySettings(given as EnvironmentLike),
    ['SettingsError'],
  ),
  target('a body of the page for tokens', jsonOf(['resume']), (body) => {
    const resume = (body as { resume?: unknown } | null)?.resume;
    return typeof resume === 'string' ? links.open('resume', resume) : undefined;
  }),
];
