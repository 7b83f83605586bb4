import type { Activity } from 'botbuilder';
import { createApiTransport } from '../../../../../bot/channels/mluvii/apiTransport';
import { toActivity } from '../../../../../bot/channels/mluvii/directLineTransport';
import { encode } from '../../../../../bot/channels/mluvii/encode';
import { offlineMail } from '../../../../../bot/channels/mluvii/offlineMail';
import type { Tokens } from '../../../../../bot/channels/mluvii/tokens';
import type { WireActivity } from '../../../../../bot/channels/mluvii/wire';
import { articleCarousel } from '../../../../../cards/articleCarousel';
import type { HttpRequest } from '../../../../../common/http';
import type { JsonObject } from '../../../../../common/json';
import samples from '../../../../fixtures/mluvii-chatbot/toMluvii.json';
import { FakeClock } from '../../../../support/fakeClock';
import { encoded } from './fakes';

const seed = samples as unknown as Record<string, JsonObject>;

/** The bodies that go out for these activities. */
async function posted(
  sessionId: string,
  activities: WireActivity[],
  textForm: 'Text' | 'message' | 'mluvii' = 'Text',
): Promise<JsonObject[]> {
  const bodies: JsonObject[] = [];
  const http = async (request: HttpRequest) => {
    bodies.push(JSON.parse(String(request.body)) as JsonObject);
    return { status: 200, headers: {}, bytes: Buffer.alloc(0), text: '', json: undefined };
  };
  const tokens = { get: async () => 'token', refuse: () => undefined } as unknown as Tokens;
  const transport = createApiTransport({
    http,
    clock: new FakeClock(),
    tokens,
    url: 'https://m.example',
    chatbotId: '7',
    textForm,
    timeoutInMs: 1,
  });
  for (const activity of activities) await transport.send(sessionId, { state: 'bot', facts: {} }, activity);
  return bodies;
}

/** The bot's own activity for a sample: typing, an end and cards have one; everything else goes through as a command. */
function ownActivity(sample: JsonObject): Partial<Activity> {
  if (sample['type'] === 'message') {
    const { sessionId: _session, timestamp: _time, ...message } = sample;
    return message as Partial<Activity>;
  }
  if (sample['activity'] === 'Typing') return { type: 'typing' };
  if (sample['activity'] === 'EndConversation') return { type: 'endOfConversation' };
  return { type: 'event', name: 'mluvii', channelData: sample };
}

