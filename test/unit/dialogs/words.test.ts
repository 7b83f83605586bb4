import { createTexts, shippedTexts } from '../../../bot/texts';
import { type Command, CommandWords } from '../../../dialogs/words';

const texts = createTexts();
const words = new CommandWords(texts);

describe('commands', () => {
  const cases: [string, Command][] = [
    ['agent', 'person'],
    ['Agent!', 'person'],
    ['Talk to a person', 'person'],
    ['Hi, can I talk to a human please?', 'person'],
    ['I’d like to speak with a representative about my card', 'person'],
    ['put me through to customer service', 'person'],
    ['I need a human', 'person'],
    ['please connect me to an agent now', 'person'],
    ["I don't have an app. I want to talk to someone", 'person'],
    ['cancel', 'cancel'],
    ['STOP.', 'cancel'],
    ['ok, never mind', 'cancel'],
    ['No, thanks', 'cancel'],
    ['Start over', 'startOver'],
    ['help', 'help'],
    ['Help me please', 'help'],
    ['Thank you!!', 'thanks'],
    ['ok thanks', 'thanks'],
    ['Good bye', 'bye'],
    ['hello', 'greeting'],
    ['hi', 'greeting'],
    ['ok hello', 'greeting'],
    ['None of these', 'none'],
    ['leave a message', 'leaveMessage'],
    ['transcript, please', 'transcript'],
    ['Can I have a transcript?', 'transcript'],
    ['Yes, I’m still here!', 'stillHere'],
  ];
  it.each(cases)('"%s" is %s', (text, command) => {
    expect(words.match(text, 'en')).toBe(command);
  });

  it.each([
    'How do I cancel a transfer?',
    'Cancel my transfer, please.',
    'stop the transaction',
    'Help me unblock my PIN.',
    'Help! I lost my card!',
    'Who can I speak with regarding a lost card?',
    'Can someone help me unblock my pin?',
    'I need someone to find out where my money has gone to',
    'What is an agent fee?',
    'Does a real person check my identity?',
    "I don't want to talk to a person",
    'Do I need to speak to a representative to change my pin?',
    'I would rather not speak to an agent',
    'personal account',
    'thanks to you my card is blocked, why?',
    'hello kitty card',
    'what is in a transcript of my account',
    'I am still here waiting for my card',
    'no money arrived',
    'bye bye money, where did my transfer go',
    '',
    '???',
    `${'my story goes on and on '.repeat(20)} and I want to talk to an agent`,
  ])('"%s" is a question', (text) => {
    expect(words.match(text, 'en')).toBeUndefined();
  });

  it.each([
    ['person', 'person'],
    ['noThanks', 'cancel'],
    ['none', 'none'],
    ['bye', 'bye'],
    ['cancel', 'cancel'],
    ['leaveMessage', 'leaveMessage'],
    ['leaveHandoff', 'cancel'],
  ])('the quick reply %s is understood as %s', (reply, command) => {
    expect(words.match(texts.t(`replies.${reply}`, 'en'), 'en')).toBe(command);
  });

  it.each(['Leave the chat', 'end chat please', 'back to the bot'])('"%s" leaves an agent', (text) => {
    expect(words.meansLeave(text, 'en')).toBe(true);
    expect(words.match(text, 'en')).toBe('cancel');
  });

  it.each(['no', 'stop', 'cancel', 'bye', 'I will leave the chat open', ''])('"%s" is for the agent', (text) => {
    expect(words.meansLeave(text, 'en')).toBe(false);
  });

  it('can be changed by the texts', () => {
    const other = new CommandWords({
      ...texts,
      list: (key, language) => (key === 'words.cancel' ? ['Abbruch'] : texts.list(key, language)),
    });
    expect(other.match('Abbruch!', 'en')).toBe('cancel');
    expect(other.match('stop', 'en')).toBeUndefined();
  });
});

