import { createSignedLinks } from '../../../bot/signedLinks';
import { createTexts } from '../../../bot/texts';
import { isTranscript, TranscriptFile } from '../../../bot/transcriptFile';
import { transcriptText } from '../../../bot/transcriptText';
import type { JsonObject } from '../../../common/json';
import type { TranscriptEntry } from '../../../handoff/request';
import { FakeClock } from '../../support/fakeClock';

const texts = createTexts();
const at = (minute: number, day = 5) => new Date(Date.UTC(2026, 0, day, 22, minute)).toISOString();
const card = {
  type: 'AdaptiveCard',
  body: [{ type: 'TextBlock', text: 'Your limit' }],
  actions: [{ title: 'Press', data: { a: 1 } }],
};
const said: TranscriptEntry[] = [
  { at: at(1), from: 'customer', text: 'My card\r\nis lost\u202e' },
  {
    at: at(2),
    from: 'bot',
    text: 'This may help:',
    cards: [{ contentType: 'x', content: card }],
    articles: [{ number: 'KA-1', title: 'Lost card' }],
  },
  { at: at(3), from: 'bot', text: '', cards: [{ contentType: 'x', content: card }] },
  {
    at: at(4),
    from: 'customer',
    text: '',
    files: [{ name: 'card.png', contentType: 'image/png', url: 'https://secret.example/1' }],
  },
  { at: at(59), from: 'agent', name: 'Kim', text: 'Hello', fileNames: ['form.pdf'] },
  { at: at(5, 6), from: 'agent', text: 'Bye' },
];
const written = (language: string, timeZone: string, isCut = false) =>
  transcriptText(said, { language, timeZone, isCut, t: (key, params) => texts.t(key, language, params) });

describe('a transcript for the customer', () => {
  it('says when, who and what, with articles, cards and the names of files', () => {
    // Which space stands before "PM" is a matter of the ICU version.
    expect(written('en', 'UTC').replaceAll('\u202f', ' ')).toBe(
      `Your chat
Times: UTC

Monday, January 5, 2026

10:01 PM  You
  My card
  is lost

10:02 PM  Assistant
  This may help:
  Article KA-1: Lost card

10:03 PM  Assistant
  Your limit

10:04 PM  You
  File: card.png

10:59 PM  Kim (Agent)
  Hello
  File: form.pdf

Tuesday, January 6, 2026

10:05 PM  Agent
  Bye
`,
    );
  });

  it('is in the customer’s language, day and time', () => {
    const german = written('de', 'Europe/Prague', true);
    expect(german).toContain('Was früher gesagt wurde, steht nicht in dieser Datei.');
    expect(german).toContain('Zeiten: Europe/Prague');
    expect(german.match(/^\w+, \d+\. Januar 2026$/gm)).toEqual(['Montag, 5. Januar 2026', 'Dienstag, 6. Januar 2026']);
    expect(german).toContain('23:01  Sie\n  My card');
  });

  it.each(texts.languages.map((language) => [language]))('can be written in %s', (language) => {
    expect(written(language, 'UTC', true)).not.toMatch(/{{|undefined|transcript\./);
  });
});

describe('the file of a transcript', () => {
  const clock = new FakeClock(Date.parse('2026-01-07T10:00:00Z'));
  const links = createSignedLinks(['k'.repeat(32)], clock);
  const kept = new Map([['webchat|c1', said]]);
  const asked: [string, string][] = [];
  const file = (keptForInMs = 30 * 86_400_000) =>
    new TranscriptFile({
      transcript: {
        newest: async (key, until) => {
          asked.push([key, until]);
          return { entries: kept.get(key) ?? [], isCut: false };
        },
      },
      links,
      texts,
      publicUrl: 'https://bot.example',
      clock,
      keptForInMs,
    });
  const of = (channelId: string, conversationKey = 'webchat|c1') => ({ conversationKey, channelId, language: 'en' });
  const reference = (url: string): JsonObject => {
    const found = links.open('file', new URL(url).pathname.split('/')[2] ?? '');
    if (!found) throw new Error('the link does not open');
    return found;
  };

  it('is an attachment where the channel takes files, and a button elsewhere', async () => {
    const web = (await file().make(of('webchat')))?.attachment;
    expect(web).toEqual({
      contentType: 'text/plain',
      name: 'chat-2026-01-07.txt',
      contentUrl: expect.stringMatching(/^https:\/\/bot\.example\/files\/[\w-]+\/chat-2026-01-07\.txt$/),
    });
    const teams = (await file().make(of('msteams')))?.attachment;
    expect(teams?.content).toMatchObject({ buttons: [{ type: 'openUrl', title: 'Open the chat' }] });
  });

  it('opens what was said until it was asked for, in that conversation alone', async () => {
    const made = await file().make({ ...of('webchat'), language: 'de', timeZone: 'Europe/Prague' });
    const wanted = reference(String(made?.attachment.contentUrl));
    expect(isTranscript(wanted)).toBe(true);
    asked.length = 0;
    const { bytes, contentType } = await file().read(wanted);
    expect(asked).toEqual([['webchat|c1', '2026-01-07T10:00:00.000Z']]);
    expect(contentType).toBe('text/plain');
    expect(bytes.toString()).toContain('23:01  Sie');
    expect(bytes.toString()).not.toContain('secret.example');
  });

  it('can be opened for seven days, or for as long as transcripts are kept', async () => {
    const day = 86_400_000;
    expect((await file().make(of('webchat')))?.until).toBe(clock.now() + 7 * day);
    expect((await file(2 * day).make(of('webchat')))?.until).toBe(clock.now() + 2 * day);
  });

  it('is not made of nothing, and is gone when nothing is kept any more', async () => {
    expect(await file().make(of('webchat', 'webchat|other'))).toBeUndefined();
    const gone = file().read({ from: 'transcript', key: 'webchat|other', until: at(1), language: 'en' });
    await expect(gone).rejects.toMatchObject({ code: 'sessionEnded' });
  });
});
