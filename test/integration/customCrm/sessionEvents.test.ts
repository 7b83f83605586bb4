import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../../common/json';
import { packageRoot } from '../../../common/packageRoot';
import { type CrmRig, startCrmRig } from './crmRig';

const contactId = '11111111-1111-4111-8111-111111111111';
const chatActivityId = '44444444-4444-4444-8444-444444444444';
const fixture = (name: string) => readFileSync(path.join(packageRoot, 'test/fixtures/customCrm', name), 'utf8');
const { events } = JSON.parse(fixture('session-events.json')) as { events: JsonObject[] };

describe('events pushed while a session runs', () => {
  let rig: CrmRig;
  beforeEach(async () => {
    rig = await startCrmRig({ CUSTOM_CRM_USER: 'ccaip', CUSTOM_CRM_PASSWORD: 'a password for the tests' });
    rig.standIn.put('contacts', contactId, {
      contactid: contactId,
      fullname: 'Kim',
      emailaddress1: 'kim@example.com',
      statecode: 0,
      statuscode: 1,
    });
  });
  afterEach(() => rig.close());

  const push = (some: JsonObject[]) => rig.call('POST', '/sessions/events', { count: some.length, events: some });
  const courses = () => rig.standIn.rows('annotations').filter((note) => String(note['subject']).endsWith(': course'));
  const handOver = () => {
    rig.standIn.put('cxlvhlp_chatactivities', chatActivityId, {
      activityid: chatActivityId,
      subject: 'Lost card',
      statecode: 0,
      statuscode: 1,
    });
    rig.conversations.set('135', {
      chatActivityId,
      state: 'connected',
      topic: 'Lost card',
      channel: 'webchat',
      requestedAt: '2026-01-05T08:00:00.000Z',
    });
  };

  it('become one note on the bot’s chat activity, in the order in which they happened, each once', async () => {
    handOver();
    expect((await push(events.slice(3))).json).toEqual({ added: 3 });
    await rig.restart();
    expect((await push(events)).json).toEqual({ added: 3 });
    expect((await push(events)).json).toEqual({ added: 0 });
    expect(courses()).toMatchObject([{ subject: 'Contact center chat 135: course', _objectid_value: chatActivityId }]);
    expect(String(courses()[0]?.['notetext']).split('\n')).toEqual([
      '2026-01-05T08:00:00.000Z connected; External: connected; by end_user_5',
      '2026-01-05T08:00:04.000Z connected; External: connected; queue Orders/Order confirmation; by virtual_agent_15',
      '2026-01-05T08:00:12.000Z connected; Agent Ariel Example: accepted; queue Orders/Order confirmation; by agent_1',
      '2026-01-05T08:00:14.000Z connected; Agent Ariel Example: connected; by agent_1',
      '2026-01-05T08:03:20.000Z disconnected; External: disconnected; Agent Ariel Example: disconnected; by end_user_5',
      '2026-01-05T08:04:20.000Z disconnected; Agent Ariel Example: dispositionSubmitted; by agent_1; disposition Solved / S-1 – Sent a new card.',
    ]);
  });

  it('wait for the session’s record: it has them with the metadata that makes it', async () => {
    expect((await push(events)).status).toBe(200);
    expect(courses()).toEqual([]);
    await rig.call('PUT', '/sessions/files/chat-135.json', fixture('chat-135.first.json'));
    expect(courses()).toHaveLength(1);
  });

  it('are kept when Dynamics is down, and come again', async () => {
    handOver();
    rig.standIn.faults.add({ match: 'annotations', status: 503, times: 1000 });
    expect((await push(events.slice(0, 2))).status).toBe(400);
    rig.standIn.faults.clear();
    expect((await push(events.slice(2, 3))).json).toEqual({ added: 1 });
    expect(String(courses()[0]?.['notetext']).split('\n')).toHaveLength(3);
  });

  it('of calls, and spelled otherwise, are understood; what tells no session is left out', async () => {
    const call = { event_id: 'e1', timestamp: '1767600000000', type: 'CallState', CallID: '97', State: 'ringing' };
    const odd = [
      call,
      { event_id: 'e2' },
      { call_id: 97 },
      { event_id: 'e3', chat_id: '../97' },
      'text' as unknown as JsonObject,
    ];
    expect((await push(odd)).json).toEqual({ added: 1 });
  });

  it('need the service’s authentication, and to be events', async () => {
    const url = `${rig.url()}/custom-crm/v1/sessions/events`;
    const basic = { authorization: `Basic ${Buffer.from('ccaip:a password for the tests').toString('base64')}` };
    const post = async (body: string, headers: Record<string, string> = basic) =>
      (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })).status;
    expect(await post('{"count":0,"events":[]}')).toBe(200);
    expect(await post('{"count":0,"events":[]}', {})).toBe(401);
    for (const body of ['', 'no JSON', '[]', '{}', '{"events":{}}']) expect(await post(body)).toBe(422);
  });
});
