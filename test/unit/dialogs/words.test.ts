import { createTexts } from '../../../bot/texts';
import { type Command, CommandWords, normalize } from '../../../dialogs/words';

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

it('normalizing keeps letters of all scripts', () => {
  expect(normalize('  ¿Qué TAL?  שלום, 你好！ ｆｕｌｌ ')).toBe('qué tal שלום 你好 full');
});
