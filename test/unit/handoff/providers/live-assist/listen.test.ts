import { type HttpClient, HttpFailure, type HttpRequest } from '../../../../../common/http';
import { parseJson } from '../../../../../common/json';
import { silentLog } from '../../../../../common/log';
import type { ListenBatch } from '../../../../../handoff/provider';
import { createLiveAssistProvider, type LiveAssistSession, settingsSchema } from '../../../../../handoff/providers/live-assist';
import { PollSlots } from '../../../../../handoff/providers/live-assist/pollSlots';
import { newKeyPair } from '../../../../../sandbox/live-assist';
import { fixture, liveAssistSession } from './fixture';

const settings = settingsSchema.parse({
  LIVE_ASSIST_ACCOUNT: '12345678',
  LIVE_ASSIST_REGION: 'eu1',
  LIVE_ASSIST_CONTEXT_KEYS: newKeyPair().privateKey,
  LIVE_ASSIST_CONVERSATION_DOMAIN: 'desk.example',
});

type Scripted = { status: number; body?: unknown } | HttpFailure;

/** A provider whose desk answers from a list; pauses pass at once and are noted. */
function scripted(answers: Scripted[]) {
  const requests: HttpRequest[] = [];
  const pauses: number[] = [];
  const http: HttpClient = (request) => {
    requests.push(request);
    const next = answers.shift() ?? new HttpFailure('network');
    if (next instanceof HttpFailure) return Promise.reject(next);
    const text = typeof next.body === 'string' ? next.body : JSON.stringify(next.body ?? '');
    return Promise.resolve({ status: next.status, headers: {}, bytes: Buffer.from(text), text, json: parseJson(text) });
  };
  const clock = {
    now: () => Date.parse('2026-05-04T10:15:00.000Z'),
    monotonic: () => 0,
    schedule: (delayInMs: number, callback: () => void) => {
      pauses.push(delayInMs);
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    },
  };
  const deps = { http, clock, log: silentLog, readFile: () => Promise.reject(new Error('no files')), linkFile: () => '' };
  return { provider: createLiveAssistProvider(settings, deps), requests, pauses };
}

async function listen(answers: Scripted[], session: LiveAssistSession, batchesWanted = 99) {
  const desk = scripted(answers);
  const { inbound } = desk.provider;
  if (inbound.kind !== 'listen') throw new Error('not a provider that listens');
  const batches: ListenBatch<LiveAssistSession>[] = [];
  let error: unknown;
  try {
    for await (const batch of inbound.listen(session, { moved: false }, new AbortController().signal)) {
      batches.push(batch);
      if (batches.length >= batchesWanted) break;
    }
  } catch (caught) {
    error = caught;
  }
  return { ...desk, batches, error };
}

it('reads the whole chat first, then follows the link on our own side, with what every request has', async () => {
  const { requests, batches } = await listen(
    [
      { status: 200, body: fixture('first-answer') },
      { status: 200, body: fixture('ended-answer') },
    ],
    liveAssistSession(),
  );
  expect(requests.map(({ url }) => url)).toEqual([
    'https://desk.example/api/account/12345678/chat/H1A1.json?v=1&appKey=721c180b09eb463d9f3191c41762bb68',
    'https://desk.example/api/account/12345678/chat/H1A1.json?from=7&v=1&appKey=721c180b09eb463d9f3191c41762bb68',
  ]);
  expect(requests[0]?.headers).toMatchObject({ Accept: 'application/json' });
  expect(batches.at(-1)?.session).toMatchObject({ state: 'ended' });
});

it('gives an empty batch when there is nothing, and keeps the position to itself', async () => {
  const quiet = { status: 200, body: fixture('quiet-answer') };
  const session = liveAssistSession({ state: 'chatting', agentName: 'Grace', chatTimeoutInMs: 40_000, lastEventId: 6 });
  const { batches } = await listen([quiet, quiet], session, 2);
  expect(batches).toEqual([
    { events: [], session: {} },
    { events: [], session: {} },
  ]);
});

it('asks at most every third of the time after which the desk gives up, with a little chance in it', async () => {
  const quick = { status: 200, body: { chat: { events: {}, info: { state: 'chatting', chatTimeout: 3 } } } };
  const { pauses } = await listen([quick, quick, quick], liveAssistSession({ state: 'chatting' }), 3);
  expect(pauses).toHaveLength(2);
  for (const pause of pauses) {
    expect(pause).toBeGreaterThanOrEqual(750);
    expect(pause).toBeLessThanOrEqual(1_000);
  }
});

