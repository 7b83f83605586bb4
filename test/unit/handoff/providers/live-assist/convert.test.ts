import { silentLog } from '../../../../../common/log';
import type { LiveAssistSession } from '../../../../../handoff/providers/live-assist';
import { convertChat } from '../../../../../handoff/providers/live-assist/convert';
import { readChat, type WireChat, type WireEvent, type WireInfo } from '../../../../../handoff/providers/live-assist/wire';
import { chatOf, liveAssistSession } from './fixture';

const receivedAt = Date.parse('2026-05-04T11:00:00.000Z');
const convert = (session: LiveAssistSession, chat: WireChat) => convertChat(session, chat, receivedAt, silentLog);
let ids = 100;
const event = (type: string, members: Partial<WireEvent> = {}): WireEvent => {
  ids += 1;
  return { id: ids, type, time: '2026-05-04T10:16:00.000Z', ...members };
};
const answer = (events: WireEvent[], info: WireInfo = {}): WireChat => ({ events, info });
const chatting = (changes: Partial<LiveAssistSession> = {}) =>
  liveAssistSession({ state: 'chatting', agentName: 'Grace', ...changes });
const system = (systemMessageId: number, text = 'words') => event('line', { source: 'system', systemMessageId, text });
const kinds = (session: LiveAssistSession, chat: WireChat) => convert(session, chat).events.map(({ kind }) => kind);

describe('the first answer', () => {
  it('takes a chat from the queue to the first text, without our own lines and those before the chat', () => {
    const { events, changes } = convert(liveAssistSession(), chatOf('first-answer'));
    expect(events).toEqual([
      { kind: 'agentJoined', agentName: 'Grace', eventId: 'H1A1:3', at: '2026-05-04T10:15:20.000Z' },
      {
        kind: 'agentMessage',
        text: 'Hello & welcome\nsee our help (https://bank.example/help?a=1&b=2)',
        attachments: [],
        cards: [],
        agentName: 'Grace',
        eventId: 'H1A1:5',
        at: '2026-05-04T10:15:25.500Z',
      },
      { kind: 'agentTyping', isTyping: true, eventId: 'H1A1:typing:1', at: '2026-05-04T10:15:27.000Z' },
    ]);
    expect(changes).toEqual({
      state: 'chatting',
      agentName: 'Grace',
      lastEventId: 6,
      chatTimeoutInMs: 40_000,
      isAgentTyping: true,
      typingChanges: 1,
      next: 'https://server.example/api/account/12345678/chat/H1A1?from=7',
    });
  });

  it('gives the same events again for the same session, and none once they are handled', () => {
    const first = convert(liveAssistSession(), chatOf('first-answer'));
    expect(convert(liveAssistSession(), chatOf('first-answer'))).toEqual(first);
    expect(convert({ ...liveAssistSession(), ...first.changes }, chatOf('first-answer'))).toEqual({ events: [], changes: {} });
  });
});

describe('what the answer looks like', () => {
  it('may have one event, as itself, and a single link', () => {
    const { events, changes } = convert(chatting({ lastEventId: 7, endedBy: 'agent' }), chatOf('ended-answer'));
    expect(events).toEqual([{ kind: 'ended', by: 'agent', eventId: 'H1A1:ended', at: '2026-05-04T10:20:00.000Z' }]);
    expect(changes).toMatchObject({ state: 'ended', next: expect.stringContaining('from=9') });
  });

  it('may have none', () => {
    const session = chatting({ lastEventId: 6, chatTimeoutInMs: 40_000, next: chatOf('quiet-answer').next! });
    expect(convert(session, chatOf('quiet-answer'))).toEqual({ events: [], changes: {} });
  });

  it.each([undefined, null, 'text', [], {}, { chat: 5 }])('is none at all: %j', (json) => {
    expect(readChat(json as never)).toBeUndefined();
  });

  it('may be full of nonsense', () => {
    const chat = readChat({ chat: { link: [5, null], events: { event: [null, 'x', { '@type': 4 }, {}] }, info: [] } });
    expect(chat).toEqual({ events: [{ type: '' }, { type: '' }], info: {} });
    expect(convert(chatting(), chat!).events).toEqual([]);
  });
});

