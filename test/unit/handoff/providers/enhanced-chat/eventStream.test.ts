import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpFailure } from '../../../../../common/http';
import type { ServerEvent } from '../../../../../handoff/providers/enhanced-chat/eventParser';
import { type EventStream, EventStreams } from '../../../../../handoff/providers/enhanced-chat/eventStream';
import { FakeClock } from '../../../../support/fakeClock';

describe('an event stream', () => {
  let server: http.Server;
  let answer: (response: http.ServerResponse, request: http.IncomingMessage) => void;
  let clock: FakeClock;
  let stopping: AbortController;
  const never = new AbortController().signal;

  beforeEach(async () => {
    clock = new FakeClock();
    stopping = new AbortController();
    server = http.createServer((request, response) => answer(response, request));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const open = (signal: AbortSignal = never, url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`) =>
    new EventStreams(clock).open({ url, headers: { 'x-a': 'b' }, connectTimeoutInMs: 15_000, silenceInMs: 45_000, signal });
  const opened = async (signal?: AbortSignal): Promise<EventStream> => {
    const stream = await open(signal);
    if (!stream.isOpen) throw new Error(`the stream was refused with ${stream.status}`);
    return stream;
  };
  const begin = (response: http.ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
  };
  const readAll = async (stream: EventStream): Promise<ServerEvent[]> => {
    const events: ServerEvent[] = [];
    for await (const batch of stream.batches()) events.push(...batch);
    return events;
  };

  it('brings what comes, those together in one batch, and finishes with the server', async () => {
    answer = (response) => {
      begin(response);
      response.end('id: 1\ndata: a\n\nid: 2\ndata: b\n\ndata: not whole');
    };
    const events = await readAll(await opened());
    expect(events.map(({ id }) => id)).toEqual(['1', '2']);
    expect(clock.pending).toBe(0);
  });

  it('is told broken when the connection is cut', async () => {
    answer = (response) => {
      begin(response);
      response.write('data: a\n\n', () => response.destroy());
    };
    await expect(readAll(await opened())).rejects.toMatchObject({ name: 'HttpFailure', code: 'network' });
  });

  it('is given up when it is silent for too long, pings included', async () => {
    let held: http.ServerResponse | undefined;
    answer = (response) => {
      held = response;
      begin(response);
      response.write('event: ping\ndata: 0\n\n');
    };
    const batches = (await opened()).batches();
    expect((await batches.next()).value).toMatchObject([{ name: 'ping' }]);
    const next = batches.next();
    const outcome = expect(next).rejects.toMatchObject({ code: 'timedOut' });
    await clock.advance(44_999);
    expect(held?.destroyed).toBe(false);
    await clock.advance(1);
    await outcome;
    expect(clock.pending).toBe(0);
  });

  it('is given up when the server does not answer', async () => {
    const asked = Promise.withResolvers<void>();
    answer = () => asked.resolve();
    const opening = open();
    const outcome = expect(opening).rejects.toMatchObject({ code: 'timedOut' });
    await asked.promise;
    await clock.advance(15_000);
    await outcome;
  });

  it('ends when it is told to, while it opens and while it is read', async () => {
    await expect(open(AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    answer = () => stopping.abort();
    await expect(open(stopping.signal)).rejects.toMatchObject({ code: 'aborted' });
    const later = new AbortController();
    answer = begin;
    const reading = readAll(await opened(later.signal));
    later.abort();
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    const late = await opened(later.signal).catch((error: unknown) => error);
    expect(late).toBeInstanceOf(HttpFailure);
  });

  it('closes its connection when nobody reads on', async () => {
    const closed = Promise.withResolvers<void>();
    answer = (response) => {
      response.once('close', () => closed.resolve());
      begin(response);
      response.write('data: a\n\n');
    };
    for await (const _ of (await opened()).batches()) break;
    await closed.promise;
  });

  it('tells what the server answered in its place', async () => {
    answer = (response) => response.writeHead(429, { 'retry-after': '7' }).end('{"message":"slow down"}');
    expect(await open()).toMatchObject({
      isOpen: false,
      status: 429,
      headers: { 'retry-after': '7' },
      text: '{"message":"slow down"}',
    });
    answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    expect(await open()).toMatchObject({ isOpen: false, status: 200 });
  });

  it('cannot be opened at an address that is none or where nobody listens', async () => {
    await expect(open(never, 'http://127.0.0.1:0/\n')).rejects.toBeInstanceOf(HttpFailure);
    await expect(open(never, 'no address')).rejects.toMatchObject({ code: 'invalidUrl' });
    await expect(open(never, 'http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'refused' });
  });
});
