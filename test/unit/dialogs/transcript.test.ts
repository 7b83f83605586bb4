import { begun, Conversation, cameBack, quickReplies, shown, texts } from './conversationKit';

describe('a customer who wants their chat', () => {
  it('is offered it after the chat with a person, and gets it as a file with the time it lasts', async () => {
    const { conversation, replies } = await cameBack();
    expect(quickReplies(replies[0])).toEqual(['Send me the chat']);
    const [reply] = await conversation.say('Send me the chat', { localTimezone: 'Europe/Prague' });
    expect(reply?.text).toBe('Here is this conversation as a file. The link works until March 9, 2026.');
    expect(reply?.attachments).toEqual([expect.objectContaining({ contentType: 'text/plain', name: 'chat.txt' })]);
    expect(conversation.calls('transcriptFile')).toEqual([
      [{ conversationKey: 'webchat/c1', channelId: 'webchat', language: 'en', timeZone: 'Europe/Prague' }],
    ]);
  });

  it('can still rate the chat afterwards, and is offered it after the rating, too', async () => {
    const { conversation } = await cameBack();
    await conversation.say('transcript');
    const ratingId = 'h1';
    const rated = await conversation.press('rate', { ratingId, score: '5' });
    expect(conversation.calls('rate')).toHaveLength(1);
    expect(quickReplies(rated[0])).toContain('Send me the chat');
  });

  it('gets it in the language they speak', async () => {
    const conversation = await begun();
    await conversation.say('Deutsch');
    const [reply] = await conversation.say('Chatverlauf senden', { localTimezone: 'Central European Standard Time' });
    expect(reply?.text).toBe('Hier ist dieses Gespräch als Datei. Der Link gilt bis 9. März 2026.');
    expect(conversation.calls('transcriptFile')[0]?.[0]).toEqual({
      conversationKey: 'webchat/c1',
      channelId: 'webchat',
      language: 'de',
    });
  });

  it('hears that there is none, or that it cannot be made now', async () => {
    const conversation = await begun();
    conversation.hasTranscript = false;
    expect(texts(await conversation.say('transcript'))).toEqual(['There is nothing here that I could send you.']);
    conversation.failing.add('transcriptFile');
    const failed = await conversation.say('transcript');
    expect(shown(failed)).toContain('cannot make the file');
    expect(quickReplies(failed[0])).toEqual(['Send me the chat']);
  });

  it('does not get it where others read along', async () => {
    const conversation = new Conversation({
      conversation: { id: 'c1', isGroup: true, name: '', conversationType: 'groupChat' },
    });
    const replies = await conversation.say('transcript');
    expect(shown(replies)).toContain('between you and our team');
    expect(conversation.calls('transcriptFile')).toEqual([]);
  });
});

describe('a customer who says that they are still here', () => {
  it('after the chat has ended is told so and offered a person', async () => {
    const { conversation } = await cameBack('system');
    const [reply] = await conversation.say('I am still here');
    expect(reply?.text).toBe('Your chat with our team is over. Would you like to talk to a person again?');
    expect(shown(await conversation.say('yes please'))).toContain('What is it about?');
  });

  it('without having had a chat is asked what they want', async () => {
    const conversation = await begun();
    expect(texts(await conversation.say('I am still here'))).toEqual(['All right. What would you like to know?']);
  });
});

describe('a chat that nobody took up again in time', () => {
  it('leads to the next step instead of a rating, and its record is closed', async () => {
    const { conversation, replies } = await cameBack('system', { reason: 'timedOut' });
    expect(shown(replies)).toContain('Leave a message');
    expect(shown(replies)).not.toContain('How was your chat?');
    expect(conversation.calls('closeChat').map((args) => args[1])).toEqual([
      { endReason: 'agentDisconnected', endedAt: expect.any(String) },
    ]);
  });
});
