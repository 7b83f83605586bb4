import { toHistory, wordsOf } from '../../../../../handoff/providers/8x8/history';
import { parseTarget, toNewConversation } from '../../../../../handoff/providers/8x8/open';
import type { HandoffRequest, TranscriptEntry } from '../../../../../handoff/request';
import { payload } from './fakes';

const link = ({ name }: { name: string }) => `https://bot.example/files/${name}`;
const at = '2026-05-04T10:14:00.000Z';
const ADAPTIVE = 'application/vnd.microsoft.card.adaptive';

function request(overrides: Partial<HandoffRequest> = {}): HandoffRequest {
  return {
    id: 'handoff-1',
    target: { queueId: '104' },
    skill: 'cards',
    topic: 'Refund',
    language: 'en-GB',
    customer: {
      id: 'user-1',
      name: 'Ada Example',
      email: 'ada@example.com',
      phone: '+15550100',
      contactId: 'contact-1',
      isAuthenticated: true,
    },
    fields: { 'Card type': 'Debit' },
    chatActivityId: 'activity-1',
    channel: 'webchat',
    sourcePageUrl: 'https://bank.example/cards',
    transcript: [
      { at, from: 'customer', text: 'Where is my refund?' },
      { at, from: 'bot', text: 'Let me get a colleague.' },
    ],
    requestedAt: '2026-05-04T10:15:00.000Z',
    ...overrides,
  };
}

const build = (overrides: Partial<HandoffRequest> = {}) => toNewConversation(request(overrides), 'ch_Zx81', link);
const properties = (overrides: Partial<HandoffRequest>) => build(overrides).user.additionalProperties ?? [];

describe('a new conversation', () => {
  it('is what the specification shows', () => {
    expect(build()).toEqual(payload('createConversation'));
  });

  it('leaves out what is not known', () => {
    const { chatActivityId: _, sourcePageUrl: __, ...rest } = request({ fields: { Empty: '  ' }, transcript: [] });
    const body = toNewConversation(
      { ...rest, language: 'en', customer: { id: 'u', name: ' ', isAuthenticated: false } },
      'ch',
      link,
    );
    expect(body).toEqual({
      channelId: 'ch',
      user: {
        language: 'en',
        additionalProperties: [
          { key: 'Handoff', value: 'handoff-1' },
          { key: 'Topic', value: 'Refund' },
          { key: 'Skill', value: 'cards' },
          { key: 'Authenticated', value: 'no' },
          { key: 'Channel', value: 'webchat' },
          { key: 'RequestedAt', value: '2026-05-04T10:15:00.000Z' },
        ],
      },
      assignment: { type: 'queue', id: '104' },
    });
  });

  it('may go to a script', () => {
    expect(build({ target: { scriptId: '7' } }).assignment).toEqual({ type: 'script', id: '7' });
  });

  it('tells what is no e-mail address beside, because the field is checked', () => {
    const body = build({ customer: { id: 'u', email: 'ada at example', isAuthenticated: false } });
    expect(body.user.email).toBeUndefined();
    expect(body.user.additionalProperties).toContainEqual({ key: 'Email', value: 'ada at example' });
  });

  it('has 30 details at most and loses none', () => {
    const fields = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`Field ${index}`, `value ${index}`]));
    const all = properties({ fields });
    expect(all).toHaveLength(30);
    expect(all[0]).toEqual({ key: 'Handoff', value: 'handoff-1' });
    expect(all[29]?.key).toBe('Further details');
    const everything = JSON.stringify(all);
    for (const value of Object.values(fields)) expect(everything).toContain(value);
  });

  it('does not let a field take the place of our own detail', () => {
    const all = properties({ fields: { handoff: 'another', ' Topic ': 'mine', '': 'nameless' } });
    expect(all.filter(({ key }) => key === 'Handoff')).toEqual([{ key: 'Handoff', value: 'handoff-1' }]);
    expect(all).toContainEqual({ key: 'handoff (answer)', value: 'another' });
    expect(all).toContainEqual({ key: 'Topic (answer)', value: 'mine' });
    expect(JSON.stringify(all)).not.toContain('nameless');
  });

  it('tells the customer’s language in full when the desk’s code says less', () => {
    expect(build({ language: 'zh-Hant-HK' }).user.language).toBe('zh-TW');
    expect(build({ language: 'sk-SK' }).user.language).toBeUndefined();
    expect(properties({ language: 'sk-SK' })).toContainEqual({ key: 'Language', value: 'sk-SK' });
    expect(properties({ language: 'fr' }).some(({ key }) => key === 'Language')).toBe(false);
  });
});

