import type { Activity } from 'botbuilder';
import { SkillClient, type SkillFailure } from '../../../../bot/parent/skillClient';
import { HttpFailure, type HttpRequest, type HttpResponse } from '../../../../common/http';
import { FakeClock } from '../../../support/fakeClock';

const activity = {
  type: 'message',
  id: 'a1',
  channelId: 'webchat',
  text: 'hello',
  from: { id: 'u1' },
  recipient: { id: 'bot', role: 'bot' },
  conversation: { id: 'c1' },
  serviceUrl: 'https://channel.example',
  callerId: 'urn:botframework:azure',
} as Partial<Activity>;

function answer(status: number, json?: HttpResponse['json'], headers: Record<string, string> = {}): HttpResponse {
  return { status, headers, json, bytes: Buffer.alloc(0), text: '' };
}

function create(answers: (HttpResponse | HttpFailure)[], token: () => Promise<string | undefined> = async () => 't0ken') {
  const clock = new FakeClock();
  const calls: HttpRequest[] = [];
  const client = new SkillClient({
    http: async (call) => {
      calls.push(call);
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (!next || next instanceof HttpFailure) throw next;
      return next;
    },
    clock,
    endpoint: 'https://skill.example/api/messages',
    appId: 'skill-app',
    serviceUrl: 'https://bot.example/api/skills',
    token,
  });
  return { client, clock, calls };
}

/** What a call came to while time passed. */
async function settled<T>(clock: FakeClock, call: Promise<T>): Promise<T | SkillFailure> {
  let result: T | SkillFailure | undefined;
  call.then(
    (value) => {
      result = value;
    },
    (error: SkillFailure) => {
      result = error;
    },
  );
  for (let round = 0; round < 50 && result === undefined; round += 1) await clock.advance(250);
  return result as T | SkillFailure;
}

describe('an activity for the skill', () => {
  it('is addressed as the protocol between bots wants it', async () => {
    const { client, calls } = create([answer(200, {})]);
    expect(await client.send(activity, 's1')).toEqual([]);
    expect(calls[0]).toMatchObject({
      method: 'POST',
      url: 'https://skill.example/api/messages',
      headers: { authorization: 'Bearer t0ken', 'x-ms-conversation-id': 's1' },
    });
    const body = JSON.parse(String(calls[0]?.body)) as Record<string, unknown>;
    expect(body).toMatchObject({
      text: 'hello',
      id: 'a1',
      conversation: { id: 's1' },
      serviceUrl: 'https://bot.example/api/skills',
      recipient: { id: 'skill-app', role: 'skill' },
      relatesTo: { conversation: { id: 'c1' }, serviceUrl: 'https://channel.example', activityId: 'a1' },
    });
    expect(body).not.toHaveProperty('callerId');
    // The activity itself is still the customer's.
    expect(activity.conversation?.id).toBe('c1');
  });

  it('brings back what the skill answered', async () => {
    const { client } = create([answer(200, { activities: [{ type: 'message', text: 'x' }, 7, {}] })]);
    expect(await client.send(activity, 's1')).toEqual([{ type: 'message', text: 'x' }]);
  });

  it.each([
    ['nobody listens', new HttpFailure('refused')],
    ['it is asked to come again', answer(503, {}, { 'retry-after': '2' })],
    ['it is too fast', answer(429)],
  ])('is sent again while %s', async (_name, first) => {
    const { client, clock, calls } = create([first, first, answer(200)]);
    expect(await settled(clock, client.send(activity, 's1'))).toEqual([]);
    expect(calls).toHaveLength(3);
  });

  it('is given up when the skill stays away', async () => {
    const { client, clock, calls } = create([new HttpFailure('refused')]);
    expect(await settled(clock, client.send(activity, 's1'))).toMatchObject({ code: 'refused', delivered: 'no' });
    expect(calls.length).toBeGreaterThan(20);
  });

  it.each([
    [new HttpFailure('timedOut'), { code: 'timedOut', delivered: 'unknown' }],
    [new HttpFailure('network'), { code: 'network', delivered: 'unknown' }],
    [answer(500), { code: '500', delivered: 'unknown' }],
    [answer(403), { code: '403', delivered: 'no' }],
    [answer(503, {}, { 'retry-after': '60' }), { code: '503', delivered: 'unknown' }],
  ])('is sent once when that fails as %j', async (failure, told) => {
    const { client, clock, calls } = create([failure]);
    expect(await settled(clock, client.send(activity, 's1'))).toMatchObject(told);
    expect(calls).toHaveLength(1);
  });

  it('is not sent without a token', async () => {
    const { client, clock, calls } = create([answer(200)], async () => {
      throw new Error('no');
    });
    expect(await settled(clock, client.send(activity, 's1'))).toMatchObject({ code: 'tokenRefused', delivered: 'no' });
    expect(calls).toEqual([]);
  });
});
