import { ann, begun, cameBack, card, handedOff, initiation, inputIds, shown, texts } from './conversationKit';

describe('what became of the handoff', () => {
  it.each(['noAgentAvailable', 'closed', 'rejected', 'timedOut', 'error', 'constructor', undefined])(
    'failed for the reason %s is told with the next step, once',
    async (reason) => {
      const conversation = await handedOff();
      const replies = await conversation.status({ state: 'failed', handoffId: 'h1', ...(reason && { reason }) });
      expect(card(replies).actions.map((action) => action.title)).toEqual([
        'Leave a message',
        'Try again',
        'Go on with the assistant',
      ]);
      expect(await conversation.status({ state: 'failed', handoffId: 'h1' })).toEqual([]);
      expect(shown(await conversation.say('where is my card'))).toContain('Card arrival');
    },
  );

  it.each([
    ['agent', 'agentEnded'],
    ['customer', 'visitorEnded'],
    ['system', 'agentDisconnected'],
  ])('ended by %s closes the record as %s and asks for a rating', async (endedBy, endReason) => {
    const { conversation, replies } = await cameBack(endedBy);
    expect(replies).toHaveLength(1);
    expect(inputIds(replies)).toEqual(['score', 'comment']);
    expect(conversation.calls('closeChat').map((args) => args[1])).toEqual([{ endReason, endedAt: expect.any(String) }]);
  });

  it.each([
    { state: 'completed', handoffId: 'h1', endedBy: 'agent', wasConnected: true, deskOwnsRecord: true },
    { state: 'failed', handoffId: 'h1' },
    { state: 'accepted', handoffId: 'h2' },
  ])('is not believed when a client tells it: $state', async (value) => {
    const conversation = await handedOff();
    expect(await conversation.forgedStatus(value)).toEqual([]);
    expect(conversation.calls('closeChat')).toEqual([]);
    const replies = await conversation.status({ state: 'completed', handoffId: 'h1', endedBy: 'agent' });
    expect(inputIds(replies)).toEqual(['score', 'comment']);
  });

  it('left in the queue: no rating, and the visit goes on', async () => {
    const conversation = await handedOff();
    const replies = await conversation.status({ state: 'completed', handoffId: 'h1', endedBy: 'customer' });
    expect(replies).toEqual([]);
    expect(conversation.calls('closeChat')).toEqual([]);
    expect(shown(await conversation.say('where is my card'))).toContain('Card arrival');
    expect(conversation.calls('openChat')).toHaveLength(1);
  });

  it('ended before anybody came is a failure', async () => {
    const conversation = await handedOff();
    expect(shown(await conversation.status({ state: 'completed', endedBy: 'system' }))).toContain('Leave a message');
  });

  it.each([true, false])('a word about whether an agent had joined counts: %s', async (wasConnected) => {
    const conversation = await handedOff();
    const replies = await conversation.status({ state: 'completed', handoffId: 'h1', endedBy: 'system', wasConnected });
    expect(shown(replies).includes('How was your chat?')).toBe(wasConnected);
    expect(shown(replies).includes('Leave a message')).toBe(!wasConnected);
  });

  it('a second handoff carries only what was said since the first', async () => {
    const { conversation } = await cameBack();
    const endedAt = new Date(conversation.nowInMs).toISOString();
    const replies = await conversation.press('person');
    expect(card(replies).inputs.map((input) => input.id)).toEqual(['topic']);
    expect(initiation(await conversation.press('submitPreChat', { topic: 'More' }))?.value).toMatchObject({ since: endedAt });
  });

  it('a status that cannot be acted on is thrown back to whoever brought it, and counts when it comes again', async () => {
    const conversation = await handedOff();
    conversation.refuse = () => true;
    await expect(conversation.status({ state: 'failed', handoffId: 'h1' })).rejects.toThrow('the channel refused');
    conversation.refuse = () => false;
    expect(shown(await conversation.status({ state: 'failed', handoffId: 'h1' }))).toContain('Leave a message');
  });

  it('leaves the end of the record to a desk that owns it', async () => {
    const conversation = await handedOff();
    await conversation.status({ state: 'accepted', handoffId: 'h1' });
    await conversation.status({ state: 'completed', handoffId: 'h1', endedBy: 'agent', deskOwnsRecord: true });
    expect(conversation.calls('closeChat')[0]?.[1]).toMatchObject({ deskOwnsRecord: true });
  });

  it.each([{}, { state: 'gone' }, { state: 'completed', endedBy: 'agent' }, { state: 'failed' }])(
    'a status nobody waits for changes nothing: %j',
    async (value) => {
      const conversation = await begun();
      expect(await conversation.status(value)).toEqual([]);
      expect(conversation.records).toEqual([]);
    },
  );

  it('a message that arrives while a status is awaited is answered, and the status still counts', async () => {
    const conversation = await handedOff();
    expect(shown(await conversation.say('where is my card'))).toContain('Card arrival');
    expect(texts(await conversation.press('submitPreChat', ann))[0]).toMatch(/already been passed on/);
    await conversation.status({ state: 'accepted', handoffId: 'h1' });
    expect(inputIds(await conversation.status({ state: 'completed', handoffId: 'h1', endedBy: 'agent' }))).toContain('score');
  });
});

describe('the rating', () => {
  it('is kept with its comment, once', async () => {
    const { conversation } = await cameBack();
    const rating = { score: '4', comment: ' Nice ', ratingId: 'h1' };
    expect(texts(await conversation.press('rate', rating))[0]).toMatch(/Thank you for your rating/);
    expect(texts(await conversation.press('rate', rating))[0]).toMatch(/already have/);
    expect(conversation.calls('rate')).toEqual([['webchat/c1', { score: 4, comment: 'Nice', handoffId: 'h1' }]]);
  });

  it('can be typed as a number', async () => {
    const { conversation } = await cameBack();
    await conversation.say('5');
    expect(conversation.calls('rate')).toEqual([['webchat/c1', { score: 5, handoffId: 'h1' }]]);
  });

  it.each([{ score: '' }, { score: '9' }, {}])('is asked for again when it is %j', async (data) => {
    const { conversation } = await cameBack();
    expect(texts(await conversation.press('rate', { ...data, ratingId: 'h1' }))[0]).toMatch(/choose a rating/);
    await conversation.press('rate', { score: '3', ratingId: 'h1' });
    expect(conversation.calls('rate')).toHaveLength(1);
  });

  it('can be skipped by button and word', async () => {
    const { conversation } = await cameBack();
    expect(texts(await conversation.press('skipRating', { ratingId: 'h1' }))[0]).toMatch(/No problem/);
    const other = await cameBack();
    expect(texts(await other.conversation.say('no thanks'))[0]).toMatch(/No problem/);
  });

  it('is ignored by asking on: a new visit begins and the old card is too late', async () => {
    const { conversation } = await cameBack();
    expect(shown(await conversation.say('where is my card'))).toContain('Card arrival');
    expect(conversation.calls('openChat')).toHaveLength(2);
    expect(texts(await conversation.press('rate', { score: '4', ratingId: 'h1' }))[0]).toMatch(/no longer be rated/);
    expect(conversation.calls('rate')).toEqual([]);
  });

  it('that cannot be kept is told', async () => {
    const { conversation } = await cameBack();
    conversation.failing.add('rate');
    expect(texts(await conversation.press('rate', { score: '4', ratingId: 'h1' }))[0]).toMatch(/could not be saved/);
  });
});
