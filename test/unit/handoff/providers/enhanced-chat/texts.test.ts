import fc from 'fast-check';
import { idFrom, markOf, toShortId } from '../../../../../handoff/providers/enhanced-chat/ids';
import { routingAttributes, routingSettingsSchema } from '../../../../../handoff/providers/enhanced-chat/routingAttributes';
import { splitText } from '../../../../../handoff/providers/enhanced-chat/splitText';
import { summaryTexts } from '../../../../../handoff/providers/enhanced-chat/summary';
import type { HandoffRequest } from '../../../../../handoff/request';

const at = '2026-11-21T06:00:00.000Z';
const request: HandoffRequest = {
  id: 'handoff-1',
  target: {},
  skill: 'cards',
  topic: 'Card was swallowed',
  language: 'en-US',
  customer: { id: 'user-1', name: 'Ada Example', isAuthenticated: false },
  fields: { 'Card type': 'Debit' },
  channel: 'webchat',
  transcript: [
    { at, from: 'customer', text: 'Where is my card?' },
    {
      at,
      from: 'bot',
      text: '',
      cards: [{ contentType: 'x', content: { title: 'Card arrival', data: { text: 'secret' }, items: [{ text: 'Wait' }] } }],
      articles: [{ number: 'KA-1', title: 'Card arrival' }],
    },
    { at, from: 'customer', text: '', files: [{ name: 'a.png', contentType: 'image/png', url: 'https://x' }] },
  ],
  requestedAt: at,
};

describe('a text in pieces', () => {
  it('is the whole text again, in pieces short enough, with no character torn', () => {
    const text = fc
      .string({ unit: fc.constantFrom('a', ' ', '\n', '😀', 'é'), maxLength: 400 })
      .filter((value) => value.trim() !== '');
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 60 }), (value, maxLength) => {
        const pieces = splitText(value, maxLength);
        expect(pieces.every((piece) => piece.length <= maxLength && piece.isWellFormed())).toBe(true);
        expect(pieces.join('').replace(/\s/g, '')).toBe(value.replace(/\s/g, ''));
      }),
      { numRuns: 200 },
    );
  });

  it('is cut after a line, else after a word', () => {
    expect(splitText('one two\nthree four', 12)).toEqual(['one two\n', 'three four']);
    expect(splitText('one two three four', 12)).toEqual(['one two ', 'three four']);
    expect(splitText('x'.repeat(5), 2)).toEqual(['xx', 'xx', 'x']);
    expect(splitText('  \n ', 2)).toEqual([]);
  });
});

describe('the summary', () => {
  it('tells everything that is known', () => {
    expect(summaryTexts(request)).toEqual([
      [
        'Name: Ada Example',
        'Topic: Card was swallowed',
        'Skill: cards',
        'Language: en-US',
        'Channel: webchat',
        'Handoff id: handoff-1',
        'Signed in: no',
        'Card type: Debit',
        '',
        'Articles shown:',
        'KA-1 Card arrival',
        '',
        'Conversation so far:',
        'Customer: Where is my card?',
        'Bot: [Card arrival · Wait]',
        'Customer: [a.png]',
      ].join('\n'),
    ]);
  });

  it('keeps the newest of a long past, in few messages', () => {
    const transcript = Array.from({ length: 900 }, (_, index) => ({ at, from: 'customer' as const, text: `utterance ${index}` }));
    const texts = summaryTexts({ ...request, transcript });
    expect(texts.length).toBeLessThanOrEqual(5);
    expect(texts.every((text) => text.length <= 2_000)).toBe(true);
    expect(texts.join('')).toContain('utterance 899');
    expect(texts.join('')).toContain('[…]');
    expect(texts.join('')).not.toContain('utterance 0\n');
  });

  it('keeps the end of one very long line', () => {
    const transcript = [{ at, from: 'customer' as const, text: `${'😀'.repeat(20_000)} the end` }];
    const texts = summaryTexts({ ...request, transcript });
    expect(texts.join('')).toContain('the end');
    expect(texts.every((text) => text.isWellFormed())).toBe(true);
  });
});

describe('routing attributes', () => {
  const settings = routingSettingsSchema.parse({
    facts: { name: 'Customer_Name', topic: { parameter: 'Topic', maxLength: 6 }, phone: 'Phone' },
    answers: { 'Card type': 'Card_Type', 'Not asked': 'Other' },
  });

  it('are what the settings name and what is known, cut to length, with the target’s own', () => {
    expect(routingAttributes(request, settings, { Queue: 'cards' })).toEqual({
      Customer_Name: 'Ada Example',
      Topic: 'Card w',
      Card_Type: 'Debit',
      Queue: 'cards',
    });
  });

  it('tear no character and let the target win', () => {
    const attributes = routingAttributes({ ...request, topic: '12345😀' }, settings, { Customer_Name: 'fixed' });
    expect(attributes).toMatchObject({ Topic: '12345', Customer_Name: 'fixed' });
  });
});

describe('ids', () => {
  it('are of version 4, in lower case, equal for equal words only', () => {
    const words = fc.array(fc.string(), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(words, words, (one, other) => {
        expect(idFrom(...one)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(idFrom(...one) === idFrom(...other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 100 },
    );
  });

  it('are short where they are many', () => {
    expect(markOf('e-1')).toHaveLength(12);
    expect(markOf('e-1')).not.toBe(markOf('e-2'));
    expect(toShortId('00D000000000001EAA')).toBe('00D000000000001');
  });
});