describe('in every language', () => {
  const languages = texts.languages.map((language) => [language]);
  const replies: [string, Command][] = [
    ['person', 'person'],
    ['noThanks', 'cancel'],
    ['none', 'none'],
    ['bye', 'bye'],
    ['cancel', 'cancel'],
    ['leaveMessage', 'leaveMessage'],
    ['leaveHandoff', 'cancel'],
    ['transcript', 'transcript'],
    ['stillHere', 'stillHere'],
  ];

  it.each(languages)('%s understands its own quick replies', (language) => {
    expect(replies.map(([reply]) => [reply, words.match(texts.t(`replies.${reply}`, language), language)])).toEqual(replies);
    expect(words.meansLeave(texts.t('replies.leaveHandoff', language), language)).toBe(true);
    // The reply to a reminder goes to the agent.
    expect(words.meansLeave(texts.t('replies.stillHere', language), language)).toBe(false);
  });

  it.each(languages)('%s has a test for every quick reply', (language) => {
    const all = Object.keys((shippedTexts[language] as { replies: object }).replies);
    expect(all.filter((reply) => !replies.some(([known]) => known === reply))).toEqual([]);
  });

  it.each(languages)('%s takes its suggested questions as questions', (language) => {
    expect(texts.list('welcome.questions', language).map((question) => words.match(question, language))).toEqual(
      Array(4).fill(undefined),
    );
  });

  it.each([
    ['de', 'Ich möchte bitte mit einem Mitarbeiter sprechen', 'person'],
    ['de', 'ich moechte nicht mit einem Menschen sprechen', undefined],
    ['de', 'Kann ich mit jemandem sprechen?', 'person'],
    ['de', 'Muss ich mit einem Menschen sprechen, um meine PIN zu ändern?', undefined],
    ['de', 'Tschüss!', 'bye'],
    ['fr', 'Je voudrais parler à un conseiller s’il vous plaît', 'person'],
    ['fr', 'je ne veux pas parler à une personne', undefined],
    ['fr', 'MERCI BEAUCOUP', 'thanks'],
    ['es', 'Quiero hablar con una persona, por favor', 'person'],
    ['es', 'No quiero hablar con una persona', undefined],
    ['es', 'adios', 'bye'],
    ['cs', 'Chtěl bych mluvit s člověkem', 'person'],
    ['cs', 'chci mluvit s clovekem', 'person'],
    ['cs', 'Nechci mluvit s člověkem', undefined],
    ['cs', 'Dekuji', 'thanks'],
    ['de', 'Schicken Sie mir den Chatverlauf, bitte', 'transcript'],
    ['de', 'Ja, ich bin noch da', 'stillHere'],
    ['fr', 'envoyez-moi le chat', 'transcript'],
    ['fr', 'Oui, je suis toujours là', 'stillHere'],
    ['es', 'Envíeme el chat', 'transcript'],
    ['es', 'Sí, sigo aquí', 'stillHere'],
    ['cs', 'Pošlete mi přepis chatu', 'transcript'],
    ['cs', 'jsem tu', 'stillHere'],
  ] as const)('%s: "%s" is %s', (language, text, command) => {
    expect(words.match(text, language)).toBe(command);
  });
});

describe('a language by its name', () => {
  it.each([
    ['Deutsch', 'de'],
    ['german, please', 'de'],
    ['Do you speak German?', 'de'],
    ['en français', 'fr'],
    ['francais', 'fr'],
    ['Can you speak Spanish?', 'es'],
    ['česky', 'cs'],
    ['in Czech', 'cs'],
    ['auf Englisch', 'en'],
  ])('"%s" is %s', (text, language) => {
    expect(words.languageNamed(text, 'en')).toBe(language);
  });

  it.each(['', 'German card fees', 'How do I pay in Czech crowns?', 'spanish inquisition'])('"%s" names none', (text) => {
    expect(words.languageNamed(text, 'en')).toBeUndefined();
  });

  it('is known for each language, by the name it has for itself', () => {
    for (const language of texts.languages) expect(words.languageNamed(texts.t('language.name', language), 'en')).toBe(language);
  });
});
