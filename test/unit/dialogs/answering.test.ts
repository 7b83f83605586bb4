import type { Activity } from 'botbuilder';
import { begun, Conversation, card, cardArticle, feeArticle, limitArticle, quickReplies, shown, texts } from './conversationKit';

const greeting = "Hello! I am the bank's virtual assistant.";

describe('a question', () => {
  it('with one sure answer gets the article as a card and a kb record', async () => {
    const conversation = await begun();
    const replies = await conversation.say('Where is my card');
    expect(replies).toHaveLength(1);
    const { actions, json } = card(replies);
    expect(json).toContain('Card arrival');
    expect(json).toContain('About Card arrival');
    expect(json).toContain('KA-1');
    expect(actions.map((action) => action.title)).toEqual([
      'Read more',
      'Open in browser',
      'This helped',
      'Not what I meant',
      'Talk to a person',
    ]);
    expect(actions[1]?.url).toBe('https://bot.example/a/kb-a2-id-1');
    expect(conversation.records.map((call) => call.name)).toEqual(['openChat', 'articleSent']);
    expect(conversation.calls('openChat')[0]?.[0]).toMatchObject({
      conversationKey: 'webchat/c1',
      subject: 'Where is my card',
      channel: 'webchat',
      origin: 'web',
      isAuthenticated: false,
    });
    expect(conversation.calls('articleSent')[0]).toEqual(['webchat/c1', { articleId: 'id-1', turnId: 'a2' }]);
  });

  it('with several plausible answers gets a carousel with one kb record per card', async () => {
    const conversation = await begun();
    const [reply] = await conversation.say('what about money');
    expect(reply?.attachmentLayout).toBe('carousel');
    expect(reply?.attachments?.map((attachment) => attachment.content.title)).toEqual(['Fees', 'Limits', 'Something else?']);
    expect(quickReplies(reply)).toEqual(['None of these', 'Talk to a person']);
    expect(reply?.attachments?.[0]?.content.buttons).toEqual([
      {
        type: 'messageBack',
        title: 'Read',
        text: 'Read: Fees',
        displayText: 'Read: Fees',
        value: { verb: 'readArticle', articleId: 'id-2', number: 'KA-2', title: 'Fees', kbRecordId: 'kb-a2-id-2' },
      },
      { type: 'openUrl', title: 'Open in browser', value: 'https://bot.example/a/kb-a2-id-2' },
    ]);
    expect(conversation.calls('articleSent')).toHaveLength(2);
  });

  it('without an answer is told so, and the second time a person is offered unasked', async () => {
    const conversation = await begun();
    const first = await conversation.say('qwertz');
    expect(texts(first)[0]).toMatch(/found nothing/);
    expect(quickReplies(first[0])).toEqual(['Talk to a person']);
    const second = await conversation.say('asdf');
    expect(texts(second)[0]).toMatch(/Would you like to talk to a person/);
    expect(quickReplies(second[0])).toEqual(['Talk to a person', 'No, thanks']);
    expect(texts(await conversation.say('No, thanks'))[0]).toMatch(/All right/);
    expect(texts(await conversation.say('yxcv'))[0]).toMatch(/found nothing/);
  });

  it('whose answer offers a person takes "yes" for it, and later as no more than a yes', async () => {
    const conversation = await begun();
    await conversation.say('qwertz');
    expect(shown(await conversation.say('Yes, please'))).toContain('Input.Text');
    await conversation.say('cancel');
    expect(texts(await conversation.say('yes'))[0]).toMatch(/What would you like to know/);
  });

  it('that is answered ends a row of misses', async () => {
    const conversation = await begun();
    await conversation.say('qwertz');
    await conversation.say('where is my card');
    expect(texts(await conversation.say('asdf'))[0]).toMatch(/found nothing/);
  });

  it.each(['search', 'notReady'])('is answered with the truth when the knowledge base cannot be asked: %s', async (fault) => {
    const conversation = await begun();
    if (fault === 'search') conversation.failing.add('search');
    else conversation.ready = false;
    const replies = await conversation.say('where is my card');
    expect(texts(replies)[0]).toMatch(/cannot look anything up/);
    expect(quickReplies(replies[0])).toEqual(['Talk to a person']);
  });

  it('is answered also when no record can be kept, without the link that needs one', async () => {
    const conversation = await begun();
    conversation.failing.add('openChat').add('articleSent');
    const replies = await conversation.say('where is my card');
    expect(card(replies).actions.map((action) => action.title)).not.toContain('Open in browser');
    conversation.failing.clear();
    await conversation.say('where is my card');
    expect(conversation.calls('openChat')).toHaveLength(1);
    expect(JSON.stringify(conversation.logged)).not.toMatch(/Ann/);
  });

  it('after hours of silence closes the old visit at its last question and begins another', async () => {
    const conversation = await begun();
    await conversation.say('where is my card');
    const last = new Date(conversation.nowInMs).toISOString();
    conversation.nowInMs += 5 * 3_600_000;
    await conversation.say('where is my card');
    expect(conversation.calls('closeChat')).toEqual([['webchat/c1', { endReason: 'visitorDisconnected', endedAt: last }]]);
    expect(conversation.calls('openChat')).toHaveLength(2);
  });

  it.each([
    ['iOS', 'mobile'],
    ['Web', 'web'],
  ])('from a client on %s is recorded as %s', async (platform, origin) => {
    const conversation = await begun();
    await conversation.say('where is my card', { entities: [{ type: 'clientInfo', platform }] });
    expect(conversation.calls('openChat')[0]?.[0]).toMatchObject({ origin });
  });
});

