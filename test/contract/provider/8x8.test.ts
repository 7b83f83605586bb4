import type { HandoffProvider, WebhookRequest } from '../../../handoff/provider';
import { createEightByEightProvider, settingsSchema } from '../../../handoff/providers/8x8';
import { capabilitiesFor } from '../../../handoff/providers/8x8/capabilities';
import { startEightByEightStandIn } from '../../../sandbox/8x8';
import type { Signed } from '../../../sandbox/8x8/signing';
import { createTestDependencies, type ProviderHarness, type WebhookProbe } from './harness';
import { describeProvider } from './providerSuite';
import { startWebhookReceiver } from './webhookReceiver';

const SECRET = 'a-path-nobody-guesses';
const environment = {
  EIGHT_BY_EIGHT_API_KEY: 'eght_sandbox',
  EIGHT_BY_EIGHT_TENANT: 'sandboxtenant',
  EIGHT_BY_EIGHT_CHANNEL_ID: 'ch_sandbox',
  EIGHT_BY_EIGHT_WEBHOOK_SECRET: SECRET,
  EIGHT_BY_EIGHT_AVAILABILITY: 'fail-closed',
  EIGHT_BY_EIGHT_SCHEDULE_ID: '122',
};

async function create(): Promise<ProviderHarness> {
  const standIn = await startEightByEightStandIn({ firstRetryInMs: 20, maxRetryInMs: 100 });
  const receiver = await startWebhookReceiver();
  standIn.connectWebhook(`${receiver.url}/${SECRET}`);
  const dependencies = createTestDependencies();
  const settings = settingsSchema.parse({ ...environment, EIGHT_BY_EIGHT_BASE_URL: standIn.url });
  const provider = createEightByEightProvider(settings, dependencies) as unknown as HandoffProvider;
  receiver.attach(provider);

  const toRequest = ({ headers, rawBody }: Signed): WebhookRequest => ({
    method: 'POST',
    path: `/${SECRET}`,
    query: {},
    headers,
    rawBody,
  });
  const typing = (conversationId: string) => ({
    eventType: 'ACTIVITY',
    conversationId,
    timestamp: Date.now(),
    data: { name: 'typing', value: { users: [{ type: 'agent', id: 'ag1' }] } },
  });
  const signed = async (body: Parameters<typeof standIn.sign>[0], options?: Parameters<typeof standIn.sign>[1]) =>
    toRequest(await standIn.sign(body, options));
  const without = (request: WebhookRequest, name: string): WebhookRequest => ({
    ...request,
    headers: { ...request.headers, [name]: undefined },
  });
  const withHeader = (request: WebhookRequest, name: string, value: string): WebhookRequest => ({
    ...request,
    headers: { ...request.headers, [name]: value },
  });

  const webhook: WebhookProbe = {
    receiver,
    valid: (chatId) => signed(typing(chatId)),
    async malformed() {
      return {
        'no JSON': await signed(Buffer.from('{"eventType":')),
        'no object': await signed(Buffer.from('[1]')),
        empty: await signed(Buffer.alloc(0)),
        'no type': await signed({ conversationId: 'cv_1', timestamp: 1 }),
        'no conversation': await signed({ eventType: 'MESSAGE', timestamp: 1, data: {} }),
      };
    },
    async forged(chatId) {
      const good = await signed(typing(chatId));
      const headers = ['signature', 'event-id', 'customer-id', 'tenant-id', 'transmission-time', 'retry'].map(
        (name) => `x-8x8-${name}`,
      );
      const missing = headers.map((name) => [`without ${name}`, without(good, name)] as const);
      const tail = good.headers['x-8x8-signature']?.split('..')[1] ?? '';
      const head = (value: object) => `${Buffer.from(JSON.stringify(value)).toString('base64url')}..${tail}`;
      const kid = 'key_x';
      const heads = {
        'another algorithm': head({ b64: false, crit: ['b64'], kid, alg: 'none' }),
        'an attached payload': head({ b64: true, crit: ['b64'], kid, alg: 'RS256' }),
        'other critical members': head({ b64: false, crit: ['b64', 'exp'], kid, alg: 'RS256' }),
        'a key id that is a path': head({ b64: false, crit: ['b64'], kid: '../../conversations', alg: 'RS256' }),
        'a key id nobody has': head({ b64: false, crit: ['b64'], kid: 'unknown', alg: 'RS256' }),
        'no dots': 'abc',
      };
      return {
        ...Object.fromEntries(missing),
        ...Object.fromEntries(Object.entries(heads).map(([name, value]) => [name, withHeader(good, 'x-8x8-signature', value)])),
        'another key': await signed(typing(chatId), { isImpostor: true }),
        'another body': { ...good, rawBody: Buffer.from(`${good.rawBody.toString()} `) },
        'another event id': withHeader(good, 'x-8x8-event-id', 'evt-other'),
        stale: await signed(typing(chatId), { sentAt: Date.now() - 301_000 }),
        'from the future': await signed(typing(chatId), { sentAt: Date.now() + 120_000 }),
      };
    },
    misdirected: async (chatId) => ({ ...(await signed(typing(chatId))), path: '/a-path-anybody-guess' }),
    rotate: () => standIn.rotateKey(),
  };

  const problem = { 'content-type': 'application/problem+json' };
  return {
    provider,
    desk: standIn.desk,
    faults: standIn.faults,
    violations: standIn.violations,
    dependencies,
    target: { queueId: ' 104 ' },
    badTargets: [{}, { queueId: '' }, { queueId: '104', scriptId: '7' }, { buttonId: '573' }, { queueId: true }],
    requests: { open: 'POST /chat-gateway/v1/conversations', send: '/messages' },
    answers: {
      unauthorized: { status: 401, headers: problem, body: JSON.stringify({ message: 'Invalid Credentials', code: 'KA:0003' }) },
      rateLimited: { status: 429, headers: { 'retry-after': '3' }, body: 'Too many requests' },
      outage: {
        status: 500,
        headers: problem,
        body: JSON.stringify({ message: 'Error', errors: [{ code: 'x', message: 'y' }] }),
      },
    },
    sendUnknownEvent: async (chatId) => {
      await standIn.emit(chatId, 'SENTIMENT_CHANGED', { mood: 'good' });
      await standIn.emit(chatId, 'ACTIVITY', { name: 'interactive/reply', value: { type: 'button_reply' } });
    },
    webhook,
    async close() {
      await standIn.close();
      await receiver.close();
    },
  };
}

describeProvider('8x8', create, {
  inbound: 'webhook',
  capabilities: capabilitiesFor(settingsSchema.parse(environment)),
  untold: ['lateMessage'],
});
