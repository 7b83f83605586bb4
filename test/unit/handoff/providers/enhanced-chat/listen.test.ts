import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpRequest } from '../../../../../common/http';
import { silentLog } from '../../../../../common/log';
import type { ListenBatch } from '../../../../../handoff/provider';
import type { EnhancedChatSession } from '../../../../../handoff/providers/enhanced-chat';
import { createEnhancedChatProvider, settingsSchema } from '../../../../../handoff/providers/enhanced-chat';
import { FakeClock } from '../../../../support/fakeClock';
import { env, fixture, sessionWith } from './fixture';

const never = new AbortController().signal;

describe('listening', () => {
  let server: http.Server;
  let answer: (response: http.ServerResponse) => void;
  let entries: object;
  let asked: HttpRequest[];
  let streams: http.IncomingHttpHeaders[];
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock(Date.parse('2026-11-21T06:00:00.000Z'));
    entries = { conversationEntries: [] };
    asked = [];
    streams = [];
    server = http.createServer((request, response) => {
      streams.push(request.headers);
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const listen = (members: Partial<EnhancedChatSession> = {}) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = createEnhancedChatProvider(settingsSchema.parse({ ...env, ENHANCED_CHAT_URL: url }), {
      clock,
      log: silentLog,
      http: async (request) => {
        asked.push(request);
        const text = JSON.stringify(entries);
        return { status: 200, headers: {}, bytes: Buffer.from(text), text, json: JSON.parse(text) };
      },
      readFile: () => Promise.reject(new Error('no file')),
      linkFile: () => '',
    });
    if (provider.inbound.kind !== 'listen') throw new Error('not a provider that listens');
    return provider.inbound.listen(sessionWith({ url, ...members }), { moved: false }, never)[Symbol.asyncIterator]();
  };
  const open = (response: http.ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
  };

  it('goes on behind the last event, and asks for what is newer than the last entry or a little older', async () => {
    answer = open;
    entries = fixture('entries.json');
    const batches = listen({ lastEventId: '10422', lastTimestamp: 1795248004000 });
    const { value } = (await batches.next()) as { value: ListenBatch<EnhancedChatSession> };
    expect(value.events.map(({ kind }) => kind)).toEqual(['queued', 'agentJoined', 'agentMessage', 'ended']);
    expect(streams).toMatchObject([
      { 'last-event-id': '10422', 'x-org-id': '00D000000000001', authorization: 'Bearer token', accept: 'text/event-stream' },
    ]);
    const query = new URL(asked[0]?.url ?? '').searchParams;
    expect(Object.fromEntries(query)).toEqual({
      limit: '50',
      direction: 'FromStart',
      startTimestamp: String(1795248004000 - 30_000),
      entryTypeFilter: 'Message,ParticipantChanged,RoutingResult,SessionStatusChanged',
    });
    expect(await batches.next()).toEqual({ value: undefined, done: true });
  });

  it('does not go on for ever with streams that break at once', async () => {
    answer = (response) => {
      open(response);
      response.end();
    };
    const batches = listen();
    const heard: unknown[] = [];
    const reading = (async () => {
      for (;;) heard.push(await batches.next());
    })();
    const outcome = expect(reading).rejects.toMatchObject({ code: 'outage', retriable: true });
    let isOver = false;
    void outcome.then(() => {
      isOver = true;
    });
    while (!isOver) await clock.advance(200);
    await outcome;
    expect(heard).toHaveLength(4);
  });

  it.each([
    [204, 'outage', true],
    [302, 'outage', true],
    [400, 'invalid', false],
    [401, 'unauthorized', false],
    [403, 'unauthorized', false],
    [429, 'rateLimited', true],
    [503, 'outage', true],
  ])('tells a stream that is refused with %i', async (status, code, retriable) => {
    answer = (response) => response.writeHead(status).end();
    await expect(listen().next()).rejects.toMatchObject({ code, retriable });
  });

  it('takes an odd listing for a failure, not for silence', async () => {
    answer = open;
    entries = { anything: 'else' };
    await expect(listen().next()).rejects.toMatchObject({ code: 'outage', retriable: true });
  });
});