describe('a click on an article', () => {
  const reference = { articleId: 'id-1', kbRecordId: 'kb-a2-id-1' };

  async function answered(): Promise<Conversation> {
    const conversation = await begun();
    await conversation.say('where is my card');
    return conversation;
  }

  it('"read" shows all of it and notes the reading once', async () => {
    const conversation = await answered();
    const replies = await conversation.press('readArticle', reference);
    expect(card(replies).json).toContain('All about Card arrival.');
    await conversation.press('readArticle', reference);
    expect(conversation.calls('articleRead')).toEqual([['kb-a2-id-1']]);
  });

  it('"read" on a card of another conversation shows the article but notes nothing', async () => {
    const conversation = await answered();
    const replies = await conversation.press('readArticle', { articleId: 'id-2', kbRecordId: 'somebody-elses' });
    expect(card(replies).json).toContain('All about Fees.');
    expect(card(replies).json).not.toContain('somebody-elses');
    expect(conversation.calls('articleRead')).toEqual([]);
  });

  it('"read" on an article that is gone says so', async () => {
    const conversation = await answered();
    expect(texts(await conversation.press('readArticle', { articleId: 'id-99' }))[0]).toMatch(/no longer available/);
  });

  it('"this helped" is thanked for, again with other words', async () => {
    const conversation = await answered();
    expect(texts(await conversation.press('helped', reference))[0]).toMatch(/Glad it helped/);
    expect(texts(await conversation.press('helped', reference))[0]).toMatch(/have noted/);
    expect(conversation.calls('articleRead')).toHaveLength(1);
  });

  it('"not what I meant" shows what else may answer', async () => {
    const conversation = await begun();
    conversation.answers['both'] = {
      decision: 'sure',
      matches: [
        { article: cardArticle, confidence: 0.9 },
        { article: limitArticle, confidence: 0.1 },
        { article: feeArticle, confidence: 0.001 },
      ],
    };
    await conversation.say('both');
    const replies = await conversation.press('notThis', reference);
    expect(texts(replies)).toEqual(['Then perhaps one of these:']);
    expect(shown(replies)).toContain('Limits');
    expect(shown(replies)).not.toContain('"Card arrival"');
    expect(shown(replies)).not.toContain('"Fees"');
    expect(texts(await conversation.say('None of these'))[0]).toMatch(/Would you like to talk to a person/);
  });

  it('"not what I meant" twice is one miss, and without anything else asks to rephrase', async () => {
    const conversation = await answered();
    expect(texts(await conversation.press('notThis', reference))[0]).toMatch(/that was not it/);
    expect(texts(await conversation.press('notThis', reference))[0]).toMatch(/earlier question/);
    expect(texts(await conversation.say('qwertz'))[0]).toMatch(/Would you like to talk to a person/);
  });

  it('works after a restart', async () => {
    const conversation = await answered();
    conversation.restart();
    await conversation.press('readArticle', reference);
    expect(conversation.calls('articleRead')).toEqual([['kb-a2-id-1']]);
  });
});

