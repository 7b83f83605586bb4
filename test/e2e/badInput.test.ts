import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { CustomerClient } from '../support/customerClient';
import { Product, statusOf } from '../support/productRig';
import { isAnswer } from './talk';

const activity = (changes: object = {}) => ({
  type: 'message',
  id: 'a1',
  channelId: 'directline',
  serviceUrl: 'http://127.0.0.1:9/',
  conversation: { id: 'bad-input' },
  from: { id: 'u1' },
  recipient: { id: 'bot' },
  text: 'hello',
  ...changes,
});

describe('bad input at the real process', () => {
  let product: Product;

  beforeAll(async () => {
    product = await Product.start({ phrasesPerTopic: 3 });
  }, 120_000);
  afterAll(() => product.close(), 30_000);
  afterEach(async () => {
    expect(product.isRunning).toBe(true);
    expect(await statusOf(`${product.botUrl}/healthz`)).toBe(200);
  });

  const post = async (path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<[number, string]> => {
    const init = {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': 'application/json', ...headers },
    };
    const response = await fetch(product.botUrl + path, init);
    return [response.status, await response.text()];
  };

  it.each([
    ['no JSON', '{"type":'],
    ['nothing', ''],
    ['an empty object', '{}'],
    ['a list', '[]'],
    ['a text', '"hello"'],
    ['no conversation', JSON.stringify(activity({ conversation: undefined }))],
    ['a number as text', JSON.stringify(activity({ text: 5 }))],
    ['a list as type', JSON.stringify(activity({ type: ['message'] }))],
    ['a conversation that is a text', JSON.stringify(activity({ conversation: 'c' }))],
  ])('%s is refused with a reason', async (_what, body) => {
    const [status, answer] = await post('/api/messages', body);
    expect(status).toBe(400);
    expect(answer).toMatch(/\w/);
    expect(answer).not.toMatch(/at \w+.*\.js|node_modules/);
  });

  it('huge and packed bodies are refused', async () => {
    expect((await post('/api/messages', JSON.stringify(activity({ text: 'x'.repeat(2_000_000) }))))[0]).toBe(413);
    const [status] = await post('/api/messages', gzipSync(JSON.stringify(activity())), { 'content-encoding': 'gzip' });
    expect(status).toBe(415);
  });

  it('activities of unknown types are taken and ignored', async () => {
    for (const type of ['message/update', 'handoff', 'contactRelationUpdate', 'something new']) {
      expect((await post('/api/messages', JSON.stringify(activity({ type }))))[0]).toBe(200);
    }
  });

  it('hostile lines and hosts do not end the process', async () => {
    const lines = [
      'GET http://[/x HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: [\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n',
      '\0\0\0\r\n\r\n',
    ];
    for (const line of lines) {
      const answer = await new Promise<string>((resolve) => {
        let received = '';
        const socket = connect(product.port, '127.0.0.1', () => socket.write(line));
        socket.on('data', (chunk) => {
          received += chunk.toString('latin1');
          socket.end();
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(received));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    }
    const upgraded = await new Promise<string>((resolve) => {
      const call = request({
        host: '127.0.0.1',
        port: product.port,
        path: '/api/messages',
        headers: { connection: 'upgrade', upgrade: 'websocket' },
      });
      call.on('response', (response) => resolve(String(response.statusCode)));
      call.on('error', () => resolve('closed'));
      call.end();
    });
    expect(upgraded).toMatch(/400|closed/);
  });

  it('webhooks without a right signature or path are refused', async () => {
    const event = JSON.stringify({
      eventType: 'MESSAGE',
      conversationId: 'c',
      timestamp: 1,
      data: { sender: { type: 'agent', id: 'a' }, text: 'forged' },
    });
    const secret = 'sandbox-webhook-path';
    const headers = {
      'x-8x8-signature': 'e30..AAAA',
      'x-8x8-event-id': 'e1',
      'x-8x8-transmission-time': String(Date.now()),
      'x-8x8-retry': '0',
      'x-8x8-tenant-id': 'sandboxtenant',
      'x-8x8-customer-id': 'c',
    };
    expect((await post(`/webhooks/8x8/${secret}`, event))[0]).toBe(401);
    expect((await post(`/webhooks/8x8/${secret}`, event, headers))[0]).toBe(401);
    expect((await post('/webhooks/8x8/guessed', event, headers))[0]).toBe(404);
    expect((await post('/webhooks/nobody/x', event))[0]).toBe(404);
    expect((await post(`/webhooks/8x8/${secret}`, 'x'.repeat(3_000_000), headers))[0]).toBe(413);
  });

  it('texts of any kind are answered, and nothing in them is carried out', async () => {
    const customer = await CustomerClient.open(product.botUrl);
    const texts = [
      '<script>alert(1)</script> my card is lost',
      'x'.repeat(10_000),
      '😀😀😀',
      'بطاقتي ضاعت',
      '$' + '{title} {{name}} __proto__',
      "'; DROP TABLE links; --",
      '\u0000\u202e',
      '   ',
    ];
    for (const text of texts) {
      const before = customer.heard().length;
      await customer.say(text);
      await customer.next(() => customer.heard().length > before);
    }
    expect(customer.heard().join('\n')).not.toContain('<script>');
    await customer.say('My card has not arrived yet, where is it?');
    await customer.next(isAnswer);
    customer.close();
  }, 60_000);
});
