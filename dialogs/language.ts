import { say, send, type Turn, text } from './turn';

/** Goes on in the language the customer named, in this conversation. */
export async function switchLanguage(turn: Turn, language: string): Promise<void> {
  turn.language = language;
  turn.data.language = language;
  await say(turn, 'language.switched');
}

/** Asks for the language; each is offered by its own name. */
export async function chooseLanguage(turn: Turn): Promise<void> {
  const { texts } = turn.collaborators;
  const replies = texts.languages.map((language) => texts.t('language.name', language));
  await send(turn, { text: text(turn, 'language.choose'), replies });
}
