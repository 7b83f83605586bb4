import type { Activity } from 'botbuilder';
import { agentCardMark, describeSubmission, markCard } from '../../../../bot/handoff/agentCard';
import { agentCardSubmission, toCustomerMessage } from '../../../../bot/handoff/customerMessage';
import type { JsonObject } from '../../../../common/json';
import { FakeClock } from '../../../support/fakeClock';

const clock = new FakeClock();
const card = (body: JsonObject[], ...titles: string[]): JsonObject => ({
  type: 'AdaptiveCard',
  body: [{ type: 'Container', items: body }],
  actions: titles.map((title) => ({ type: 'Action.Submit', title, data: { step: title.toLowerCase() } })),
});
/** What a client sends when the button is pressed, the card's inputs filled in. */
function pressed(content: JsonObject, index: number, filledIn: JsonObject, more: Partial<Activity> = {}): Activity {
  const { actions } = markCard(content) as { actions: { data: JsonObject }[] };
  return { id: 'a1', type: 'message', value: { ...actions[index]?.data, ...filledIn }, ...more } as Activity;
}
const textOf = (activity: Activity) => toCustomerMessage(activity, clock)?.text;

const colors = [
  { title: 'Dark blue', value: 'b1' },
  { title: 'Red, bright', value: 'r1' },
];

describe('what an agent reads of a card’s submission', () => {
  it('are the labels and choices as the customer saw them, and the structured part stays for the desk', () => {
    const form = card(
      [
        { type: 'Input.Text', id: 'iban', label: 'Your IBAN' },
        { type: 'Input.ChoiceSet', id: 'color', label: 'Color', isMultiSelect: true, choices: colors },
        { type: 'Input.Toggle', id: 'agree', title: 'I agree' },
        { type: 'Input.Text', id: 'empty', label: 'Anything else?' },
      ],
      'Confirm',
    );
    const activity = pressed(form, 0, { iban: 'GB33', color: 'b1,r1', agree: 'true', empty: '' });
    expect(textOf(activity)).toBe('Your IBAN: GB33\nColor: Dark blue, Red, bright\nI agree: true');
    expect(toCustomerMessage(activity, clock)?.cardSubmission).toEqual({
      step: 'confirm',
      iban: 'GB33',
      color: 'b1,r1',
      agree: 'true',
      empty: '',
    });
  });

  it('is what the button says where there is nothing to fill in, or more than one button', () => {
    expect(textOf(pressed(card([], 'Yes', 'No'), 1, {}))).toBe('No');
    const both = card([{ type: 'Input.Text', id: 'why', label: 'Why?' }], 'Accept', 'Refuse');
    expect(textOf(pressed(both, 1, { why: 'too late' }))).toBe('Refuse\nWhy?: too late');
  });

  it('is a choice without a label by itself', () => {
    const list = card([{ type: 'Input.ChoiceSet', id: 'option', choices: colors }], 'OK');
    expect(textOf(pressed(list, 0, { option: 'b1' }))).toBe('Dark blue');
  });

  it('says once what the channel sends as text as well, and keeps other words', () => {
    const yesNo = card([], 'Yes', 'No');
    expect(textOf(pressed(yesNo, 0, {}, { text: 'Yes' }))).toBe('Yes');
    expect(textOf(pressed(yesNo, 0, {}, { text: 'Sure' }))).toBe('Sure\nYes');
  });

  it('is everything when the card has no words in it', () => {
    const old = { id: 'a', type: 'message', value: { [agentCardMark]: true, choice: 'x', n: 1 } } as unknown as Activity;
    expect(textOf(old)).toBe('choice: x\nn: 1');
    expect(agentCardSubmission(old)).toEqual({ choice: 'x', n: 1 });
  });

  it.each([null, 7, 'x', [], { title: 7, fields: 'x' }, { fields: [null, 7, { id: 7 }, { id: 'n', label: 7, choices: 'x' }] }])(
    'does not fail for a mark that is %j',
    (mark) => {
      expect(describeSubmission({ n: 1, m: { a: [1] } }, mark)).toMatch(/1/);
    },
  );
});
