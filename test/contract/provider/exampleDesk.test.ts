import type { HandoffProvider, WebhookRequest } from '../../../handoff/provider';
import { capabilities, createTinCanProvider } from '../../example-desk/provider';
import { startTinCan } from '../../example-desk/standIn';
import { createTestDependencies, type ProviderHarness } from './harness';
import { describeProvider } from './providerSuite';
import { startWebhookReceiver } from './webhookReceiver';

/** The desk of `docs/add-a-desk.md`. */
async function create(): Promise<ProviderHarness> {
  const standIn = await startTinCan({ key: 'a-key', secret: 'the-first-secret' });
  const receiver = await startWebhookReceiver();
  standIn.connect(receiver.url);
  const dependencies = createTestDependencies();
  const settings = { url: standIn.url, key: 'a-key', webhookSecrets: ['the-next-secret', 'the-first-secret'] };
  const provider = createTinCanProvider(settings, dependencies) as unknown as HandoffProvider;
  receiver.attach(provider);

  const request = (body: object | string, sentAt?: number, secret?: string): WebhookRequest => {
    const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    return { method: 'POST', path: '/events', query: {}, headers: standIn.sign(rawBody, sentAt, secret), rawBody };
  };
  const said = (chat: string) => ({ event: 'said', eventId: `e-${chat}`, chat, at: '2026-05-04T10:15:00.000Z', text: 'Hello' });

  return {
    provider,
    desk: standIn.desk,
    faults: standIn.faults,
    violations: standIn.violations,
    dependencies,
    target: { queue: ' cards ' },
    badTargets: [{}, { queue: '' }, { queue: 7 }, { queue: 'cards', menu: 'x' }],
    requests: { open: 'POST /chats', send: '/messages' },
    answers: {
      unauthorized: { status: 401 },
      rateLimited: { status: 429, headers: { 'retry-after': '3' } },
      outage: { status: 500 },
    },
    sendUnknownEvent: (chatId) => standIn.emit(chatId, 'sneezed'),
    webhook: {
      receiver,
      valid: async (chatId) => request(said(chatId)),
      malformed: async () => ({
        'no JSON': request('{"event":'),
        'no object': request([1]),
        empty: request(''),
        'no id': request({ event: 'said', chat: 'c', at: '2026-05-04T10:15:00.000Z' }),
        'no chat': request({ event: 'said', eventId: 'e', at: '2026-05-04T10:15:00.000Z' }),
      }),
      forged: async (chatId) => {
        const good = request(said(chatId));
        return {
          'no signature': { ...good, headers: { 'x-sent-at': String(good.headers['x-sent-at']) } },
          'another secret': request(said(chatId), undefined, 'a-guess'),
          'another body': { ...good, rawBody: Buffer.from(`${good.rawBody} `) },
          'another time': { ...good, headers: { ...good.headers, 'x-sent-at': '1' } },
          stale: request(said(chatId), Date.now() - 301_000),
        };
      },
      misdirected: async (chatId) => ({ ...request(said(chatId)), path: '/other' }),
      rotate: async () => standIn.setSecret('the-next-secret'),
    },
    async close() {
      await standIn.close();
      await receiver.close();
    },
  };
}

describeProvider('example', create, { inbound: 'webhook', capabilities });
