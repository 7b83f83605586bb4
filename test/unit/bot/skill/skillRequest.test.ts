import fc from 'fast-check';
import { InvalidRequest, readAnswer, readEscalate } from '../../../../bot/skill/skillRequest';

describe('the value of escalate', () => {
  it('may be missing: the customer is asked for everything', () => {
    for (const value of [undefined, null, {}, '', '{}'])
      expect(readEscalate(value)).toEqual({ customer: {}, fields: {}, events: false, transcript: [] });
  });

  it('is read whole', () => {
    const value = {
      skill: 'cards',
      topic: ' My card ',
      language: 'de-DE',
      customer: {
        name: 'Ann',
        email: 'ann@example.com',
        contactId: '5b0d3f8e-8f6e-4a53-9d5e-0f2b6d0f3c11',
        isAuthenticated: true,
      },
      fields: { branch: 'North', cardEnding: 4711 },
      chatActivityId: '5b0d3f8e-8f6e-4a53-9d5e-0f2b6d0f3c12',
      sourcePageUrl: 'https://bank.example/cards',
      events: true,
    };
    expect(readEscalate(value)).toEqual({
      ...value,
      topic: 'My card',
      fields: { branch: 'North', cardEnding: '4711' },
      transcript: [],
    });
  });

  it('may come flat, as text, and with variables that are empty', () => {
    const flat = {
      customerName: 'Ann',
      customerEmail: 'ann@example.com',
      customerPhone: '',
      skill: null,
      events: 'true',
      customer: { phone: '' },
    };
    const read = { customer: { name: 'Ann', email: 'ann@example.com' }, events: true };
    expect(readEscalate(flat)).toMatchObject(read);
    expect(readEscalate(JSON.stringify(flat))).toMatchObject(read);
    expect(readEscalate(flat)).not.toHaveProperty('skill');
  });

  it('may bring the transcript as a list, as activities, as JSON text or as plain text', () => {
    const at = '2026-01-05T09:00:00.000Z';
    const entries = [
      { from: 'customer', text: 'where is it', at },
      { from: 'bot', text: 'let me see' },
    ];
    const activities = [
      { type: 'message', from: { id: 'u', role: 'user' }, text: 'where is it', timestamp: at },
      { type: 'event', name: 'x' },
      { type: 'message', from: { id: 'b', role: 'bot' }, text: 'let me see' },
    ];
    for (const transcript of [entries, JSON.stringify(entries), { activities }, activities])
      expect(readEscalate({ transcript }).transcript).toEqual(entries);
    expect(readEscalate({ transcript: 'where is it' }).transcript).toEqual([{ from: 'bot', text: 'where is it' }]);
  });

  it('keeps the newest of a long transcript', () => {
    const transcript = Array.from({ length: 500 }, (_, index) => ({ from: 'customer', text: `line ${index}` }));
    const { transcript: kept } = readEscalate({ transcript });
    expect([kept.length, kept.at(-1)?.text]).toEqual([200, 'line 499']);
  });

  it.each([
    [{ customer: { name: 7 } }, /"customer\.name"/],
    [{ chatActivityId: 'secret-word' }, /"chatActivityId"/],
    [{ sourcePageUrl: 'javascript:alert(1)' }, /"sourcePageUrl"/],
    [[1], /"value"/],
    ['just words', /"value"/],
  ])('is refused as %j, in words that quote nothing of it', (value, words) => {
    const read = () => readEscalate(value);
    expect(read).toThrow(InvalidRequest);
    expect(read).toThrow(words);
    expect(read).not.toThrow(/secret-word|alert/);
  });

  it('never fails in another way', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          readEscalate(value);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidRequest);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the question of answer', () => {
  it('stands in the value, or is the text of a message', () => {
    expect(readAnswer({ question: 'where?', show: 'false' }, undefined)).toEqual({ question: 'where?', show: false });
    expect(readAnswer(undefined, 'where?')).toEqual({ question: 'where?', show: true });
    expect(readAnswer({ question: 'here?', language: 'de' }, 'where?')).toEqual({
      question: 'here?',
      language: 'de',
      show: true,
    });
  });

  it.each([undefined, {}, { question: '' }, { question: 'x'.repeat(10_001) }])('is refused as %j', (value) => {
    expect(() => readAnswer(value, undefined)).toThrow(InvalidRequest);
  });
});