describe('who has the chat', () => {
  it.each([
    ['the state', event('state', { state: 'chatting' })],
    ['the desk’s own line', system(3)],
    ['an agent who speaks', event('line', { source: 'agent', by: 'Grace', text: 'hi', textType: 'plain' })],
  ])('is told by %s', (_, one) => {
    const [first] = convert(liveAssistSession(), answer([one], { agentName: 'Grace' })).events;
    expect(first).toMatchObject({ kind: 'agentJoined', agentName: 'Grace' });
  });

  it('is told by the answer’s own state when no event says so', () => {
    expect(convert(liveAssistSession(), answer([], { state: 'chatting', agentName: 'Grace' })).events).toMatchObject([
      { kind: 'agentJoined', agentName: 'Grace' },
    ]);
  });

  it('is news only once', () => {
    const events = [event('state', { state: 'chatting' }), system(3), event('state', { state: 'chatting' })];
    expect(kinds(liveAssistSession(), answer(events, { state: 'chatting', agentName: 'Grace' }))).toEqual(['agentJoined']);
  });

  it.each([13, 15, 23])('changes with line %d, until another agent is named', (number) => {
    expect(kinds(chatting(), answer([system(number)], { state: 'chatting', agentName: 'Grace' }))).toEqual(['transferred']);
    const transferring = chatting({ state: 'transferring' });
    expect(kinds(transferring, answer([], { state: 'chatting', agentName: 'Grace' }))).toEqual([]);
    expect(convert(transferring, answer([], { state: 'chatting', agentName: 'Edsger' })).events).toMatchObject([
      { kind: 'agentJoined', agentName: 'Edsger' },
    ]);
  });

  it('is passed on once, however often the desk says so, and not before anybody had it', () => {
    const events = [event('a2a-transfer'), system(15), event('state', { state: 'waiting' })];
    expect(kinds(chatting(), answer(events))).toEqual(['transferred']);
    expect(kinds(liveAssistSession(), answer(events))).toEqual([]);
  });
});

describe('ends', () => {
  const ended = event('state', { state: 'ended' });

  it.each([
    ['agent', [system(5), ended]],
    ['agent', [ended, system(5)]],
    ['system', [system(6), ended]],
    ['system', [ended]],
    ['customer', [{ ...ended, source: 'visitor' }]],
  ])('are by the %s', (by, events) => {
    expect(convert(chatting(), answer(events)).events).toMatchObject([{ kind: 'ended', by, eventId: 'H1A1:ended' }]);
  });

  it('are remembered from the line that announced them', () => {
    const { changes } = convert(chatting(), answer([system(5)]));
    expect(convert({ ...chatting(), ...changes }, answer([event('state', { state: 'ended' })])).events).toMatchObject([
      { kind: 'ended', by: 'agent' },
    ]);
  });

  it('come from the answer’s own state when the event is missing, with the same id', () => {
    expect(convert(chatting(), answer([], { state: 'ended' })).events).toMatchObject([{ kind: 'ended', eventId: 'H1A1:ended' }]);
  });

  it('are a failure before anybody was there, and the end after a transfer', () => {
    expect(convert(liveAssistSession(), answer([system(2), ended])).events).toMatchObject([
      { kind: 'failed', reason: 'noAgentAvailable' },
    ]);
    expect(convert(chatting({ state: 'transferring' }), answer([ended])).events).toMatchObject([{ kind: 'ended', by: 'system' }]);
  });

  it('may stand before earlier events in one answer: nothing of it is lost', () => {
    const [first, second] = [
      event('line', { source: 'agent', text: 'one', textType: 'plain' }),
      event('state', { state: 'waiting' }),
    ];
    expect(kinds(chatting(), answer([second, first]))).toEqual(['transferred', 'agentJoined', 'agentMessage']);
  });

  it('are the last thing', () => {
    const late = event('line', { source: 'agent', text: 'too late', textType: 'plain' });
    expect(kinds(chatting(), answer([ended, late]))).toEqual(['ended']);
  });
});

describe('other events', () => {
  it('a page the agent opens comes as its address', () => {
    const page = event('url', { source: 'agent', by: 'Grace', url: 'https://bank.example/form' });
    expect(convert(chatting(), answer([page])).events).toMatchObject([
      { kind: 'agentMessage', text: 'https://bank.example/form' },
    ]);
    expect(kinds(chatting(), answer([{ ...page, source: 'visitor' }]))).toEqual([]);
  });

  it('a ticket’s number comes as text once somebody is there', () => {
    expect(convert(chatting(), answer([system(22, 'Your ticket is 4711')])).events).toMatchObject([
      { text: 'Your ticket is 4711' },
    ]);
    expect(kinds(liveAssistSession(), answer([system(22)]))).toEqual([]);
  });

  it.each([2, 4, 99])('line %d of the desk is for its own window', (number) => {
    expect(kinds(chatting(), answer([system(number)]))).toEqual([]);
  });

  it('an event without a number has an id all the same', () => {
    const [joined, said] = convert(
      liveAssistSession(),
      answer([{ type: 'line', source: 'agent', text: 'hi', textType: 'plain' }]),
    ).events;
    expect(joined?.eventId).toMatch(/^H1A1:[\w-]{22}$/);
    expect(said?.eventId).toBe(`${joined?.eventId}:1`);
  });

  it('times that cannot be read are the desk’s newest, and ours without any', () => {
    const line = event('line', { source: 'agent', text: 'hi', textType: 'plain', time: 'yesterday' });
    const at = (info: WireInfo) => convert(chatting(), answer([line], info)).events[0]?.at;
    expect(at({ lastUpdate: '2026-05-04T10:17:00.000Z' })).toBe('2026-05-04T10:17:00.000Z');
    expect(at({})).toBe('2026-05-04T11:00:00.000Z');
  });
});
