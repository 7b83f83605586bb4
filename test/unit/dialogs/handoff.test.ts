import type { Availability } from '../../../dialogs/collaborators';
import {
  ann,
  begun,
  Conversation,
  card,
  cardsSkill,
  complaintsSkill,
  handedOff,
  initiation,
  inputIds,
  quickReplies,
  shown,
  texts,
} from './conversationKit';

describe('asking for a person', () => {
  it('asks for all that is missing on one card and then initiates the handoff', async () => {
    const conversation = await begun();
    conversation.transcript = [
      {
        at: '2026-03-02T09:59:00.000Z',
        from: 'customer',
        text: 'hi',
        articles: [{ number: 'KA-1', title: 'Card arrival' }],
      },
    ];
    const asked = await conversation.say('I want to talk to a person');
    expect(inputIds(asked)).toEqual(['name', 'email', 'phone', 'topic']);
    const replies = await conversation.press('submitPreChat', ann);
    expect(texts(replies)[0]).toMatch(/passing your chat on to Cards team/);
    const event = initiation(replies);
    expect(event?.value).toEqual({
      skill: 'cards',
      topic: 'A lost card',
      language: 'en',
      customer: { name: 'Ann Lee', email: 'ann@example.com', isAuthenticated: false },
      fields: {},
      chatActivityId: 'chat-1',
      articles: [],
    });
    const transcript = event?.attachments?.[0]?.content;
    expect(transcript.activities).toHaveLength(1);
    expect(transcript.activities[0]).toMatchObject({
      text: 'hi',
      from: { role: 'user' },
      channelData: { articles: [{ number: 'KA-1', title: 'Card arrival' }] },
    });
    expect(conversation.calls('prepareHandoff')).toEqual([['webchat/c1', { topic: 'A lost card', email: 'ann@example.com' }]]);
  });

  it('names the contact that has the address, unless a sign-in says who it is', async () => {
    const conversation = await begun();
    conversation.contactId = 'contact-7';
    await conversation.say('talk to a person');
    const event = initiation(await conversation.press('submitPreChat', ann));
    expect(event?.value.customer).toEqual({
      name: 'Ann Lee',
      email: 'ann@example.com',
      contactId: 'contact-7',
      isAuthenticated: false,
    });
  });

  it('does not ask what is known: the question is the topic, name and address are kept for the next time', async () => {
    const conversation = await begun();
    await conversation.say('where is my card');
    expect(inputIds(await conversation.say('agent'))).toEqual(['name', 'email', 'phone']);
    const first = await conversation.press('submitPreChat', { name: 'Ann', phone: '+44 20 7946 0000' });
    expect(initiation(first)?.value).toMatchObject({
      topic: 'where is my card',
      customer: { name: 'Ann', phone: '+44 20 7946 0000' },
      articles: [{ number: 'KA-1', title: 'Card arrival' }],
    });
    await conversation.status({ state: 'failed', reason: 'timedOut' });
    const second = await conversation.press('person', { skill: 'cards' });
    expect(initiation(second)?.value).toMatchObject({ customer: { name: 'Ann', phone: '+44 20 7946 0000' } });
  });

  it('asks for the team, then for what only that team wants to know', async () => {
    const conversation = await begun([cardsSkill, complaintsSkill]);
    const asked = await conversation.say('talk to a human');
    expect(inputIds(asked)).toEqual(['skill', 'name', 'email', 'phone', 'topic']);
    const more = await conversation.press('submitPreChat', { ...ann, skill: 'complaints' });
    expect(inputIds(more)).toEqual(['field_branch', 'field_detail']);
    const replies = await conversation.press('submitPreChat', { field_branch: 'North' });
    expect(initiation(replies)?.value).toMatchObject({ skill: 'complaints', fields: { Branch: 'North' } });
  });

  it('takes the team from the words', async () => {
    const conversation = await begun([cardsSkill, complaintsSkill]);
    const asked = await conversation.say('I want to speak to someone about a complaint');
    expect(inputIds(asked)).toEqual(['name', 'email', 'phone', 'topic', 'field_branch', 'field_detail']);
  });

  it('suggests the team that the last question is about', async () => {
    const conversation = await begun([complaintsSkill, cardsSkill]);
    await conversation.say('where is my card');
    const { inputs } = card(await conversation.press('person'));
    expect(inputs.find((input) => input.id === 'skill')?.value).toBe('cards');
  });

  it('shows the form again with what was typed and what is wrong with it', async () => {
    const conversation = await begun();
    await conversation.say('agent');
    const again = await conversation.press('submitPreChat', {
      name: `<b>Ann</b> \${x}`,
      email: 'ann@',
      phone: 'call me',
      topic: '',
    });
    const { inputs, json } = card(again);
    expect(inputs.map((input) => input.value)).toEqual([`<b>Ann</b> \${x}`, 'ann@', 'call me', '']);
    expect(json).toContain('does not look like an e-mail address');
    expect(json).toContain('does not look like a phone number');
    expect(json).toContain('Please fill in: What is it about?');
    const replies = await conversation.press('submitPreChat', { ...ann, name: `<b>Ann</b> \${x}` });
    expect(initiation(replies)?.value).toMatchObject({ customer: { name: `<b>Ann</b> \${x}` } });
  });

  it.each([
    {},
    { name: 'Ann', topic: 'x' },
    { name: ['Ann'], email: { a: 1 }, topic: 7 },
    { name: 'x'.repeat(500), ...{ topic: 'x' } },
  ])('shows the form again for %j', async (data) => {
    const conversation = await begun();
    await conversation.say('agent');
    const replies = await conversation.press('submitPreChat', data);
    expect(inputIds(replies)).toEqual(['name', 'email', 'phone', 'topic']);
    expect(card(replies).json).toContain('Please check what is marked');
  });

  it('forgets the details on request and asks anew', async () => {
    const conversation = await handedOff();
    await conversation.status({ state: 'failed', handoffId: 'h0', reason: 'error' });
    conversation.skills = [cardsSkill, complaintsSkill];
    const asked = await conversation.say('agent');
    expect(inputIds(asked)).toEqual(['skill', 'topic']);
    expect(card(asked).json).not.toContain('ann@example.com');
    expect(inputIds(await conversation.press('changeDetails'))).toEqual(['skill', 'name', 'email', 'phone', 'topic']);
  });

  it('takes an address that is typed instead of filled in', async () => {
    const conversation = await begun();
    await conversation.say('agent');
    expect(inputIds(await conversation.say('ann@example.com'))).toEqual(['name', 'topic']);
  });

  it('answers a question in between and keeps the form open', async () => {
    const conversation = await begun();
    await conversation.say('agent');
    const replies = await conversation.say('where is my card');
    expect(shown(replies)).toContain('Card arrival');
    expect(texts(replies).at(-1)).toMatch(/form for talking to a person is still open/);
    expect(initiation(await conversation.press('submitPreChat', ann))).toBeDefined();
  });

  it.each(['cancel', 'stop', 'Never mind!', 'no thanks'])('is left by saying "%s"', async (word) => {
    const conversation = await begun();
    await conversation.say('agent');
    expect(texts(await conversation.say(word))[0]).toMatch(/go on together/);
    expect(texts(await conversation.press('submitPreChat', ann))[0]).toMatch(/no longer open/);
  });

  it('is left by the button, also by saying goodbye', async () => {
    const conversation = await begun();
    await conversation.say('agent');
    expect(texts(await conversation.press('cancel'))[0]).toMatch(/go on together/);
    await conversation.say('agent');
    expect(texts(await conversation.say('bye'))[0]).toMatch(/Goodbye/);
    expect(texts(await conversation.press('submitPreChat', ann))[0]).toMatch(/no longer open/);
  });

  it('survives a restart in the middle', async () => {
    const conversation = await begun();
    await conversation.say('agent');
    conversation.restart();
    expect(initiation(await conversation.press('submitPreChat', ann))).toBeDefined();
  });

  it('takes the name that Teams tells', async () => {
    const conversation = new Conversation({ channelId: 'msteams', from: { id: 'u1', name: 'Ann Lee' } });
    expect(inputIds(await conversation.say('agent'))).toEqual(['email', 'phone', 'topic']);
  });

  it('without any team says so', async () => {
    const conversation = await begun([]);
    expect(texts(await conversation.say('agent'))[0]).toMatch(/cannot connect you/);
  });

  it('tells the wait when it is known', async () => {
    const conversation = await begun();
    conversation.availability['cards'] = { available: true, estimatedWaitSeconds: 170 };
    await conversation.say('agent');
    expect(texts(await conversation.press('submitPreChat', ann))[0]).toContain('about 3 minutes');
  });

  it('goes on when records, transcript or availability fail, and logs no customer text', async () => {
    const conversation = await begun();
    for (const name of ['openChat', 'prepareHandoff', 'transcript']) conversation.failing.add(name);
    conversation.availability['cards'] = new Error('availability failed for Ann');
    await conversation.say('agent');
    const event = initiation(await conversation.press('submitPreChat', ann));
    expect(event?.value).not.toHaveProperty('chatActivityId');
    expect(JSON.stringify(conversation.logged)).not.toMatch(/Ann|lost card/);
  });

  it('that cannot be initiated is told, and a message offered', async () => {
    const conversation = await begun();
    conversation.refuse = (activity) => activity.type === 'event';
    await conversation.say('agent');
    const replies = await conversation.press('submitPreChat', ann);
    expect(shown(replies)).toContain('something went wrong on our side');
    expect(quickReplies(replies.at(-1))).toEqual(['Leave a message']);
  });
});

