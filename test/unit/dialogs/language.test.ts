import { begun, Conversation, handedOff, quickReplies, shown, texts } from './conversationKit';

describe('the language', () => {
  it('is that of the customer’s client', async () => {
    const conversation = new Conversation({ locale: 'de-AT' });
    const replies = await conversation.say('hallo');
    expect(shown(replies)).toContain('virtuelle Assistenz');
  });

  it('changes when the customer names another, and stays so', async () => {
    const conversation = await begun();
    expect(texts(await conversation.say('Deutsch, please'))).toEqual([
      'Ab jetzt antworte ich auf Deutsch. Was möchten Sie wissen?',
    ]);
    expect(texts(await conversation.say('qwertz'))[0]).toMatch(/nichts gefunden/);
    conversation.restart();
    expect(texts(await conversation.say('asdf'))[0]).toMatch(/mit einem Menschen sprechen/);
    expect(texts(await conversation.say('in English'))[0]).toMatch(/From now on/);
  });

  it('can be chosen from those there are, each by its own name', async () => {
    const conversation = await begun();
    const [reply] = await conversation.say('change language');
    expect(quickReplies(reply)).toEqual(['English', 'Deutsch', 'Français', 'Español', 'Čeština']);
    expect(texts(await conversation.say('Čeština'))[0]).toMatch(/česky/);
  });

  it('goes to the desk with the handoff', async () => {
    const conversation = await begun();
    await conversation.say('Español');
    await conversation.say('quiero hablar con una persona');
    const replies = await conversation.press('submitPreChat', { name: 'Ana', email: 'ana@example.com', topic: 'tarjeta' });
    const initiation = replies.find((activity) => activity.name === 'handoff.initiate');
    expect(initiation?.value).toMatchObject({ language: 'es' });
  });
});

describe('the language menu of the page', () => {
  const choose = (conversation: Conversation, language: unknown) =>
    conversation.send({ type: 'event', name: 'webchat/language', value: { language } });

  it('greets anew, in the chosen language, as long as nothing was asked', async () => {
    const conversation = await begun();
    const replies = await choose(conversation, 'fr');
    expect(shown(replies)).toContain("On m'a volé ma carte");
    expect(await choose(conversation, 'fr')).toEqual([]);
  });

  it('goes on in the chosen language in the middle of a conversation', async () => {
    const conversation = await begun();
    await conversation.say('qwertz');
    expect(texts(await choose(conversation, 'de'))).toEqual(['Ab jetzt antworte ich auf Deutsch. Was möchten Sie wissen?']);
    expect(texts(await conversation.say('asdf'))[0]).toMatch(/mit einem Menschen sprechen/);
  });

  it('is noted in silence while a person has the conversation, and used afterwards', async () => {
    const conversation = await handedOff();
    expect(await choose(conversation, 'de')).toEqual([]);
    const replies = await conversation.status({ state: 'completed', handoffId: 'h1', endedBy: 'agent', wasConnected: true });
    expect(shown(replies)).toContain('Wie war Ihr Chat?');
  });

  it.each(['xx', '', 7, null, undefined, '__proto__'])('changes nothing for %j', async (language) => {
    const conversation = await begun();
    expect(await choose(conversation, language)).toEqual([]);
    expect(texts(await conversation.say('qwertz'))[0]).toMatch(/found nothing/);
  });
});
