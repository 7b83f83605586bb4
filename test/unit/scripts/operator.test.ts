import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runOperator } from '../../../scripts/operator';

interface Asked {
  line: string;
  authorization: string | undefined;
  body: string;
}

describe('the operator’s command line', () => {
  let server: Server;
  let url: string;
  let asked: Asked[];
  let answer: { status: number; body: unknown };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { authorization } = request.headers;
        asked.push({ line: `${request.method} ${request.url}`, authorization, body: Buffer.concat(chunks).toString() });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    asked = [];
    answer = { status: 200, body: { outcome: 'done' } };
  });

  const run = (...args: string[]) => runOperator([...args, '--url', url], { OPERATOR_KEY: 'the key' });

  it.each([
    [['end', 'h 1'], 'POST /operator/handoffs/h%201/end', '{}'],
    [['requeue', 'h1'], 'POST /operator/handoffs/h1/requeue', '{}'],
    [['requeue', 'h1', '--route', '2'], 'POST /operator/handoffs/h1/requeue', '{"route":2}'],
    [['requeue', 'h1', '--route', '8x8'], 'POST /operator/handoffs/h1/requeue', '{"route":"8x8"}'],
    [['replay', 'h1/toDesk/m'], 'POST /operator/dead-letters/retry', '{"id":"h1/toDesk/m"}'],
    [['discard', 'h1/toDesk/m'], 'POST /operator/dead-letters/discard', '{"id":"h1/toDesk/m"}'],
    [['ledger', 'retry', 't1'], 'POST /operator/ledger/retry', '{"id":"t1"}'],
    [['desk', 'off', '8x8', '--because', 'it hangs'], 'POST /operator/desks/8x8/off', '{"because":"it hangs"}'],
    [['desk', 'on', '8x8'], 'POST /operator/desks/8x8/on', '{}'],
    [['drain', 'i-1'], 'POST /operator/instances/i-1/drain', '{}'],
    [['undrain', 'i-1'], 'POST /operator/instances/i-1/undrain', '{}'],
    [['erase', 'web|c', '--force'], 'POST /operator/erase', '{"conversation":"web|c","force":true}'],
    [['handoffs'], 'GET /operator/handoffs', ''],
    [['audit', '--limit', '5', '--before', '9'], 'GET /operator/audit?limit=5&before=9', ''],
  ])('%j asks %s', async (args, line, body) => {
    expect((await run(...args)).code).toBe(0);
    expect(asked).toEqual([{ line, authorization: 'Bearer the key', body }]);
  });

  it('writes a table for people and JSON for programs', async () => {
    const desks = [{ desk: '8x8', isOff: true, off: { because: 'it\u001b[2J hangs', by: 'ann' }, seenFrom: [] }];
    answer = { status: 200, body: { desks } };
    const { out } = await run('desks');
    expect(out.split('\n').slice(0, 2)).toEqual([
      'DESK  NEW CHATS  BECAUSE       BY   SEEN FROM',
      '8x8   off        it [2J hangs  ann',
    ]);
    expect(JSON.parse((await run('desks', '--json')).out)).toEqual({ desks });
    answer = { status: 200, body: { desks: [] } };
    expect((await run('desks')).out).toBe('No desk is configured.\n');
  });

  it('shows the routes that a handoff can be sent to', async () => {
    const routes = [
      { route: 1, desk: '8x8', acceptWithinInMs: 180_000, isOff: true },
      { route: 2, desk: 'ccaip', acceptWithinInMs: 60_000, isOff: false },
    ];
    answer = { status: 200, body: { handoff: { id: 'h1', state: 'requested', routes, timeline: [] } } };
    const { out } = await run('handoff', 'h1');
    expect(out).toContain('1      8x8    3m0s           off\n2      ccaip  1m0s           on');
  });

  it('replays all dead letters whose handoff is open', async () => {
    answer = {
      status: 200,
      body: {
        deadLetters: [
          { id: 'a/toDesk/1', isOpen: true },
          { id: 'b/toDesk/1', isOpen: false },
        ],
      },
    };
    expect((await run('replay', '--all')).out).toBe('replayed 1\n');
    expect(asked.map(({ line }) => line)).toEqual(['GET /operator/dead-letters', 'POST /operator/dead-letters/retry']);
  });

  it.each([
    [409, { error: 'the handoff is over' }, 1, 'the handoff is over'],
    [401, { error: 'the operator key is missing or wrong' }, 4, 'the operator key'],
    [429, { error: 'too many wrong operator keys' }, 4, 'too many'],
    [404, { error: 'there is nothing here' }, 3, 'has no operator routes'],
    [500, 'no object', 1, 'HTTP 500'],
  ])('ends with a code of its own after %i', async (status, body, code, text) => {
    answer = { status, body };
    const ended = await run('end', 'h1');
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toContain(text);
  });

  it('says what is wrong with a call, and asks nobody', async () => {
    for (const args of [['end'], ['desk', 'off', '8x8'], ['replay'], ['dance'], ['end', 'h1', '--loud'], ['desk']]) {
      const { code, err } = await run(...args);
      expect([args, code]).toEqual([args, 2]);
      expect(err).toContain('Usage: npm run operator');
    }
    expect((await runOperator(['handoffs', '--url', url], {})).err).toContain('Set OPERATOR_KEY');
    expect(asked).toEqual([]);
    expect(await runOperator(['--help'], {})).toMatchObject({ code: 0, err: '' });
  });

  it('says when nobody answers', async () => {
    const ended = await runOperator(['handoffs', '--url', 'http://127.0.0.1:1'], { OPERATOR_KEY: 'the key' });
    expect(ended.code).toBe(3);
    expect(ended.err).toContain('does not answer');
  });

  it('takes the key out of a setting with names', async () => {
    await runOperator(['handoffs', '--url', url], { OPERATOR_KEY: 'ann:first key,bob:second key' });
    expect(asked[0]?.authorization).toBe('Bearer first key');
  });
});