describe('the history', () => {
  const entry = (overrides: Partial<TranscriptEntry>): TranscriptEntry => ({ at, from: 'bot', text: '', ...overrides });

  it('keeps the newest 200 entries in order', () => {
    const history = toHistory(
      Array.from({ length: 450 }, (_, index) => entry({ text: `line ${index}` })),
      link,
    );
    expect(history).toHaveLength(200);
    expect(history[0]?.text).toBe('line 250');
    expect(history[199]?.text).toBe('line 449');
  });

  it('tells articles and files in words', () => {
    const [message] = toHistory(
      [
        entry({
          text: 'Look:',
          articles: [{ number: 'KA-1', title: 'Card arrival' }],
          files: [{ name: 'form.pdf', contentType: 'application/pdf', url: 'https://channel.example/1' }],
        }),
      ],
      link,
    );
    expect(message).toEqual({
      authorType: 'bot',
      text: 'Look:\n[KA-1] Card arrival\nform.pdf: https://bot.example/files/form.pdf',
    });
  });

  it('never speaks as an agent', () => {
    expect(toHistory([entry({ from: 'agent', text: 'I was here before' })], link)).toEqual([
      { authorType: 'bot', text: 'Agent: I was here before' },
    ]);
  });

  it.each(['1.0', '1.3'])('passes on a card of version %s', (version) => {
    const card = { contentType: ADAPTIVE, content: { type: 'AdaptiveCard', version, body: [] } };
    expect(toHistory([entry({ cards: [card] })], link)).toEqual([{ authorType: 'bot', cards: [card] }]);
  });

  it.each(['1.4', '1.6', '2.0'])('tells a card of version %s in words', (version) => {
    const content = {
      type: 'AdaptiveCard',
      version,
      body: [
        { type: 'TextBlock', text: 'Your card' },
        { type: 'ColumnSet', columns: [{ type: 'Column', items: [{ type: 'TextBlock', text: 'is on its way' }] }] },
        { type: 'FactSet', facts: [{ title: 'Sent', value: 'Monday' }] },
      ],
      actions: [{ type: 'Action.OpenUrl', title: 'Track it', url: 'https://bank.example' }],
    };
    expect(toHistory([entry({ cards: [{ contentType: ADAPTIVE, content }] })], link)).toEqual([
      { authorType: 'bot', text: 'Your card\nis on its way\nSent: Monday\nTrack it' },
    ]);
  });

  it('tells a card of another kind in words, and drops what has none', () => {
    const hero = { contentType: 'application/vnd.microsoft.card.hero', content: { title: 'Cards', text: 'All about them' } };
    expect(toHistory([entry({ cards: [hero] }), entry({}), entry({ text: '  ' })], link)).toEqual([
      { authorType: 'bot', text: 'Cards\nAll about them' },
    ]);
    expect(wordsOf({ fallbackText: 'Please update', body: [{ text: 'not this' }] })).toBe('Please update');
  });
});

describe('a target', () => {
  it('is a queue or a script, trimmed, numbers as text', () => {
    expect(parseTarget({ queueId: ' 104 ' })).toEqual({ queueId: '104' });
    expect(parseTarget({ queueId: 104 })).toEqual({ queueId: '104' });
    expect(parseTarget({ scriptId: '7' })).toEqual({ scriptId: '7' });
  });

  it.each([{}, { queueId: ' ' }, { queueId: '1', scriptId: '2' }, { queue: '1' }, { queueId: null }, { queueId: 1.5 }])(
    'is refused as %j',
    (target) => {
      expect(() => parseTarget(target as Parameters<typeof parseTarget>[0])).toThrow(/8x8 target/);
    },
  );
});
