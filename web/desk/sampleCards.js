const card = (body, actions) => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.3',
  body,
  actions,
});
const title = (text) => ({ type: 'TextBlock', text, size: 'Medium', weight: 'Bolder', wrap: true });
const text = (words) => ({ type: 'TextBlock', text: words, wrap: true });

/** Cards an agent could send, each trying another part of the way to the customer: choices, a form, facts with a link. */
export const sampleCards = {
  'Replacement card: yes or no': card(
    [title('Replace your card?'), text('We block the old card **at once**. The new one arrives within 5 working days.')],
    [
      { type: 'Action.Submit', title: 'Yes, replace it', data: { answer: 'replace' } },
      { type: 'Action.Submit', title: 'No, keep it', data: { answer: 'keep' } },
    ],
  ),
  'Call-back form': card(
    [
      title('When may we call you?'),
      {
        type: 'Input.Text',
        id: 'phone',
        label: 'Phone number',
        style: 'Tel',
        isRequired: true,
        errorMessage: 'A number, please',
      },
      { type: 'Input.Date', id: 'day', label: 'Day' },
      {
        type: 'Input.ChoiceSet',
        id: 'time',
        label: 'Time',
        value: 'morning',
        choices: [
          { title: 'In the morning', value: 'morning' },
          { title: 'In the afternoon', value: 'afternoon' },
        ],
      },
    ],
    [{ type: 'Action.Submit', title: 'Send', data: { form: 'callback' } }],
  ),
  'Transfer status': card(
    [
      title('Your transfer'),
      {
        type: 'FactSet',
        facts: [
          { title: 'Amount', value: '125.00 EUR' },
          { title: 'To', value: 'Example Energy' },
          { title: 'Status', value: 'On its way, due tomorrow' },
        ],
      },
    ],
    [{ type: 'Action.OpenUrl', title: 'How long transfers take', url: 'https://example.com/transfers' }],
  ),
};
