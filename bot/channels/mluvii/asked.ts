import type { JsonObject } from '../../../common/json';
import type { Choice, FlatCard, Question } from './adaptiveCard';

/**
 * What the customer was last asked in a way that the channel cannot show: buttons that come back as text, and forms that are
 * gone through question by question.
 */
export type Asked = {
  /** Newest first. */
  choices: Choice[];
  /** How many of them the last message showed with numbers instead of as buttons. */
  numbered?: number;
  form?: Form;
};

export type Form = {
  questions: Question[];
  answers: Record<string, string>;
  submit: JsonObject;
  /** Buttons that leave the form. */
  others: Choice[];
};

/** What an answer of the customer's comes to. */
export type Understood =
  /** The next question, or the same one again because the answer is none of the choices. */
  | { is: 'asking'; form: Form; question: Question; isRepeated: boolean }
  /** For the bot: a pressed button, or the whole form. */
  | { is: 'pressed'; choice: Choice }
  /** For the bot as it was typed. */
  | { is: 'typed' };

const skipSign = '-';
const kept = 60;

/** Remembers buttons, the newest first; those of earlier messages go on working by their titles. */
export function withChoices(asked: Asked | undefined, choices: Choice[], areNumbered: boolean): Asked {
  if (choices.length === 0) return asked ?? { choices: [] };
  const earlier = (asked?.choices ?? []).filter((choice) => !choices.some(({ title }) => same(title, choice.title)));
  const { numbered: _numbered, ...rest } = asked ?? {};
  return {
    ...rest,
    choices: [...choices, ...earlier].slice(0, kept),
    ...(areNumbered && { numbered: choices.length }),
  };
}

/**
 * Begins a form: a corrected one asks only what was wrong or is missing, and keeps the rest. Undefined when nothing can be
 * sent.
 */
export function formOf(card: FlatCard): Form | undefined {
  const [submit] = card.submits;
  if (!submit) return undefined;
  const isCorrected = card.questions.some(({ problem }) => problem !== undefined);
  const isKept = (question: Question) => isCorrected && question.problem === undefined && question.value !== undefined;
  const questions = card.questions.filter((question) => !isKept(question));
  const answers = Object.fromEntries(card.questions.filter(isKept).map(({ id, value }) => [id, value ?? '']));
  return { questions, answers, submit: submit.value ?? {}, others: card.buttons };
}

/** Makes out what the customer's text means after what was asked. `skipWord` leaves an optional question out. */
export function understand(asked: Asked | undefined, text: string, skipWord: string): Understood {
  const said = text.trim();
  const form = asked?.form;
  const [question] = form?.questions ?? [];
  if (form && question) {
    const other = form.others.find(({ title }) => same(title, said));
    if (other) return { is: 'pressed', choice: other };
    return answered(form, question, same(said, skipWord) ? skipSign : said);
  }
  const number = numberOf(said);
  const byNumber = number !== undefined && number <= (asked?.numbered ?? 0) ? asked?.choices[number - 1] : undefined;
  const choice = asked?.choices.find(({ title, text: words }) => same(title, said) || (words !== undefined && same(words, said)));
  const pressed = byNumber ?? choice;
  return pressed ? { is: 'pressed', choice: pressed } : { is: 'typed' };
}

function answered(form: Form, question: Question, said: string): Understood {
  const value = answerValue(question, said);
  if (value === undefined) return { is: 'asking', form, question, isRepeated: true };
  const next: Form = {
    ...form,
    questions: form.questions.slice(1),
    answers: value === '' ? form.answers : { ...form.answers, [question.id]: value },
  };
  const [following] = next.questions;
  if (following) return { is: 'asking', form: next, question: following, isRepeated: false };
  return { is: 'pressed', choice: { title: '', value: { ...next.submit, ...next.answers } } };
}

/** Undefined when it is no answer to the question. */
function answerValue({ choices, isRequired }: Question, said: string): string | undefined {
  if (said === '' || said === skipSign) return isRequired ? undefined : '';
  if (!choices) return said;
  const byNumber = choices[(numberOf(said) ?? 0) - 1];
  return (choices.find(({ title, value }) => same(title, said) || same(value, said)) ?? byNumber)?.value;
}

function numberOf(text: string): number | undefined {
  return /^\d{1,2}[.)]?$/.test(text) ? Number.parseInt(text, 10) : undefined;
}

function same(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