describe('nobody available', () => {
  const cases: [string, Availability, RegExp][] = [
    [
      'closed, with the opening time',
      { available: false, reason: 'closed', opensAt: '2026-03-03T08:00:00Z' },
      /closed.*Tuesday.*8:00.*UTC/s,
    ],
    ['closed, opening time unreadable', { available: false, reason: 'closed', opensAt: 'soon' }, /closed at the moment/],
    ['all busy', { available: false, reason: 'noAgents' }, /busy or away/],
    ['no reason', { available: false }, /busy or away/],
  ];
  it.each(cases)('is told before any form: %s', async (_name, availability, expected) => {
    const conversation = await begun();
    conversation.availability['cards'] = availability;
    const replies = await conversation.say('agent');
    expect(shown(replies)).toMatch(expected);
    expect(shown(replies)).not.toContain('Input.Text');
    expect(shown(replies)).not.toMatch(/passing your chat on/);
  });

  it('tells times in the zone of the customer', async () => {
    const conversation = new Conversation({ localTimezone: 'Europe/Prague' });
    conversation.availability['cards'] = { available: false, reason: 'closed', opensAt: '2026-03-03T08:00:00Z' };
    expect(shown(await conversation.say('agent'))).toMatch(/9:00/);
  });

  it('takes a message and says when it is kept', async () => {
    const conversation = await begun();
    conversation.availability['cards'] = { available: false, reason: 'closed' };
    await conversation.say('where is my card');
    await conversation.say('agent');
    expect(inputIds(await conversation.say('Leave a message'))).toEqual(['name', 'email', 'phone', 'text']);
    const replies = await conversation.press('submitMessage', { name: 'Ann', email: 'ann@example.com', text: 'Call me' });
    expect(texts(replies)[0]).toMatch(/has been saved/);
    expect(conversation.calls('leaveMessage')).toEqual([
      ['webchat/c1', { name: 'Ann', email: 'ann@example.com', text: 'Call me', topic: 'where is my card', skill: 'cards' }],
    ]);
    expect(texts(await conversation.press('submitMessage', { text: 'again' }))[0]).toMatch(/no longer open/);
  });

  it('puts what is typed into the form and sends nothing unasked', async () => {
    const conversation = await begun();
    await conversation.press('leaveMessage');
    const { inputs } = card(await conversation.say('Please call me about my loan'));
    expect(inputs.at(-1)?.value).toBe('Please call me about my loan');
    expect(conversation.calls('leaveMessage')).toEqual([]);
  });

  it('tells that a message could not be kept, and keeps what was typed', async () => {
    const conversation = await begun();
    conversation.failing.add('leaveMessage');
    await conversation.press('leaveMessage');
    const replies = await conversation.press('submitMessage', { name: 'Ann', email: 'ann@example.com', text: 'Call me' });
    expect(shown(replies)).toContain('could not be saved');
    expect(card(replies).inputs.map((input) => input.value)).toEqual(['Call me']);
    conversation.failing.clear();
    expect(texts(await conversation.press('submitMessage', { text: 'Call me' }))[0]).toMatch(/has been saved/);
  });

  it('shows the message form again when something is missing, and is left by word', async () => {
    const conversation = await begun();
    await conversation.press('leaveMessage');
    expect(card(await conversation.press('submitMessage', { text: 'x' })).json).toContain(
      'Please give an e-mail address or a phone',
    );
    expect(texts(await conversation.say('cancel'))[0]).toMatch(/no message/);
    expect(shown(await conversation.say('where is my card'))).toContain('Card arrival');
  });
});
