import type { Question } from './adaptiveCard';
import type { Form } from './asked';
import { fromMarkdown, plain } from './markup';
import type { Output } from './output';

/** Asks the next question of a form in the chat. The first one also says how to leave the form. */
export function askQuestion(
  output: Output,
  form: Form,
  question: Question,
  options: { isFirst: boolean; isRepeated: boolean },
): void {
  const { texts, abilities } = output;
  if (options.isRepeated) output.write(plain(texts('channel.notAnAnswer')));
  if (question.problem !== undefined) output.write(fromMarkdown(question.problem));
  output.write(plain(question.label));
  const words = [
    ...(question.isRequired ? [] : [texts('channel.skip')]),
    ...(options.isFirst ? form.others.map(({ title }) => title) : []),
  ];
  const choices = question.choices?.map(({ title }) => title) ?? [];
  if (choices.length + words.length <= abilities.buttons) {
    if (choices.length + words.length > 0) output.buttons([...choices, ...words]);
    else output.flush();
    return;
  }
  choices.forEach((title, index) => {
    output.write(plain(`${index + 1}. ${title}`));
  });
  if (choices.length > 0) output.write(plain(texts('channel.sayNumber')));
  if (words.length > 0) output.write(plain(texts('channel.alsoSay', { words: words.map((word) => `“${word}”`).join(', ') })));
  output.flush();
}
