import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../common/packageRoot';

interface AdapterEvent {
  type: string;
  label?: string;
  name?: string;
  data?: Record<string, unknown>;
}
const { readAdapterEvent, sessionOf, eventTypes } = jest.requireActual('../../../web/agent-host/adapterEvents.js') as {
  readAdapterEvent(message: unknown): AdapterEvent | undefined;
  sessionOf(event: AdapterEvent): string | undefined;
  eventTypes: string[];
};
const { judgeRecordUrl } = jest.requireActual('../../../web/agent-host/recordPop.js') as {
  judgeRecordUrl(
    url: unknown,
    lists: { frameOrigins: string[]; windowOrigins: string[] },
  ): { outcome: string; url?: string; reason?: string };
};

const samples = JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/customCrm/adapter-events.json'), 'utf8')) as {
  type?: string;
  data?: Record<string, unknown>;
}[];
const read = (event: unknown) => readAdapterEvent(JSON.stringify(event));

describe('events of the adapters', () => {
  it.each(samples.map((sample): [string, object] => [sample.type ?? 'the bare redaction', sample]))(
    'seed: %s is understood with every member that has a value',
    (_type, sample: { type?: string; data?: Record<string, unknown> }) => {
      const event = read(sample)!;
      expect(event.type).toBe(sample.type ?? 'Call_Redaction_Changed');
      expect(event.label).toEqual(expect.any(String));
      const given = Object.values(sample.data ?? sample).filter((value) => value !== null);
      expect(Object.values(event.data!).sort()).toEqual(given.map(String).sort());
    },
  );

  it('seed: CRM_Record_Pop carries the address of the record', () => {
    const recordUrl = 'https://www.example.com/record/456';
    expect(read({ type: 'CRM_Record_Pop', data: { recordUrl } })).toMatchObject({ type: 'CRM_Record_Pop', data: { recordUrl } });
  });

  it('seed: a queue that is null is left out', () => {
    const ended = samples.find(({ type }) => type === 'End_Chat');
    expect(Object.keys(read(ended)!.data!)).not.toContain('queueId');
  });

  it.each([
    ['New_chat', 'New_Chat', { chat_id: 1 }],
    ['Call redaction started', 'Call_Redaction_Started', { call_id: 1, agent_id: 2 }],
    ['Call_Redaction_Ended', 'Call_Redaction_Stopped', { call_id: 1, agent_id: 2 }],
    ['Agent_Joined_Call', 'Agent_Joined_Call', { call_id: 1 }],
    ['Transfer_Call', 'Transfer_Call', { call_id: 1, to_agent_id: 5 }],
  ])('%s is %s', (written, type, data) => {
    expect(read({ type: written, data })?.type).toBe(type);
  });

  it('takes the spellings the documentation mixes', () => {
    const event = read({
      type: 'Cobrowse_Session_Ended',
      data: { Cobrowse_session_id: 'x', cobrowse_session_ended_by: 'end-user' },
    });
    expect(event?.data).toEqual({ cobrowseSessionId: 'x', endedBy: 'end_user' });
  });

  it('keeps what was sent along with a session', () => {
    const data = { chat_id: 1, custom_data_secured: { tier: { value: 'gold' } }, custom_sip_headers: { 'X-A': '1' } };
    expect(read({ type: 'New_Chat', data })?.data).toEqual({
      chatId: '1',
      customDataSecured: { tier: { value: 'gold' } },
      customSipHeaders: { 'X-A': '1' },
    });
  });

  it('tells an event of another kind apart, and takes nothing that is none', () => {
    expect(read({ type: 'Brand_New', data: {} })).toEqual({ type: 'unknown', name: 'Brand_New' });
    expect(read({ type: 'New_Chat', data: {} })).toEqual({ type: 'unknown', name: 'New_Chat' });
    for (const message of [
      { type: 'New_Chat' },
      'not JSON',
      '[]',
      'null',
      '{"a":1}',
      '{"type":4}',
      undefined,
      'x'.repeat(300_000),
    ])
      expect(readAdapterEvent(message)).toBeUndefined();
  });

  it('names a session as its files are named', () => {
    expect(sessionOf(read({ type: 'New_Chat', data: { chat_id: 135 } })!)).toBe('chat-135');
    expect(sessionOf(read({ type: 'End_Call', data: { call_id: '97' } })!)).toBe('call-97');
    expect(sessionOf(read({ type: 'Agent_Login', data: { agent_id: 1 } })!)).toBeUndefined();
  });

  it('covers every type the seed lists', () => {
    for (const type of new Set(samples.flatMap((sample) => sample.type ?? []))) expect(eventTypes).toContain(type);
  });
});

describe('a record pop', () => {
  const lists = { frameOrigins: ['https://bot.example', 'https://crm.example:8443'], windowOrigins: ['https://org.crm.example'] };

  it.each([
    ['https://bot.example/agent-host/records/1', 'frame'],
    ['https://crm.example:8443/x', 'frame'],
    ['https://org.crm.example/main.aspx?id=1', 'window'],
    ['https://crm.example/x', 'refused'],
    ['http://bot.example/', 'refused'],
    ['https://bot.example.evil.example/', 'refused'],
    ['https://bot.example@evil.example/', 'refused'],
    ['https://user:pw@bot.example/', 'refused'],
    ['javascript:alert(1)', 'refused'],
    ['data:text/html,<script>', 'refused'],
    ['//bot.example/', 'refused'],
    ['/agent-host/records/1', 'refused'],
    ['', 'refused'],
    [undefined, 'refused'],
    [['https://bot.example/'], 'refused'],
  ])('%s: %s', (url, outcome) => {
    expect(judgeRecordUrl(url, lists).outcome).toBe(outcome);
  });
});