describe('every button, pressed when nothing is open, gets a sensible answer', () => {
  const cases: [string, object, RegExp][] = [
    ['submitPreChat', { name: 'Ann' }, /form is no longer open/],
    ['changeDetails', {}, /form is no longer open/],
    ['submitMessage', { text: 'x' }, /form is no longer open/],
    ['rate', { score: '5', ratingId: 'r' }, /can no longer be rated/],
    ['skipRating', {}, /All right/],
    ['cancel', {}, /All right/],
    ['leaveHandoff', {}, /not in a chat with a person/],
    ['helped', { articleId: 'x' }, /Glad it helped/],
    ['notThis', { articleId: 'x' }, /earlier question/],
    ['readArticle', {}, /no longer available/],
    ['noneOfThese', {}, /that was not it/],
    ['ask', {}, /do not know that button/],
    ['ask', { question: { a: 1 } }, /do not know that button/],
    ['explode', {}, /do not know that button/],
  ];
  it.each(cases)('%s %j', async (verb, data, expected) => {
    const conversation = await begun();
    const replies = await conversation.press(verb, data);
    expect(texts(replies)).toHaveLength(1);
    expect(texts(replies)[0]).toMatch(expected);
    expect(conversation.logged.filter((line) => line.level === 'error')).toEqual([]);
  });
});

describe('words', () => {
  it('"bye" closes the record, and the next question opens another', async () => {
    const conversation = await begun();
    await conversation.say('where is my card');
    expect(texts(await conversation.say('Thanks!'))[0]).toMatch(/You are welcome/);
    expect(conversation.calls('closeChat')[0]?.[1]).toMatchObject({ endReason: 'visitorEnded' });
    await conversation.say('bye');
    expect(conversation.calls('closeChat')).toHaveLength(1);
    await conversation.say('where is my card');
    expect(conversation.calls('openChat')).toHaveLength(2);
  });

  it('"start over" closes the record as one of a new chat and greets again', async () => {
    const conversation = await begun();
    await conversation.say('where is my card');
    const replies = await conversation.say('start over');
    expect(card(replies).json).toContain(greeting);
    expect(conversation.calls('closeChat')[0]?.[1]).toMatchObject({ endReason: 'visitorStartedNew' });
  });

  it('"help" tells what can be asked, a suggested question is answered', async () => {
    const conversation = await begun();
    const { actions } = card(await conversation.say('help'));
    expect(actions.map((action) => action.title)).toContain('My card has not arrived');
    const replies = await conversation.press('ask', { question: 'where is my card' });
    expect(card(replies).json).toContain('Card arrival');
  });
});

describe('odd input', () => {
  const cases: [string, Partial<Activity>, RegExp][] = [
    ['no text', {}, /did not get any text/],
    ['white space', { text: ' \n\t ' }, /did not get any text/],
    ['invisible characters', { text: '\u200b\u200e' }, /did not get any text/],
    ['a file', { attachments: [{ contentType: 'image/png', contentUrl: 'x' }] }, /cannot read files/],
    ['10,001 characters', { text: 'a'.repeat(10_001) }, /more than I can read/],
    ['markup', { text: '<script>alert(1)</script>' }, /found nothing/],
    ['right-to-left text', { text: 'איפה הכרטיס שלי' }, /found nothing/],
    ['an emoji', { text: '👍' }, /found nothing/],
    ['a template expression', { text: `\${title} $t(answer.none) {{count}}` }, /found nothing/],
    ['a foreign value', { value: 7, text: 'qwertz' }, /found nothing/],
    ['a value of another bot', { value: { action: 'x' } }, /do not know that button/],
  ];
  it.each(cases)('%s', async (_name, activity, expected) => {
    const conversation = await begun();
    const replies = await conversation.send({ type: 'message', ...activity });
    expect(texts(replies)[0]).toMatch(expected);
  });

  it.each(['xx-YY', 'pl-PL', '', '../../etc', '<script>', 'en_GB', 'de-DE-u-nu-arab', ' en '])(
    'the locale "%s" breaks nothing',
    async (locale) => {
      const conversation = new Conversation({ locale });
      expect(texts(await conversation.say('qwertz')).at(-1)).toMatch(/found nothing|nichts gefunden/);
    },
  );
});
