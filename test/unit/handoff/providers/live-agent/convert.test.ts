import type { JsonObject } from '../../../../../common/json';
import { silentLog } from '../../../../../common/log';
import type { LiveAgentSession } from '../../../../../handoff/providers/live-agent';
import { convertAnswer } from '../../../../../handoff/providers/live-agent/convert';
import { hashOf } from '../../../../../handoff/providers/live-agent/outgoing';
import { answerOf, liveAgentSession } from './fixture';

const at = '2026-05-04T10:15:00.000Z';

function convert(session: LiveAgentSession, answer: ReturnType<typeof answerOf>, sequence = answer.sequence ?? 1) {
  const converted = convertAnswer(session, answer, sequence, at, silentLog);
  return { ...converted, events: converted.steps.flatMap(({ events }) => events) };
}

function convertOne(type: string, message: JsonObject = {}, session = liveAgentSession()) {
  return convert(session, { messages: [{ type, message }], sequence: 7 });
}

describe('converting an answer', () => {
  it('takes a chat from the queue to the first text in one go', () => {
    const { events, changes } = convert(liveAgentSession({ state: 'requested' }), answerOf('first-answer'));
    expect(events).toEqual([
      { kind: 'queued', position: 2, estimatedWaitSeconds: 95, eventId: 'chat-1:0:4:0', at },
      { kind: 'agentJoined', agentName: 'Grace H', eventId: 'chat-1:0:4:1', at },
      {
        kind: 'agentMessage',
        text: 'hello & welcome, you wrote <b>',
        attachments: [],
        cards: [],
        agentName: 'Grace H',
        eventId: 'chat-1:0:4:3',
        at,
      },
      { kind: 'agentTyping', isTyping: false, eventId: 'chat-1:0:4:4', at },
    ]);
    expect(changes).toMatchObject({
      state: 'connected',
      agentName: 'Grace H',
      agentMessages: 1,
      maskingRules: [{ name: 'Card' }],
    });
  });

  it('gives the same ids for the same answer', () => {
    const session = liveAgentSession({ state: 'requested' });
    expect(convert(session, answerOf('first-answer'))).toEqual(convert(session, answerOf('first-answer')));
  });

  it('follows a transfer back into the queue and to the next agent', () => {
    const { events, changes } = convert(liveAgentSession({ agentName: 'Grace H' }), answerOf('transfer'));
    expect(events).toMatchObject([
      { kind: 'transferred' },
      { kind: 'queued', position: 3 },
      { kind: 'queued', position: 1 },
      { kind: 'agentJoined', agentName: 'Edsger D' },
    ]);
    expect(events[1]).not.toHaveProperty('estimatedWaitSeconds');
    expect(changes).toMatchObject({ state: 'connected', agentName: 'Edsger D' });
  });

  it('names the old agent again when a transfer fails', () => {
    const session = liveAgentSession({ state: 'transferring', agentName: 'Grace H' });
    expect(convertOne('ChatResumedAfterTransfer', {}, session).events).toMatchObject([
      { kind: 'agentJoined', agentName: 'Grace H' },
    ]);
  });

  it('writes a bot’s menu as text with numbers', () => {
    const { events } = convert(liveAgentSession(), answerOf('rich-message'));
    expect(events).toMatchObject([
      { kind: 'agentMessage', text: 'What is it about?\n1. A card\n2. A transfer & more', cards: [] },
    ]);
  });

  it('keeps a bot’s pause before its message, within reason', () => {
    const schedule = (responseDelayMilliseconds: number) => ({ text: 'hm', schedule: { responseDelayMilliseconds } });
    const messages = [
      { type: 'ChatMessage', message: { text: 'first' } },
      { type: 'ChatMessage', message: schedule(1_500) },
      { type: 'ChatMessage', message: schedule(3_600_000) },
    ];
    const { steps } = convert(liveAgentSession(), { messages, sequence: 7 });
    expect(steps.map(({ delayInMs, events }) => [delayInMs, events.length])).toEqual([
      [0, 1],
      [1_500, 1],
      [10_000, 1],
    ]);
  });

  it('says that somebody is there when a text comes before the event that should have said so', () => {
    const { events } = convertOne('ChatMessage', { text: 'hi', name: 'Grace' }, liveAgentSession({ state: 'queued' }));
    expect(events).toMatchObject([
      { kind: 'agentJoined', agentName: 'Grace', eventId: 'chat-1:0:7:0' },
      { kind: 'agentMessage', eventId: 'chat-1:0:7:0:1' },
    ]);
  });

  it('does not put a connected chat back into the queue for a late queue update', () => {
    expect(convertOne('QueueUpdate', { position: 1 }).events).toEqual([]);
  });

  it.each(['CustomEvent', 'NewVisitorBreadcrumb', 'AgentLeftConference', 'NeverHeardOf', 'constructor', '__proto__'])(
    'makes nothing of %s',
    (type) => {
      const { events, changes } = convertOne(type, { type: 'x', data: 'y' });
      expect(events).toEqual([]);
      expect(changes).toEqual({});
    },
  );

  it('reports who joins a conference', () => {
    expect(convertOne('AgentJoinedConference', { name: 'Edsger' }).events).toMatchObject([
      { kind: 'agentJoined', agentName: 'Edsger' },
    ]);
  });

  it.each([
    [{ type: 'Requested', uploadServletUrl: 'https://desk.example/upload', fileToken: 't' }, 'fileRequested'],
    [{ type: 'Success' }, 'received'],
    [{ type: 'Failure' }, 'failed'],
    [{ type: 'Canceled' }, 'canceled'],
  ])('understands the file event %j', (message, expected) => {
    const [event] = convertOne('FileTransfer', message).events;
    expect(event?.kind === 'fileTransferred' ? event.outcome : event?.kind).toBe(expected);
  });

  it.each([
    { type: 'Requested' },
    { type: 'Requested', uploadServletUrl: 'http://evil.example/', fileToken: 't' },
    { type: 'Other' },
    {},
  ])('does not act on the file event %j', (message) => {
    expect(convertOne('FileTransfer', message)).toMatchObject({ events: [], changes: {} });
  });

  describe('of the end', () => {
    const ends: [string, JsonObject, LiveAgentSession['state'], JsonObject][] = [
      ['ChatRequestFail', { reason: 'Unavailable' }, 'requested', { kind: 'failed', reason: 'noAgentAvailable' }],
      ['ChatRequestFail', { reason: 'Blocked' }, 'requested', { kind: 'failed', reason: 'rejected' }],
      ['ChatRequestFail', { reason: 'NoPost' }, 'requested', { kind: 'failed', reason: 'error' }],
      ['ChatRequestFail', { reason: 'InternalFailure' }, 'queued', { kind: 'failed', reason: 'error' }],
      ['ChatRequestFail', { reason: 'Made up later' }, 'queued', { kind: 'failed', reason: 'error', detail: 'Made up later' }],
      ['ChatRequestFail', {}, 'queued', { kind: 'failed', reason: 'error', detail: 'Unknown' }],
      ['ChatRequestFail', { reason: 'Unavailable' }, 'connected', { kind: 'ended', by: 'system', reason: 'Unavailable' }],
      ['ChatRequestFail', { reason: 'Unavailable' }, 'transferring', { kind: 'failed', reason: 'noAgentAvailable' }],
      ['ChatEnded', { reason: 'agent' }, 'connected', { kind: 'ended', by: 'agent' }],
      ['ChatEnded', { reason: 'agent' }, 'transferring', { kind: 'ended', by: 'agent' }],
      ['ChatEnded', { reason: 'agent' }, 'queued', { kind: 'failed', reason: 'noAgentAvailable' }],
      ['ChatEnded', { reason: 'client' }, 'connected', { kind: 'ended', by: 'customer' }],
      ['ChatEnded', { reason: 'client' }, 'queued', { kind: 'ended', by: 'customer' }],
      ['ChatEnded', { reason: 'agentsUnavailable' }, 'queued', { kind: 'failed', reason: 'noAgentAvailable' }],
      ['ChatEnded', { reason: 'agentPushTimeout' }, 'queued', { kind: 'failed', reason: 'timedOut' }],
      ['ChatEnded', { reason: 'agentsUnavailable' }, 'connected', { kind: 'ended', by: 'system', reason: 'agentsUnavailable' }],
      ['ChatEnded', { reason: 'clientIdleTimeout' }, 'connected', { kind: 'ended', by: 'system', reason: 'clientIdleTimeout' }],
      ['ChatEnded', {}, 'connected', { kind: 'ended', by: 'system', reason: 'unknown' }],
      ['AsyncResult', { isSuccess: false, error: {} }, 'requested', { kind: 'failed', reason: 'error' }],
      [
        'SwitchServer',
        { newUrl: 'https://new.example/chat' },
        'queued',
        { kind: 'failed', reason: 'error', detail: 'SwitchServer' },
      ],
    ];

    it.each(ends)('makes of %s %j in state %s the right event', (type, message, state, expected) => {
      const { events, changes } = convertOne(type, message, liveAgentSession({ state }));
      expect(events).toMatchObject([expected]);
      expect(changes.state).toBe('ended');
    });

    it('lets nothing follow', () => {
      const messages = [
        { type: 'ChatEnded', message: { reason: 'agent' } },
        { type: 'ChatMessage', message: { text: 'ghost' } },
      ];
      expect(convert(liveAgentSession(), { messages, sequence: 7 }).events).toMatchObject([{ kind: 'ended' }]);
    });

    it('does not take a good result for one', () => {
      expect(convertOne('AsyncResult', { isSuccess: true })).toMatchObject({ events: [], changes: {} });
    });
  });

  describe('of a transcript after a move', () => {
    const seen = { agentMessages: 1, lastAgentHash: hashOf('hello'), agentName: 'Grace H', epoch: 1 };

    it('brings what was missed, with the agent who took over and the desk’s own times', () => {
      const { events, changes } = convert(liveAgentSession(seen), answerOf('session-data'));
      expect(events).toMatchObject([
        { kind: 'agentMessage', text: 'one moment', eventId: 'chat-1:missed:2', at: '2026-05-04T10:20:20.000Z' },
        { kind: 'agentJoined', agentName: 'Edsger D' },
        { kind: 'agentMessage', text: 'I take over', eventId: 'chat-1:missed:3' },
      ]);
      expect(changes).toMatchObject({ agentMessages: 3, lastAgentHash: hashOf('I take over'), agentName: 'Edsger D' });
    });

    it('keeps hashes of the customer’s last words as they stand and as they read', () => {
      const { changes } = convert(liveAgentSession(seen), answerOf('session-data'));
      expect(changes.recovered).toEqual({
        epoch: 1,
        visitorMessages: 1,
        lastVisitorHashes: [hashOf('my card &amp; PIN'), hashOf('my card & PIN')],
      });
    });

    it('goes by the last text when the transcript counts otherwise', () => {
      const session = liveAgentSession({ agentMessages: 9, lastAgentHash: hashOf('one moment'), agentName: 'Grace H' });
      expect(convert(session, answerOf('session-data')).events).toMatchObject([{ kind: 'agentJoined' }, { text: 'I take over' }]);
    });

    it('brings everything when nothing was seen yet, and says that somebody is there', () => {
      const { events } = convert(liveAgentSession({ state: 'queued' }), answerOf('session-data'));
      expect(events.map(({ kind }) => kind)).toEqual([
        'agentJoined',
        'agentMessage',
        'agentMessage',
        'agentJoined',
        'agentMessage',
      ]);
    });
  });
});
