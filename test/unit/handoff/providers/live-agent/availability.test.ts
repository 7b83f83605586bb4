import type { JsonObject } from '../../../../../common/json';
import { readSession } from '../../../../../handoff/providers/live-agent/wire';
import { fixture } from './fixture';
import { type ScriptedAnswer, type ScriptedDesk, startScriptedDesk } from './scriptedDesk';

describe('availability', () => {
  let desk: ScriptedDesk;
  const never = new AbortController().signal;

  afterEach(() => desk.close());

  async function check(target: JsonObject, answer: ScriptedAnswer = { status: 200, body: fixture('availability') }) {
    desk = await startScriptedDesk([answer]);
    return desk.provider.checkAvailability?.(target, 'en-US', never);
  }

  it.each<[string, JsonObject, object]>([
    ['a free button', { buttonId: '573000000000001' }, { available: true, estimatedWaitSeconds: 60 }],
    ['a button without the word', { buttonId: '573000000000002' }, { available: false, reason: 'noAgents' }],
    ['a button that is not in the answer', { buttonId: '573000000000009' }, { available: false, reason: 'noAgents' }],
    ['an absent agent', { buttonId: '573000000000001', agentId: '005000000000001' }, { available: false, reason: 'noAgents' }],
    [
      'an absent agent with the button behind',
      { buttonId: '573000000000001', agentId: '005000000000001', fallback: true },
      { available: true, estimatedWaitSeconds: 60 },
    ],
    [
      'one of several',
      { buttonId: '573000000000002', buttonOverrides: ['005000000000001', '573000000000001'] },
      { available: true, estimatedWaitSeconds: 60 },
    ],
  ])('of %s', async (_, target, expected) => {
    expect(await check(target)).toEqual(expected);
  });

  it('asks for 15-character ids and for the waiting time', async () => {
    await check({ buttonId: '573000000000001AAA', agentId: '005000000000001AAA' });
    const query = new URL(desk.requests[0]?.split(' ')[1] ?? '', desk.url).searchParams;
    expect(query.get('Availability.ids')).toBe('[573000000000001,005000000000001]');
    expect(query.get('Availability.needEstimatedWaitTime')).toBe('1');
  });

  it.each<[ScriptedAnswer, object]>([
    [{ status: 404 }, { code: 'unavailable', retriable: false }],
    [
      { status: 200, body: '<html>' },
      { code: 'unavailable', retriable: false },
    ],
    [{ status: 500 }, { code: 'outage', retriable: true }],
  ])('fails on %j', async (answer, expected) => {
    await expect(check({ buttonId: '573000000000001' }, answer)).rejects.toMatchObject(expected);
  });
});

describe('the answer of SessionId', () => {
  it('is read with the poll time-out as number or text', () => {
    const json = fixture('session-id');
    expect(readSession(json)).toMatchObject({ affinityToken: '2c931fa0', clientPollTimeoutInSeconds: 40 });
    expect(readSession({ ...json, clientPollTimeout: '30' })?.clientPollTimeoutInSeconds).toBe(30);
    expect(readSession({ ...json, clientPollTimeout: '' })?.clientPollTimeoutInSeconds).toBe(40);
  });

  it.each([undefined, null, [], {}, { id: 'a', key: 'b' }])('is not %j', (json) => {
    expect(readSession(json as JsonObject)).toBeUndefined();
  });
});