it.each<[string, Scripted, object]>([
  ['a page', { status: 200, body: '<html>' }, { code: 'outage', retriable: true }],
  ['502', { status: 502 }, { code: 'outage', retriable: true }],
  ['429', { status: 429 }, { code: 'rateLimited', retriable: true, retryAfterInMs: 1_000 }],
  ['401', { status: 401 }, { code: 'unauthorized', retriable: false }],
  ['silence', new HttpFailure('timedOut'), { code: 'timedOut', retriable: true }],
])('%s is no end of the chat', async (_, answer, error) => {
  const result = await listen([answer], liveAssistSession({ state: 'chatting' }));
  expect(result.error).toMatchObject({ name: 'HandoffError', ...error });
  expect(result.batches).toEqual([]);
});

it.each([404, 410])('%d is: an end with an agent there, a failure before', async (status) => {
  const chatting = await listen([{ status }], liveAssistSession({ state: 'chatting' }));
  expect(chatting.batches).toMatchObject([{ events: [{ kind: 'ended', by: 'system' }], session: { state: 'ended' } }]);
  const waiting = await listen([{ status }], liveAssistSession());
  expect(waiting.batches).toMatchObject([{ events: [{ kind: 'failed', reason: 'error' }] }]);
});

it('asks once how long it may take, and a desk that does not know says nothing', async () => {
  const waiting = { status: 200, body: { chat: { events: {}, info: { state: 'waiting' } } } };
  const session = liveAssistSession({ isWaitTold: false });
  const known = await listen([waiting, { status: 200, body: { estimatedWaitTime: '90' } }, waiting], session, 2);
  expect(known.requests).toHaveLength(3);
  expect(known.batches[0]).toMatchObject({
    events: [{ kind: 'queued', estimatedWaitSeconds: 90 }],
    session: { isWaitTold: true },
  });
  for (const answer of [{ status: 200, body: -2 }, { status: 500 }, new HttpFailure('network')]) {
    const { batches } = await listen([waiting, answer], session, 1);
    expect(batches).toEqual([{ events: [], session: { isWaitTold: true } }]);
  }
});

describe('what the desk could not be told', () => {
  const introduction = { contextData: { skill: { value: 'cards' } }, attempts: 1, nextAttemptAt: 0 };
  const quiet = { status: 200, body: { chat: { events: {}, info: { state: 'chatting', rtSessionId: 5 } } } };
  const session = liveAssistSession({ state: 'chatting', introduction, isContextTaken: false });

  it('is told by a later poll', async () => {
    const { batches, requests } = await listen([quiet, { status: 201 }], session, 1);
    expect(requests[1]?.url).toBe('https://service.eu1.liveassistfor365.com/context-service/context');
    expect(batches).toEqual([{ events: [], session: { introduction: null, isContextTaken: true } }]);
  });

  it('waits for its time, and for a chat that knows its session', async () => {
    const early = { ...session, introduction: { ...introduction, nextAttemptAt: Date.parse('2026-05-04T10:15:01.000Z') } };
    expect((await listen([quiet], early, 1)).requests).toHaveLength(1);
    const unknown = { status: 200, body: { chat: { events: {}, info: { state: 'chatting' } } } };
    expect((await listen([unknown], session, 1)).requests).toHaveLength(1);
  });

  it('is tried again after an outage, later and later, and given up in the end', async () => {
    const { batches } = await listen([quiet, { status: 503 }], session, 1);
    expect(batches[0]?.session.introduction).toMatchObject({ attempts: 2, contextData: introduction.contextData });
    expect(batches[0]?.session.introduction?.nextAttemptAt).toBeGreaterThan(Date.parse('2026-05-04T10:15:00.000Z'));
    const last = { ...session, introduction: { ...introduction, attempts: 5 } };
    expect((await listen([quiet, { status: 503 }], last, 1)).batches[0]?.session).toEqual({
      introduction: null,
      isContextTaken: false,
    });
  });
});

it('no more polls are under way than allowed, in order, and nobody waits who was told to stop', async () => {
  const slots = new PollSlots(2);
  const releases: (() => void)[] = [];
  const begun: number[] = [];
  const stopped = new AbortController();
  const run = (number: number, signal = new AbortController().signal) =>
    slots.run(signal, () => {
      begun.push(number);
      return new Promise<void>((resolve) => releases.push(resolve));
    });
  const all = [run(1), run(2), run(3), run(4, stopped.signal), run(5)];
  await new Promise(setImmediate);
  expect(begun).toEqual([1, 2]);
  stopped.abort();
  await new Promise(setImmediate);
  expect(begun).toEqual([1, 2, 4]);
  releases.shift()?.();
  releases.shift()?.();
  await new Promise(setImmediate);
  expect(begun).toEqual([1, 2, 4, 3]);
  while (begun.length < 5 || releases.length > 0) {
    releases.shift()?.();
    await new Promise(setImmediate);
  }
  await Promise.all(all);
  expect(begun).toEqual([1, 2, 4, 3, 5]);
});
