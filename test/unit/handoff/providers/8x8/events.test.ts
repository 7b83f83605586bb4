import { agentIdOf, toEvent } from '../../../../../handoff/providers/8x8/events';
import { readEnvelope } from '../../../../../handoff/providers/8x8/webhookBody';
import { payload } from './fakes';

const stamp = { eventId: 'evt-1', at: '2026-05-04T10:20:00.000Z' };
const convert = (name: string, found?: string) => toEvent(readEnvelope(payload(name)), stamp, found);
const ADAPTIVE = 'application/vnd.microsoft.card.adaptive';

describe('an event of the vendor', () => {
  it.each([
    ['conversationUpdateCreated', { handoffId: 'handoff-1', event: { ...stamp, kind: 'queued' } }],
    ['conversationUpdateQueue', { handoffId: 'handoff-1', event: { ...stamp, kind: 'queued' } }],
    ['conversationUpdateScript', { handoffId: 'handoff-1', event: { ...stamp, kind: 'queued' } }],
    ['conversationUpdateAgent', { handoffId: 'handoff-1', event: { ...stamp, kind: 'agentJoined' } }],
    ['conversationUpdateUser', { handoffId: 'handoff-1' }],
    ['conversationUpdateIdle', { isOver: true, event: { ...stamp, kind: 'ended', by: 'system', reason: 'idle' } }],
    ['conversationUpdateIdleAgent', { isOver: true, event: { ...stamp, kind: 'ended', by: 'agent', reason: 'idle' } }],
    ['queued', { event: { ...stamp, kind: 'queued' } }],
    ['agentJoined', { event: { ...stamp, kind: 'agentJoined' } }],
    ['agentLeft', { event: { ...stamp, kind: 'agentLeft' } }],
    ['userJoined', {}],
    ['userLeft', { isOver: true, event: { ...stamp, kind: 'ended', by: 'customer' } }],
    ['transfer', { event: { ...stamp, kind: 'transferred' } }],
    ['messageAgentEmpty', {}],
    ['messageEcho', {}],
    ['messageEchoOfAgentType', {}],
    ['messageUser', {}],
    ['messageSystem', {}],
    ['activityTyping', { event: { ...stamp, kind: 'agentTyping', isTyping: true } }],
    ['activityTypingStopped', { event: { ...stamp, kind: 'agentTyping', isTyping: false } }],
    ['activityTypingUser', {}],
    ['activityCardAction', {}],
    ['activityQuickReply', {}],
    ['activityReadReceipts', {}],
    ['activityInteractiveReply', {}],
    ['unknownType', {}],
    ['legacyAgentJoined', { event: { ...stamp, kind: 'agentJoined', agentName: 'Grace' } }],
    ['legacyAgentLeft', { event: { ...stamp, kind: 'agentLeft' } }],
    ['legacyQueued', { event: { ...stamp, kind: 'queued' } }],
    ['legacyTransfer', { event: { ...stamp, kind: 'transferred' } }],
    [
      'legacyText',
      {
        event: {
          ...stamp,
          kind: 'agentMessage',
          text: 'Hello from before',
          attachments: [],
          cards: [],
          agentName: 'Grace',
        },
      },
    ],
    ['legacyTextSystem', {}],
  ])('%s becomes what the port knows', (name, expected) => {
    expect(convert(name)).toEqual(expected);
  });

  it('brings an agent’s text, files and cards together', () => {
    expect(convert('messageAgent', 'Grace').event).toEqual({
      ...stamp,
      kind: 'agentMessage',
      text: 'Hello, I have your order here.',
      attachments: [
        {
          name: 'label.png',
          contentType: 'image/png',
          reference: { attachmentId: 'T6c-1', name: 'label.png', preSignedUrl: 'https://files.example.com/T6c?sig=abc' },
        },
      ],
      cards: [{ contentType: ADAPTIVE, content: { type: 'AdaptiveCard', version: '1.3', body: [] } }],
      agentName: 'Grace',
    });
  });

  it('brings a file of which only the id is told', () => {
    expect(convert('messageAgentBareAttachment').event).toMatchObject({
      text: '',
      attachments: [{ name: 'T6c-2', contentType: 'application/octet-stream', reference: { attachmentId: 'T6c-2' } }],
    });
  });

  it('turns quick replies into a card that any channel draws', () => {
    expect(convert('messageAgentQuickReplies').event).toMatchObject({
      text: 'Is that all?',
      cards: [
        {
          contentType: ADAPTIVE,
          content: {
            actions: [
              { type: 'Action.Submit', title: 'Yes', data: { postback: 'yes' } },
              { type: 'Action.Submit', title: 'No', data: { postback: 'no' } },
            ],
          },
        },
      ],
    });
  });

  it('tells a card made for another channel in words', () => {
    expect(convert('messageAgentChannelCard').event).toMatchObject({ text: 'Pick one\nFirst\nSecond', cards: [] });
  });

  it.each([
    ['agentJoined', 'agQ7'],
    ['conversationUpdateAgent', 'agQ7'],
    ['messageAgent', 'agQ7'],
    ['messageUser', undefined],
    ['legacyAgentJoined', 'agQ7'],
    ['legacyText', 'agQ7'],
    ['userLeft', undefined],
    ['queued', undefined],
    ['conversationUpdateQueue', undefined],
  ])('%s is about agent %s', (name, id) => {
    expect(agentIdOf(readEnvelope(payload(name)))).toBe(id);
  });

  it('survives members of any type', () => {
    const odd = [null, 7, 'text', [], [1], { a: 1 }, true];
    for (const type of [
      'CONVERSATION_UPDATE',
      'QUEUED',
      'MEMBERS_CHANGED',
      'TRANSFER',
      'MESSAGE',
      'ACTIVITY',
      'TEXT',
      'AGENT_JOINED',
    ])
      for (const data of odd) {
        const whole = { eventType: type, conversationId: 'cv_1', timestamp: data, data, agentId: data, message: data };
        expect(() => toEvent(readEnvelope(whole), stamp, undefined)).not.toThrow();
        for (const inner of odd) {
          const nested = { sender: inner, value: inner, user: inner, assignment: inner, attachments: inner, cards: inner };
          expect(() => toEvent(readEnvelope({ ...whole, data: nested }), stamp, undefined)).not.toThrow();
        }
      }
  });
});
