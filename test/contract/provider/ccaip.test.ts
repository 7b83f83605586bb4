import type { HandoffProvider, WebhookRequest } from '../../../handoff/provider';
import { createCcaipProvider, settingsSchema } from '../../../handoff/providers/ccaip';
import { capabilitiesFor } from '../../../handoff/providers/ccaip/capabilities';
import { startCcaipStandIn } from '../../../sandbox/ccaip';
import { createTestDependencies, type ProviderHarness, type WebhookProbe } from './harness';
import { MemoryKept } from './memoryKept';
import { describeProvider } from './providerSuite';
import { startWebhookReceiver } from './webhookReceiver';

const SECRET = 'sandbox-webhook-secret';
const NEXT_SECRET = 'the-secret-after-this-one';

async function create(): Promise<ProviderHarness> {
  const standIn = await startCcaipStandIn({ firstRetryInMs: 20, maxRetryInMs: 100 });
  const receiver = await startWebhookReceiver();
  standIn.connectWebhook(`${receiver.url}/`);
  const dependencies = createTestDependencies();
  const settings = settingsSchema.parse({ ...standIn.env, CCAIP_WEBHOOK_SECONDARY_SECRET: NEXT_SECRET });
  const provider = createCcaipProvider(settings, { ...dependencies, kept: new MemoryKept() }) as unknown as HandoffProvider;
  receiver.attach(provider);

  type Signed = ReturnType<typeof standIn.sign>;
  const toRequest = ({ headers, rawBody }: Signed): WebhookRequest => ({
    method: 'POST',
    path: '/',
    query: {},
    headers,
    rawBody,
  });
  const said = (chatId: string) =>
    standIn.event(chatId, 'message_received', {
      sender: { id: 9, type: 'agent', status: 'connected', connected_at: '2026-05-04T10:15:00Z' },
      message: { type: 'text', content: 'probe' },
    });
  const signed = (body: Parameters<typeof standIn.sign>[0], options?: Parameters<typeof standIn.sign>[1]) =>
    toRequest(standIn.sign(body, options));
  const withHeader = (request: WebhookRequest, name: string, value: string | undefined): WebhookRequest => ({
    ...request,
    headers: { ...request.headers, [name]: value },
  });

  const webhook: WebhookProbe = {
    receiver,
    valid: async (chatId) => signed(said(chatId)),
    async malformed() {
      const good = signed(said('135'));
      return {
        'no JSON': signed(Buffer.from('{"event_type":')),
        'no object': signed(Buffer.from('[1]')),
        empty: signed(Buffer.alloc(0)),
        'no type': signed({ chat_id: 1, timestamp: '2026-05-04T10:15:00Z', body: {} }),
        'no chat': signed({ event_type: 'chat_ended', timestamp: '2026-05-04T10:15:00Z', body: {} }),
        'a chat that is no number': signed({ event_type: 'chat_ended', chat_id: 'abc', body: {} }),
        'no signature header': withHeader(good, 'x-signature', undefined),
        'an empty signature header': withHeader(good, 'x-signature', ' '),
        'no signature in the header': withHeader(good, 'x-signature', 'tertiary=abcd'),
        'no timestamp header': withHeader(good, 'x-signature-timestamp', undefined),
      };
    },
    async forged(chatId) {
      const good = signed(said(chatId));
      const later = new Date(Date.now() + 1_000).toISOString();
      return {
        'another secret': signed(said(chatId), { secrets: ['not-the-secret'] }),
        'two other secrets': signed(said(chatId), { secrets: ['not-the-secret', 'nor-this'] }),
        'another body': { ...good, rawBody: Buffer.from(`${good.rawBody.toString()} `) },
        'another timestamp': withHeader(good, 'x-signature-timestamp', later),
        'a shortened signature': withHeader(good, 'x-signature', good.headers['x-signature']?.slice(0, 30)),
        'a signature of nothing': withHeader(good, 'x-signature', 'primary=AAAA'),
        stale: signed(said(chatId), { sentAt: Date.now() - 301_000 }),
        'stale, in seconds': signed(said(chatId), { sentAt: Date.now() - 302_000, format: 'seconds' }),
        'stale, in milliseconds': signed(said(chatId), { sentAt: Date.now() - 301_000, format: 'milliseconds' }),
        'from the future': signed(said(chatId), { sentAt: Date.now() + 120_000 }),
      };
    },
    misdirected: async (chatId) => ({ ...signed(said(chatId)), path: '/elsewhere' }),
    rotate: async () => standIn.rotateSecret(NEXT_SECRET),
  };

  return {
    provider,
    desk: standIn.desk,
    faults: standIn.faults,
    violations: standIn.violations,
    dependencies,
    target: { menuId: ' 7 ' },
    badTargets: [
      {},
      { menuId: '' },
      { menuId: 'seven' },
      { menuId: 0 },
      { menuId: 7, queueId: '7' },
      { menuId: 7, menuType: 'x' },
    ],
    customerFile: { name: 'card photo.jpg', contentType: 'image/jpeg' },
    requests: { open: 'POST /apps/api/v1/chats', send: '/message' },
    answers: {
      unauthorized: { status: 401, body: JSON.stringify({ message: 'Unauthorized' }) },
      rateLimited: { status: 429, headers: { 'retry-after': '3' }, body: JSON.stringify({ message: 'Too Many Requests' }) },
      outage: { status: 500, body: JSON.stringify({ message: 'Internal Server Error' }) },
    },
    sendUnknownEvent: async (chatId) => {
      await standIn.emit(chatId, 'csat_requested', { survey: 1 });
      await standIn.emit(chatId, 'message_received', {
        sender: { id: 3, type: 'virtual_agent' },
        message: { type: 'text', content: 'x' },
      });
      await standIn.emit(chatId, 'participant_joined', { participant: { id: 3, type: 'virtual_agent' } });
      await standIn.emit(chatId, 'participant_joined', { participant: { id: 4, type: 'end_user' } });
    },
    webhook,
    async close() {
      await standIn.close();
      await receiver.close();
    },
  };
}

describeProvider('ccaip', create, {
  inbound: 'webhook',
  capabilities: capabilitiesFor(
    settingsSchema.parse({ CCAIP_URL: 'https://a.test', CCAIP_API_TOKEN: 't', CCAIP_WEBHOOK_SECRET: SECRET }),
  ),
});
