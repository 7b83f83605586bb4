import { silentLog } from '../../../../../common/log';
import { convertEntry, convertEvent } from '../../../../../handoff/providers/enhanced-chat/convert';
import { EntryView } from '../../../../../handoff/providers/enhanced-chat/entryView';
import { EventParser } from '../../../../../handoff/providers/enhanced-chat/eventParser';
import { readEntries } from '../../../../../handoff/providers/enhanced-chat/wire';
import { fixture, fixtureBytes, sessionWith, settings } from './fixture';

const context = { settings, log: silentLog };
const now = () => Date.parse('2026-11-21T06:00:00.000Z');

const fromStream = (session = sessionWith()) => {
  const view = new EntryView(session, now);
  for (const event of new EventParser().push(fixtureBytes('stream.txt'))) convertEvent(context, view, event);
  return view;
};

const whole = [
  { kind: 'queued', eventId: 'e-routing', at: '2026-11-21T07:59:50.000Z', estimatedWaitSeconds: 90 },
  { kind: 'agentJoined', eventId: 'e-join', at: '2026-11-21T08:00:00.000Z', agentName: 'Ada A.' },
  { kind: 'agentTyping', eventId: 'e-typing', at: '2026-11-21T08:00:01.000Z', isTyping: true },
  {
    kind: 'agentMessage',
    eventId: 'e-hello',
    at: '2026-11-21T08:00:04.000Z',
    text: 'Hello, žluťoučký kůň 🐎',
    attachments: [],
    cards: [],
    agentName: 'Ada A.',
  },
  { kind: 'ended', eventId: 'e-end', at: '2026-11-21T08:00:10.000Z', by: 'agent', reason: 'Ended' },
];

describe('converting what the desk tells', () => {
  it('makes events of a whole stream, and leaves out what means nothing or comes after the end', () => {
    const view = fromStream();
    expect(view.events).toEqual(whole);
    expect(view.session).toMatchObject({ state: 'ended', hadAgent: true, lastEventId: '10429', lastTimestamp: 1795248010000 });
  });

  it('makes the same events of the listing, which has no typing', () => {
    const view = new EntryView(sessionWith(), now);
    const entries = readEntries(fixture('entries.json')) ?? [];
    for (const entry of entries.toReversed()) convertEntry(context, view, entry);
    expect(view.events).toEqual(whole.filter(({ kind }) => kind !== 'agentTyping'));
  });

  it('knows a chat that the agent set aside, and one that the agent took up again', () => {
    const view = new EntryView(sessionWith({ state: 'connected', hadAgent: true, agents: ['005'] }), now);
    const status = (sessionStatus: string, identifier: string) => ({
      type: 'SessionStatusChanged',
      identifier,
      at: now(),
      role: 'System',
      senderKey: 'system',
      senderName: undefined,
      payload: { sessionStatus },
    });
    convertEntry(context, view, status('Inactive', 'a'));
    expect(view.session).toMatchObject({ state: 'dormant', agents: [] });
    convertEntry(context, view, status('Active', 'b'));
    expect(view.session.state).toBe('connected');
    expect(view.events).toEqual([]);
  });

  it('tells what it has handled already', () => {
    const before = fromStream().session;
    const view = new EntryView({ ...before, state: 'queued' }, now);
    for (const entry of readEntries(fixture('entries.json')) ?? []) {
      if (entry.identifier !== 'e-late') convertEntry(context, view, entry);
    }
    expect(view.events).toEqual([]);
  });

  it('hands out what came together once', () => {
    const view = fromStream();
    const { events, session } = view.take();
    expect(events).toHaveLength(whole.length);
    expect(session).toMatchObject({ state: 'ended', lastEventId: '10429' });
    expect(view.take()).toEqual({ events: [], session: {} });
  });

  it('keeps the memory of what was handled small', () => {
    const view = new EntryView(sessionWith(), now);
    const [entry] = readEntries(fixture('entries.json')) ?? [];
    for (let index = 0; index < 1_000; index += 1) view.remember({ ...entry!, identifier: `e-${index}` });
    expect(JSON.stringify(view.session).length).toBeLessThan(3_000);
    expect(view.isHandled({ ...entry!, identifier: 'e-999' })).toBe(true);
    expect(view.isHandled({ ...entry!, identifier: 'e-1' })).toBe(false);
  });
});

describe('a listing that is none', () => {
  it.each([undefined, null, [], 'text', {}, { conversationEntries: 'none' }])('is told: %j', (json) => {
    expect(readEntries(json)).toBeUndefined();
  });

  it('is read even when its entries are odd', () => {
    expect(readEntries({ conversationEntries: [null, 1, {}, { entryPayload: 'no json' }] })).toHaveLength(2);
  });
});
