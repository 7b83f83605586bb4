import type { HandoffProvider, WebhookRequest } from '../../../handoff/provider';
import { createMluviiProvider, settingsSchema } from '../../../handoff/providers/mluvii';
import { capabilitiesFor } from '../../../handoff/providers/mluvii/capabilities';
import { startMluviiStandIn } from '../../../sandbox/mluvii';
import { createTestDependencies, type ProviderHarness, type WebhookProbe } from './harness';
import { MemoryKept } from './memoryKept';
import { describeProvider } from './providerSuite';
import { startWebhookReceiver } from './webhookReceiver';

const NEXT_PASSWORD = 'the-next-password-of-ours';
const environment = {
  MLUVII_WEBHOOK_USER: 'mluvii',
  MLUVII_WEBHOOK_PASSWORD: `sandbox-webhook-password, ${NEXT_PASSWORD}`,
  MLUVII_CHANNEL_HOSTS: '127.0.0.1',
  MLUVII_API_CLIENT_ID: 'sandbox-api',
  MLUVII_API_CLIENT_SECRET: 'sandbox-api-secret',
};

async function create(): Promise<ProviderHarness> {
  const standIn = await startMluviiStandIn({ firstRetryInMs: 20, maxRetryInMs: 100 });
  const receiver = await startWebhookReceiver();
  const dependencies = createTestDependencies();
  const settings = settingsSchema.parse({ ...environment, MLUVII_BASE_URL: standIn.url });
  const provider = createMluviiProvider(settings, { ...dependencies, kept: new MemoryKept() }) as unknown as HandoffProvider;
  receiver.attach(provider);
  standIn.genericChannel.connect(`${receiver.url}/Registration`, `${receiver.url}/activity`);
  expect(await standIn.genericChannel.register()).toBe(200);

  let { user, password } = standIn.genericChannel;
  const basic = (words: string) => `Basic ${Buffer.from(words).toString('base64')}`;
  const request = (body: object | string, authorization: string | undefined = basic(`${user}:${password}`)): WebhookRequest => ({
    method: 'POST',
    path: '/activity',
    query: {},
    headers: { 'content-type': 'application/json', authorization },
    rawBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
  const said = (conversationId: string) => ({ conversationId, type: 'ChatMessage', text: 'Hello' });
  const webhook: WebhookProbe = {
    receiver,
    valid: async (chatId) => request(said(chatId)),
    malformed: async () => ({
      'no JSON': request('{"type":'),
      'no object': request([1]),
      empty: request(''),
      'no type': request({ conversationId: 'c.00000000', text: 'Hello' }),
      'no conversation': request({ type: 'ChatMessage', text: 'Hello' }),
      'a registration without an address': { ...request({ headers: {} }), path: '/registration' },
      'a registration with a header nobody can send': {
        ...request({ url: 'http://127.0.0.1/x', headers: { 'x y': 'a' } }),
        path: '/registration',
      },
      'a registration without encryption': { ...request({ url: 'http://a.example/x' }), path: '/registration' },
    }),
    forged: async (chatId) => {
      const good = said(chatId);
      const bare = request(good);
      return {
        'no header': { ...bare, headers: {} },
        'another password': request(good, basic(`${user}:${password}x`)),
        'another user': request(good, basic(`someone:${password}`)),
        'no password': request(good, basic(user)),
        'another scheme': request(good, `Bearer ${password}`),
        'not encoded': request(good, `Basic ${user}:${password}`),
        'a registration': { ...request({ url: 'http://127.0.0.1/x' }, basic('mluvii:wrong')), path: '/registration' },
      };
    },
    misdirected: async (chatId) => ({ ...request(said(chatId)), path: '/somewhere' }),
    async rotate() {
      password = NEXT_PASSWORD;
      standIn.genericChannel.setCredentials(user, password);
    },
  };
  user = standIn.genericChannel.user;

  return {
    provider,
    desk: standIn.desk,
    faults: standIn.faults,
    violations: standIn.violations,
    dependencies,
    target: { reason: ' cards ' },
    badTargets: [{ reason: '' }, { reason: 5 }, { operatorIds: [] }, { operatorIds: ['1'] }, { queueId: '104' }],
    requests: { open: 'POST /generic-channel', send: 'POST /generic-channel' },
    answers: {
      unauthorized: { status: 401 },
      rateLimited: { status: 429, headers: { 'retry-after': '3' } },
      outage: { status: 500, body: 'An error has occurred' },
    },
    sendUnknownEvent: async (chatId) => {
      await standIn.genericChannel.tell(chatId, 'OperatorTyping', { operatorUserId: 1 });
      await standIn.genericChannel.tell(chatId, 'UNKNOWN');
    },
    webhook,
    async close() {
      await standIn.close();
      await receiver.close();
    },
  };
}

describeProvider('mluvii', create, {
  inbound: 'webhook',
  capabilities: capabilitiesFor(settingsSchema.parse(environment)),
  untold: ['end', 'refusal', 'transfer', 'redelivery'],
});
