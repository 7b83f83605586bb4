import { flatten } from '../../../../../bot/channels/mluvii/adaptiveCard';
import { formOf, type Understood, understand, withChoices } from '../../../../../bot/channels/mluvii/asked';
import { type FormField, preChatCard } from '../../../../../cards/formCard';
import type { JsonObject } from '../../../../../common/json';
import { encoded } from './fakes';

const field = (id: string, changes: Partial<FormField> = {}): FormField => ({
  id,
  kind: 'text',
  label: `Your ${id}`,
  required: true,
  maxLength: 100,
  requiredMessage: 'missing',
  ...changes,
});
const card = (fields: FormField[]) =>
  preChatCard({
    language: 'en',
    title: 'Before',
    text: 'So that nobody asks again',
    fields,
    submit: { title: 'Send', verb: 'submitPreChat', data: { extra: 1 } },
    others: [{ title: 'Cancel', verb: 'cancel' }],
  });
const team = field('skill', {
  kind: 'choice',
  choices: [
    { title: 'Cards', value: 'cards' },
    { title: 'Loans', value: 'loans' },
  ],
});
const email = field('email', { required: false });

describe('a form in a chat', () => {
  const form = () => formOf(flatten(card([team, email]).content as JsonObject));
  const answer = (asked: Understood | undefined, text: string): Understood => {
    if (asked?.is !== 'asking') throw new Error('nothing is asked');
    return understand({ choices: [], form: asked.form }, text, 'Skip');
  };
  const begun = (): Understood => {
    const made = form();
    if (!made?.questions[0]) throw new Error('no form');
    return { is: 'asking', form: made, question: made.questions[0], isRepeated: false };
  };

  it('is asked question by question and submitted as one', () => {
    const second = answer(begun(), '2');
    expect(second).toMatchObject({ is: 'asking', question: { id: 'email' }, isRepeated: false });
    expect(answer(second, 'a@b.example')).toEqual({
      is: 'pressed',
      choice: { title: '', value: { verb: 'submitPreChat', extra: 1, skill: 'loans', email: 'a@b.example' } },
    });
  });

  it.each(['Cards', 'cards', '1', '1.'])('takes a choice by its title, value or number: %s', (said) => {
    expect(answer(begun(), said)).toMatchObject({ form: { answers: { skill: 'cards' } } });
  });

  it.each(['neither', '3', '', 'skip', '-'])('asks again what has no such answer: %s', (said) => {
    expect(answer(begun(), said)).toMatchObject({ is: 'asking', isRepeated: true, question: { id: 'skill' } });
  });

  it.each(['-', 'SKIP', ''])('lets optional questions be left out: %s', (said) => {
    expect(answer(answer(begun(), '1'), said)).toEqual({
      is: 'pressed',
      choice: { title: '', value: { verb: 'submitPreChat', extra: 1, skill: 'cards' } },
    });
  });

  it('is left by its other buttons at any question', () => {
    expect(answer(begun(), 'cancel')).toEqual({ is: 'pressed', choice: { title: 'Cancel', value: { verb: 'cancel' } } });
  });

  it('asks only what was wrong when it comes back corrected', () => {
    const corrected = card([field('name', { value: 'Ann' }), field('email', { value: 'x', error: 'This is no address.' })]);
    const made = formOf(flatten(corrected.content as JsonObject));
    expect(made).toMatchObject({ questions: [{ id: 'email', problem: 'This is no address.' }], answers: { name: 'Ann' } });
    expect(encoded({ type: 'message', attachments: [corrected] }, 'WhatsApp').activities).toEqual([
      {
        activity: 'Text',
        text: '<strong>Before</strong>\nSo that nobody asks again\nThis is no address.\nYour email\nYou can also say “Cancel”.',
      },
    ]);
  });

  it('shows choices as buttons where there are any', () => {
    const output = encoded({ type: 'message', attachments: [card([team])] }, 'Default');
    expect(output.activities).toMatchObject([
      { activity: 'Text' },
      {
        attachments: [
          { content: { title: 'Your skill', buttons: [{ title: 'Cards' }, { title: 'Loans' }, { title: 'Cancel' }] } },
        ],
      },
    ]);
    expect(output.form).toBeDefined();
  });
});

describe('buttons in a chat', () => {
  const yes = { title: 'Yes', value: { verb: 'helped' } };
  const no = { title: 'No', text: 'No, thanks' };

  it('are pressed by title or words, also those of earlier messages; numbers mean the last message', () => {
    const first = withChoices(undefined, [yes, no], true);
    expect(understand(first, '2', 'Skip')).toEqual({ is: 'pressed', choice: no });
    expect(understand(first, 'no, thanks', 'Skip')).toEqual({ is: 'pressed', choice: no });
    const { numbered: _numbered, ...later } = withChoices(first, [{ title: 'More' }], true);
    expect(understand(later, 'YES', 'Skip')).toEqual({ is: 'pressed', choice: yes });
    expect(understand(later, '1', 'Skip')).toEqual({ is: 'typed' });
  });

  it('are not pressed by anything else', () => {
    expect(understand(withChoices(undefined, [yes], false), '1', 'Skip')).toEqual({ is: 'typed' });
    expect(understand(undefined, 'yes', 'Skip')).toEqual({ is: 'typed' });
    expect(understand(withChoices(undefined, [yes], true), '2', 'Skip')).toEqual({ is: 'typed' });
  });
});
