import { plainWords } from '../common/plainWords';
import type { Texts } from './collaborators';

/** What a customer can say at any time instead of asking. */
export type Command =
  | 'person'
  | 'cancel'
  | 'startOver'
  | 'help'
  | 'bye'
  | 'thanks'
  | 'greeting'
  | 'none'
  | 'leaveMessage'
  | 'transcript'
  | 'stillHere'
  | 'yes'
  | 'language';

interface Vocabulary {
  phrases: [Command, ReadonlySet<string>][];
  leaveChat: ReadonlySet<string>;
  fillers: ReadonlySet<string>;
  /** A way to say "talk to" right before a way to say "a person". */
  personWish: RegExp;
  negations: string[];
}

const commands: Command[] = [
  'person',
  'cancel',
  'startOver',
  'help',
  'bye',
  'thanks',
  'greeting',
  'none',
  'leaveMessage',
  'transcript',
  'stillHere',
  'yes',
  'language',
];
/** A longer text tells a story; a wish for a person inside it is answered by the articles and the buttons below them. */
const maxPersonTextLength = 300;

/**
 * Finds commands in what customers say. All but one must be the whole utterance, but for words such as "please":
 * "cancel" is a command, "how do I cancel a transfer" a question. Only the wish for a person is also found inside a
 * sentence, as one of the ways to say "talk to" right before one of the ways to say "a person".
 */
export class CommandWords {
  private readonly vocabularies = new Map<string, Vocabulary>();
  private languagesByName: ReadonlyMap<string, string> | undefined;

  constructor(private readonly texts: Texts) {}

  match(text: string, language: string): Command | undefined {
    const vocabulary = this.vocabulary(language);
    const spoken = plainWords(text);
    if (spoken === '') return undefined;
    for (const candidate of [spoken, withoutFillers(spoken, vocabulary.fillers)]) {
      const found = vocabulary.phrases.find(([, phrases]) => phrases.has(candidate));
      if (found) return found[0];
    }
    return spoken.length <= maxPersonTextLength && asksForPerson(spoken, vocabulary) ? 'person' : undefined;
  }

  /**
   * Whether a customer in a chat with a person wants to leave it. Only words that say so in full: a short "no" or
   * "stop" is most likely meant for the agent.
   */
  meansLeave(text: string, language: string): boolean {
    const vocabulary = this.vocabulary(language);
    return vocabulary.leaveChat.has(withoutFillers(plainWords(text), vocabulary.fillers));
  }

  /** The language a text names and nothing else, in the words of any language: "Deutsch", "in German, please". */
  languageNamed(text: string, language: string): string | undefined {
    this.languagesByName ??= this.readLanguageNames();
    const spoken = plainWords(text);
    return (
      this.languagesByName.get(spoken) ?? this.languagesByName.get(withoutFillers(spoken, this.vocabulary(language).fillers))
    );
  }

  private readLanguageNames(): ReadonlyMap<string, string> {
    const { languages } = this.texts;
    const list = (key: string, language: string) => this.texts.list(`words.${key}`, language).map(plainWords);
    const verbs = languages.flatMap((language) => list('languageVerbs', language));
    return new Map(
      languages.flatMap((named) =>
        list('languageNames', named).flatMap((name) =>
          [name, ...verbs.map((verb) => `${verb} ${name}`)].map((phrase) => [phrase, named] as const),
        ),
      ),
    );
  }

  private vocabulary(language: string): Vocabulary {
    let vocabulary = this.vocabularies.get(language);
    if (!vocabulary) {
      vocabulary = this.read(language);
      this.vocabularies.set(language, vocabulary);
    }
    return vocabulary;
  }

  private read(language: string): Vocabulary {
    const list = (key: string) => this.texts.list(`words.${key}`, language).map(plainWords);
    // "Talk to someone" asks for a person; "I need someone to find my money" tells a story.
    const nouns = list('personNouns');
    // Normalized text has letters, digits and spaces only, so nothing needs escaping.
    const anyOf = (phrases: readonly string[]) => `(?:${phrases.join('|')})`;
    const talk = `${anyOf(list('personVerbs'))} ${anyOf([...nouns, ...list('personObjects')])}`;
    const wish = `${anyOf(list('personWishes'))} ${anyOf(nouns)}`;
    return {
      phrases: commands.map((command) => [command, new Set(list(command))]),
      leaveChat: new Set(list('leaveChat')),
      fillers: new Set(list('fillers')),
      personWish: new RegExp(` (?:${talk}|${wish})(?= )`),
      negations: list('negations').map((negation) => ` ${negation} `),
    };
  }
}

function asksForPerson(spoken: string, vocabulary: Vocabulary): boolean {
  // "I would like to please talk to a person"
  const padded = ` ${spoken
    .split(' ')
    .filter((word) => !vocabulary.fillers.has(word))
    .join(' ')} `;
  const index = padded.search(vocabulary.personWish);
  if (index < 0) return false;
  const before = ` ${padded.slice(0, index).trim().split(' ').slice(-5).join(' ')} `;
  return !vocabulary.negations.some((negation) => before.includes(negation));
}

function withoutFillers(spoken: string, fillers: ReadonlySet<string>): string {
  const words = spoken.split(' ');
  while (words.length > 1 && fillers.has(words[0] ?? '')) words.shift();
  while (words.length > 1 && fillers.has(words.at(-1) ?? '')) words.pop();
  return words.join(' ');
}
