import type { JsonObject } from '../../../../../common/json';
import { canWait } from '../../../../../handoff/providers/ccaip/deflection';
import { isUnnamedAgent, toEvent } from '../../../../../handoff/providers/ccaip/events';
import { readEnvelope } from '../../../../../handoff/providers/ccaip/webhookBody';
import { payload } from './fakes';

const envelopeOf = (value: unknown) => {
  const rawBody = Buffer.from(JSON.stringify(value));
  return readEnvelope(JSON.parse(rawBody.toString()) as JsonObject, rawBody);
};
const stamp = { eventId: 'e1', at: '2026-05-04T10:15:00.000Z' };
const convert = (name: string, foundName?: string) => toEvent(envelopeOf(payload(name)), stamp, foundName);

describe('an event', () => {
  it.each<[string, JsonObject]>([
    ['chatCreated', { kind: 'queued' }],
    ['chatCreatedWithChat', { kind: 'queued' }],
    ['participantJoinedNamed', { kind: 'agentJoined', agentName: 'Grace Example' }],
    ['participantJoinedBare', { kind: 'agentJoined', agentName: 'Found' }],
    ['participantJoinedAgent', { kind: 'agentJoined', agentName: 'Found' }],
    ['participantLeftAgent', { kind: 'agentLeft' }],
    ['messageText', { kind: 'agentMessage', text: 'Hello **there**', attachments: [], cards: [] }],
    ['messageTextObject', { kind: 'agentMessage', text: 'Hello **there**', attachments: [], cards: [] }],
    [
      'messageMarkdown',
      { kind: 'agentMessage', text: 'Hello there, see the form (https://bank.example/form)', attachments: [], cards: [] },
    ],
    ['messageTaskAssistant', { kind: 'agentMessage', text: 'Please state your name', attachments: [], cards: [] }],
    ['messageTemplate', { kind: 'agentMessage', text: 'Choose\n- Yes\n- No', attachments: [], cards: [] }],
    [
      'messagePhoto',
      {
        kind: 'agentMessage',
        text: '',
        cards: [],
        attachments: [{ name: 'photo-20.jpg', contentType: 'image/jpeg', reference: { mediaId: '20', name: 'photo-20.jpg' } }],
      },
    ],
    [
      'messageDocument',
      {
        kind: 'agentMessage',
        text: '',
        cards: [],
        attachments: [{ name: 'terms.pdf', contentType: 'application/pdf', reference: { mediaId: '21', name: 'terms.pdf' } }],
      },
    ],
    ['chatDismissed', { kind: 'paused' }],
    ['chatEnded', { kind: 'ended', by: 'system' }],
    ['chatEndedByAgent', { kind: 'ended', by: 'agent', reason: 'finished' }],
    ['chatEndedByCustomer', { kind: 'ended', by: 'customer', reason: 'finished' }],
    ['chatEndedByVirtualAgent', { kind: 'ended', by: 'system' }],
    ['transferred', { kind: 'transferred' }],
  ])('%s is told', (name, expected) => {
    expect(convert(name, 'Found').event).toEqual({ ...stamp, ...expected });
  });

  it.each([
    ['messageEcho', 'echo'],
    ['messageEchoHyphen', 'echo'],
    ['messageVirtualAgent', 'virtualAgent'],
    ['participantJoinedVirtual', 'virtualAgent'],
    ['participantLeftCustomer', 'virtualAgent'],
    ['messageUnreadable', 'nothingToShow'],
    ['transferFailed', 'unknown'],
    ['escalationStarted', 'unknown'],
    ['unknownType', 'unknown'],
  ])('%s is passed over', (name, why) => {
    expect(convert(name)).toEqual({ ignored: why });
  });

  it('says whether the chat is alive', () => {
    expect(convert('participantJoinedAgent').life).toBe('alive');
    expect(convert('messageText').life).toBe('alive');
    expect(convert('chatDismissed').life).toBe('dismissed');
  });

  it('wants a name looked up only for an agent who came without one', () => {
    const unnamed = [
      'participantJoinedAgent',
      'participantJoinedBare',
      'participantJoinedNamed',
      'participantJoinedVirtual',
      'messageText',
    ];
    expect(unnamed.filter((name) => isUnnamedAgent(envelopeOf(payload(name))))).toEqual([
      'participantJoinedAgent',
      'participantJoinedBare',
    ]);
  });
});

describe('a deflection', () => {
  it('tells reason, options and escalation, wherever they stand', () => {
    expect(convert('deflectedOverCapacity').deflection).toEqual({
      reason: 'over_capacity',
      escalationId: 77,
      options: ['email', 'human_agent'],
    });
    expect(convert('deflectedAfterHours').deflection).toEqual({
      reason: 'after_hours',
      escalationId: 78,
      options: ['email', 'external_link'],
    });
  });

  it.each([
    ['over capacity, with the offer', { reason: 'over_capacity', escalationId: 1, options: ['human_agent'] }, true],
    ['over capacity, with nothing said of offers', { reason: 'over_capacity', escalationId: 1, options: [] }, true],
    ['over capacity, without the offer', { reason: 'over_capacity', escalationId: 1, options: ['email'] }, false],
    ['over capacity, of no known escalation', { reason: 'over_capacity', escalationId: undefined, options: [] }, false],
    ['after hours', { reason: 'after_hours', escalationId: 1, options: ['human_agent'] }, false],
  ] as const)('lets the chat wait: %s', (_, deflection, expected) => {
    expect(canWait({ ...deflection, options: [...deflection.options] })).toBe(expected);
  });
});

describe('the id of an event', () => {
  const message = payload('messageText') as { timestamp: string; body: { message: object } };
  it('is the same for the same bytes, and another for anything else', () => {
    expect(envelopeOf(message).eventId).toBe(envelopeOf(message).eventId);
    expect(envelopeOf({ ...message, timestamp: '2026-05-04T10:15:00.001Z' }).eventId).not.toBe(envelopeOf(message).eventId);
  });

  it('is the vendor’s where there is one', () => {
    expect(envelopeOf({ ...message, event_id: 'x-1' }).eventId).toBe('event:x-1');
    const own = { ...message, body: { ...message.body, message: { ...message.body.message, id: 9 } } };
    expect(envelopeOf(own).eventId).toBe('message:9');
  });
});
