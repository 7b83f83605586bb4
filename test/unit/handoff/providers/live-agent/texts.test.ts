import { silentLog } from '../../../../../common/log';
import { decodeEntities } from '../../../../../handoff/providers/live-agent/htmlText';
import { mask } from '../../../../../handoff/providers/live-agent/masking';
import { outgoingText } from '../../../../../handoff/providers/live-agent/outgoing';
import { richMessageText } from '../../../../../handoff/providers/live-agent/richMessage';
import type { TranscriptEntry } from '../../../../../handoff/request';
import { articlesText, transcriptText } from '../../../../../handoff/transcriptText';
import { liveAgentSession } from './fixture';

const at = '2026-05-04T10:15:00.000Z';

describe('an agent’s text', () => {
  it.each([
    ['&lt;b&gt; &amp; &quot;x&quot; &#39;y&#39; &apos;z&apos;', `<b> & "x" 'y' 'z'`],
    ['&amp;lt; stays readable once', '&lt; stays readable once'],
    ['&#128077; &#x1F44D;', '👍 👍'],
    ['AT&T; &unknown; &#0; &#xD800; &#9999999;', 'AT&T; &unknown; &#0; &#xD800; &#9999999;'],
  ])('is decoded once: %s', (wire, text) => {
    expect(decodeEntities(wire)).toBe(text);
  });
});

describe('masking', () => {
  const rule = (changes: object) => ({ name: 'n', pattern: '\\d+', replacement: '$&', actionType: 'Replace', ...changes });

  it('puts the replacement in as it stands, everywhere', () => {
    expect(mask('1 and 22', [rule({})], silentLog)).toBe('$& and $&');
  });

  it('takes out what is to be removed', () => {
    expect(mask('PIN 1234', [rule({ actionType: 'Remove', replacement: 'x' })], silentLog)).toBe('PIN ');
  });

  it('goes on without a rule nobody can read, and says so', () => {
    const reported: unknown[] = [];
    const log = { ...silentLog, error: (_: string, fields?: object) => reported.push(fields) };
    expect(mask('a 1', [rule({ pattern: '(' }), rule({ replacement: '#' })], log)).toBe('a #');
    expect(reported).toEqual([{ rule: 'n' }]);
  });
});

describe('what goes out', () => {
  it('is a submitted card’s values when nothing was written, then a line per file', () => {
    const message = { id: 'm', text: '', files: [], at, cardSubmission: { choice: 'yes', count: 2 } };
    expect(outgoingText(liveAgentSession(), message, ['a.png: https://x'], silentLog)).toBe(
      'choice: yes\ncount: 2\na.png: https://x',
    );
  });
});

describe('a bot’s menu', () => {
  it.each([
    [{ text: 'Choose', buttons: [{ label: 'A' }, { label: 'B' }] }, 'Choose\n1. A\n2. B'],
    [{ menu: { menuText: 'Pick', menuItems: ['A', { text: 'B' }] } }, 'Pick\n1. A\n2. B'],
    [{ title: 'Only words' }, 'Only words'],
    [{ unheardOf: [1, 2] }, ''],
  ])('is read from %j', (message, text) => {
    expect(richMessageText(message)).toBe(text);
  });
});

describe('the conversation so far', () => {
  const entry = (text: string, changes: Partial<TranscriptEntry> = {}): TranscriptEntry => ({
    at,
    from: 'customer',
    text,
    ...changes,
  });

  it('has a line per entry, with the words on cards and the names of files', () => {
    const card = {
      contentType: 'application/vnd.microsoft.card.hero',
      content: { title: 'Blocked card', buttons: [{ title: 'Read', value: 'secret' }] },
    };
    const file = { name: 'a.png', contentType: 'image/png', url: 'https://x' };
    expect(transcriptText([entry('hi'), entry('', { from: 'bot', cards: [card] }), entry('look', { files: [file] })], 500)).toBe(
      'Customer: hi\nBot: [Blocked card · Read]\nCustomer: look [a.png]',
    );
  });

  it('loses its oldest lines first', () => {
    expect(transcriptText([entry('a'.repeat(50)), entry('b'.repeat(50)), entry('c'.repeat(50))], 130)).toBe(
      `[…]\nCustomer: ${'b'.repeat(50)}\nCustomer: ${'c'.repeat(50)}`,
    );
  });

  it('keeps the end of a single line that is too long, and never half a character', () => {
    const text = transcriptText([entry('👍'.repeat(100))], 51);
    expect(text.length).toBeLessThanOrEqual(51);
    expect(text).toMatch(/^\[…\]\n(👍)+$/u);
  });

  it('names every article once', () => {
    const article = { number: 'KA-1', title: 'Cards' };
    expect(articlesText([entry('x', { articles: [article] }), entry('y', { articles: [article] })])).toBe('KA-1 Cards');
  });
});