describe('what the seed shows going out', () => {
  it.each(Object.entries(seed))('is produced: %s', async (_name, sample) => {
    const [body] = await posted(String(sample['sessionId']), encoded(ownActivity(sample)).activities);
    const { timestamp, ...rest } = body ?? {};
    const { timestamp: wanted, ...others } = sample;
    expect(rest).toEqual(others.type === 'message' ? asTexts(others) : others);
    expect(timestamp === undefined).toBe(wanted === undefined);
    if (timestamp !== undefined) expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('has the e-mail of the offline form (seed sample)', async () => {
    const mail = offlineMail(
      { name: 'Test', email: 'test@example.com', text: 'call me', topic: 'cards' },
      { MLUVII_CHATBOT_OFFLINE_SUBJECT: 'Message from the chat', MLUVII_CHATBOT_OFFLINE_LOCATION: 'Chatbot Mluviik' },
    );
    expect(await posted('13', [mail])).toEqual([seed['SendGuestOfflineEmail']]);
  });
});

/** Values of buttons go out as what the customer then says: text. */
function asTexts(message: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(message), (key, value: unknown) => (key === 'value' ? String(value) : value)) as JsonObject;
}

describe('a text', () => {
  it.each([
    ['Text', { sessionId: 5, activity: 'Text', text: 'hi' }],
    ['message', { sessionId: 5, type: 'message', timestamp: expect.any(String), text: 'hi' }],
    ['mluvii', { sessionId: 5, type: 'mluvii', timestamp: expect.any(String), text: 'hi' }],
  ] as const)('goes out in the envelope %s', async (form, wanted) => {
    expect(await posted('5', [{ activity: 'Text', text: 'hi' }], form)).toEqual([wanted]);
  });

  it.each([
    ['a **bold** word', 'a <strong>bold</strong> word'],
    [
      'an *other* and [a link](https://x.example/?a=1&b=2)',
      'an <em>other</em> and <a href="https://x.example/?a=1&amp;b=2">a link</a>',
    ],
    ['## Head\n\n- one\n- two', 'Head\n\n• one\n• two'],
    ['<script>alert(1)</script> & co', '&lt;script&gt;alert(1)&lt;/script&gt; &amp; co'],
    ['no \\*stars\\* here, 2*3*4', 'no *stars* here, 2*3*4'],
    ['[evil](javascript:alert)', 'evil'],
  ])('keeps of Markdown what mluvii knows: %s', (text, html) => {
    expect(encoded({ type: 'message', text }).activities).toEqual([{ activity: 'Text', text: html }]);
  });

  it('is not read as Markdown when it is plain', () => {
    expect(encoded({ type: 'message', text: '**x** <b>', textFormat: 'plain' }).activities).toEqual([
      { activity: 'Text', text: '**x** &lt;b&gt;' },
    ]);
  });
});

describe('cards and buttons', () => {
  const replies: Partial<Activity> = {
    type: 'message',
    text: 'Shall I?',
    suggestedActions: {
      to: [],
      actions: ['Yes', 'No', 'Later', 'Never'].map((title) => ({ type: 'imBack', title, value: title })),
    },
  };

  it('become a card with buttons in the web chat', () => {
    const output = encoded(replies, 'Default');
    expect(output.activities).toMatchObject([
      { type: 'message', attachments: [{ content: { title: 'Shall I?', buttons: { length: 4 } } }] },
    ]);
    expect(output.areNumbered).toBe(false);
  });

  it.each(['Facebook', 'WhatsApp', 'SomethingNew'])('become a list of numbers where there is no room for them: %s', (source) => {
    const output = encoded(replies, source);
    expect(output.activities).toEqual([
      { activity: 'Text', text: 'Shall I?\n1. Yes\n2. No\n3. Later\n4. Never\nPlease answer with a number.' },
    ]);
    expect(output.choices.map(({ title }) => title)).toEqual(['Yes', 'No', 'Later', 'Never']);
    expect(output.areNumbered).toBe(true);
  });

  it('with up to three buttons stay buttons on Facebook', () => {
    const three = { ...replies, suggestedActions: { to: [], actions: replies.suggestedActions?.actions.slice(0, 3) ?? [] } };
    expect(encoded(three, 'Facebook').activities).toMatchObject([{ attachments: [{ content: { buttons: { length: 3 } } }] }]);
  });

  const carousel: Partial<Activity> = {
    type: 'message',
    attachmentLayout: 'carousel',
    attachments: articleCarousel(
      [
        { articleId: 'a1', number: 'KA-1', title: 'One', summary: 'first', openUrl: 'https://x.example/1' },
        { articleId: 'a2', number: 'KA-2', title: 'Two', summary: 'second' },
      ],
      { read: 'Read', open: 'Open', noneTitle: 'Else?', noneText: 'Tell me', none: 'None', person: 'Person' },
    ),
  };

  it('keep what a button of a carousel stands for', () => {
    const output = encoded(carousel, 'Default');
    expect(output.activities).toMatchObject([{ type: 'message', attachmentLayout: 'carousel', attachments: { length: 3 } }]);
    expect(JSON.stringify(output.activities)).toContain('"value":"Read: Two"');
    expect(JSON.stringify(output.activities)).not.toContain('openUrl');
    expect(output.choices.find(({ text }) => text === 'Read: Two')?.value).toMatchObject({
      verb: 'readArticle',
      articleId: 'a2',
    });
  });

  it('become text with addresses and numbers where no cards are shown', () => {
    const output = encoded(carousel, 'WhatsApp');
    const text = String(output.activities[0]?.['text']);
    expect(text).toContain('Open: https://x.example/1');
    expect(text).toContain('1. Read: One\n2. Read: Two\n3. None\n4. Person');
  });

  it('never name what is none of our commands', () => {
    expect(encoded({ type: 'event', name: 'mluvii', channelData: { activity: 'DropTables' } }).activities).toEqual([]);
    expect(encoded({ type: 'event', name: 'handoff.status', value: {} }).activities).toEqual([]);
    expect(encoded({ type: 'trace' }).activities).toEqual([]);
  });

  it('go with a command that a message carries, after its text', () => {
    const output = encoded({ type: 'message', text: 'Bye', channelData: { Activity: 'forward', userId: 5, sessionId: 99 } });
    expect(output.activities).toEqual([
      { activity: 'Text', text: 'Bye' },
      { activity: 'Forward', userId: 5 },
    ]);
  });
});

describe('files', () => {
  const file: Partial<Activity> = {
    type: 'message',
    attachments: [{ contentType: 'application/pdf', name: 'form.pdf', contentUrl: 'https://x.example/f/form.pdf' }],
  };

  it('are shared where files are shown, and linked elsewhere', () => {
    expect(encoded(file, 'WhatsApp').activities).toEqual([{ activity: 'ShareFile', url: 'https://x.example/f/form.pdf' }]);
    expect(encoded(file, 'Apple').activities).toEqual([{ activity: 'Text', text: 'form.pdf: https://x.example/f/form.pdf' }]);
  });
});

describe('to a Direct Line client', () => {
  it('texts and cards are plain messages, commands are events with channelData', () => {
    expect(toActivity({ activity: 'Text', text: 'hi' }, 'camel')).toMatchObject({ type: 'message', text: 'hi' });
    expect(toActivity({ activity: 'Forward', userId: 5 }, 'camel')).toEqual({
      type: 'event',
      name: 'mluvii',
      channelData: { activity: 'Forward', userId: 5 },
    });
    expect(toActivity({ activity: 'SetCallParams', callParams: { my_param: 'x' } }, 'pascal')).toEqual({
      type: 'event',
      name: 'mluvii',
      channelData: { Activity: 'SetCallParams', CallParams: { my_param: 'x' } },
    });
  });
});

describe('switches of the web chat', () => {
  const asking = { type: 'message', text: 'One moment', channelData: { switchboard: { fileRequested: true } } };

  it('open a prompt when a desk asks for a file, where there is one', () => {
    expect(encoded(asking, 'Default').activities.at(-1)).toEqual({ activity: 'ChatbotOpenFileUploadPrompt' });
    expect(encoded(asking, 'WhatsApp').activities).toEqual([{ activity: 'Text', text: 'One moment' }]);
  });

  it('hide the input field for a bot that takes none', () => {
    const output = encoded({ type: 'message', text: 'One moment', inputHint: 'ignoringInput' }, 'Default');
    expect(output.activities.at(-1)).toEqual({ activity: 'DisableGuestInput' });
    expect(output.isInputOff).toBe(true);
    encode({ type: 'message', text: 'Now', inputHint: 'expectingInput' }, output);
    expect(output.activities.at(-1)).toEqual({ activity: 'EnableGuestInput' });
    expect(encoded({ type: 'message', text: 'Hi', inputHint: 'ignoringInput' }, 'Facebook').activities).toHaveLength(1);
  });
});
