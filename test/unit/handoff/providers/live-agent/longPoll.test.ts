import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../../../common/clock';
import { LongPoller } from '../../../../../handoff/providers/live-agent/longPoll';

describe('a held poll', () => {
  let server: http.Server;
  let url: string;
  let handle: (request: http.IncomingMessage, response: http.ServerResponse) => void;
  let deadlines: (() => void)[];
  let arrived: Promise<void>;
  let elapsed = 0;
  const clock: Clock = {
    now: () => 0,
    monotonic: () => elapsed,
    schedule: (_, callback) => {
      deadlines.push(callback);
      return () => undefined;
    },
  };
  const never = new AbortController().signal;
  const get = (signal = never, target = url) =>
    new LongPoller(clock).get({ url: target, headers: { 'x-a': '1' }, deadlineInMs: 40_000, signal });

  beforeEach(async () => {
    deadlines = [];
    elapsed = 0;
    handle = () => undefined;
    let arrive: () => void = () => undefined;
    arrived = new Promise((resolve) => {
      arrive = resolve;
    });
    server = http.createServer((request, response) => {
      arrive();
      handle(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/poll`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('brings any status with its body', async () => {
    handle = (request, response) => {
      response.writeHead(409, { 'retry-after': '3' });
      response.end(`{"a":${request.headers['x-a']}}`);
    };
    expect(await get()).toMatchObject({ status: 409, json: { a: 1 }, headers: { 'retry-after': '3' } });
  });

  it('stops when it is told to, before and during', async () => {
    await expect(get(AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    const stopping = new AbortController();
    const polling = get(stopping.signal);
    await arrived;
    stopping.abort();
    await expect(polling).rejects.toMatchObject({ name: 'HttpFailure', code: 'aborted' });
  });

  it('gives up at the deadline, also within a body that does not end', async () => {
    const polling = get();
    await arrived;
    deadlines[0]?.();
    await expect(polling).rejects.toMatchObject({ code: 'timedOut' });

    handle = (_, response) => {
      response.writeHead(200);
      response.write('{');
    };
    const started = new Promise<void>((resolve) => server.once('request', () => resolve()));
    const endless = get();
    await started;
    deadlines[1]?.();
    await expect(endless).rejects.toMatchObject({ code: 'timedOut' });
  });

  it('tells a refused connection from a lost one and from a bad address', async () => {
    handle = (request) => request.socket.destroy();
    await expect(get()).rejects.toMatchObject({ code: 'network' });
    await expect(get(never, 'http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'refused' });
    await expect(get(never, 'nonsense')).rejects.toMatchObject({ code: 'invalidUrl' });
  });

  it('asks again when the server had closed the connection that was kept', async () => {
    const poller = new LongPoller(clock);
    const poll = () => poller.get({ url, headers: {}, deadlineInMs: 40_000, signal: never });
    let calls = 0;
    handle = (request, response) => {
      calls += 1;
      if (calls === 2) request.socket.resetAndDestroy();
      else response.end(`${calls}`);
    };
    expect((await poll()).text).toBe('1');
    expect((await poll()).text).toBe('3');
  });

  it('does not ask again by itself when a held poll breaks: somebody else may poll by then', async () => {
    const poller = new LongPoller(clock);
    const poll = () => poller.get({ url, headers: {}, deadlineInMs: 40_000, signal: never });
    let calls = 0;
    handle = (request, response) => {
      calls += 1;
      if (calls === 1) {
        response.end('1');
        return;
      }
      elapsed += 5_000;
      request.socket.resetAndDestroy();
    };
    expect((await poll()).text).toBe('1');
    await expect(poll()).rejects.toMatchObject({ code: 'network' });
    expect(calls).toBe(2);
  });
});
