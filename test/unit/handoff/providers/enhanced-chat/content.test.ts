import { choiceAnswer } from '../../../../../handoff/providers/enhanced-chat/choices';
import { formAnswer, formAnswerText } from '../../../../../handoff/providers/enhanced-chat/forms';
import { readContent } from '../../../../../handoff/providers/enhanced-chat/messageContent';
import { fixture } from './fixture';

const read = (name: string) => {
  const message = fixture(`${name}.json`);
  return readContent(String(message['id']), message);
};

describe('content of messages', () => {
  it('of buttons is text and a card that answers', () => {
    const { text, cards } = read('buttons');
    expect(text).toBe('Replace your card?');
    expect(cards[0]?.content['actions']).toEqual([
      { type: 'Action.Submit', title: 'Yes – at once', data: { answer: 'Yes – at once', inReplyTo: 'm-choices', option: 'o-1' } },
      { type: 'Action.Submit', title: 'No', data: { answer: 'No', inReplyTo: 'm-choices', option: 'o-2' } },
    ]);
  });

  it('of a carousel is a card per item, its words taken literally', () => {
    const { cards } = read('carousel');
    expect(cards.map(({ content }) => content['body'])).toEqual([
      [
        { type: 'Image', url: 'https://example.my.site.com/gold.png', altText: 'Gold *card*' },
        { type: 'TextBlock', text: 'Gold \\*card\\*', wrap: true, weight: 'Bolder' },
        { type: 'TextBlock', text: 'With travel insurance', wrap: true },
      ],
      [{ type: 'TextBlock', text: 'Plain card', wrap: true, weight: 'Bolder' }],
    ]);
    expect(cards[0]?.content['actions']).toMatchObject([
      { title: 'Take it', data: { inReplyTo: 'm-carousel', option: 'o-gold' } },
    ]);
  });

  it('of a form is text, a card with its fields, and what is needed to answer it', () => {
    const { text, cards, form } = read('form');
    expect(text).toBe('Call-back\nWhen may we call you?');
    expect(cards[0]?.content['body']).toEqual([
      { type: 'Input.Text', id: 'f-1', label: 'Phone number', isRequired: true, errorMessage: '!', maxLength: 20, style: 'Tel' },
      { type: 'Input.Date', id: 'f-2', label: 'Day' },
      {
        type: 'Input.ChoiceSet',
        id: 'f-3',
        label: 'Time',
        isRequired: true,
        errorMessage: '!',
        choices: [
          { title: 'Morning', value: 'am' },
          { title: 'Evening', value: 'pm' },
        ],
      },
    ]);
    expect(formAnswer('a-1', form!, { 'f-1': '+15550100', 'f-3': 'pm' })).toEqual({
      id: 'a-1',
      messageType: 'FormResponseMessage',
      inReplyToMessageId: 'm-form',
      formResponse: {
        formatType: 'Inputs',
        inputs: [
          { inputId: 'f-1', inputLabel: 'Phone number', inputType: 'Phone', value: '+15550100' },
          { inputId: 'f-2', inputLabel: 'Day', inputType: 'DatePicker', value: '' },
          {
            inputId: 'f-3',
            inputLabel: 'Time',
            inputType: 'Select',
            selectedOptions: [{ optionIdentifier: 'pm', optionTitle: 'Evening' }],
          },
        ],
      },
    });
    expect(formAnswerText(form!, { 'f-1': '+15550100', 'f-3': 'pm' })).toBe('Phone number: +15550100\nDay: \nTime: Evening');
  });

  it('of attachments is a file for each that has an address', () => {
    const url = 'https://example.file.force.com/form.pdf';
    expect(read('attachments')).toMatchObject({
      text: 'Your form',
      attachments: [{ name: 'form.pdf', contentType: 'application/pdf', reference: { url, contentType: 'application/pdf' } }],
    });
  });

  it.each([
    ['richLink', 'Fees\nWhat a transfer costs\nhttps://example.com/fees'],
    ['webView', 'Sign here\nhttps://example.com/sign'],
    ['experience', 'Plain words of it'],
  ])('of a %s is told in words', (name, text) => {
    expect(read(name)).toMatchObject({ text, isKnown: true, attachments: [], cards: [] });
  });

  it('of an unknown type is whatever words are in it', () => {
    expect(read('unknown')).toMatchObject({ text: 'Words in it', isKnown: false, type: 'HologramMessage' });
    expect(read('unknownBare')).toMatchObject({ text: '[This message cannot be shown here.]', isKnown: false });
  });

  it.each(['ChoicesMessage', 'FormMessage', 'StaticContentMessage'])(
    'of a %s with nothing in it is not nothing',
    (messageType) => {
      expect(readContent('m', { messageType }).text).toBe('[This message cannot be shown here.]');
    },
  );
});

describe('an answer to choices', () => {
  it('is made of what the button sent, and of nothing else', () => {
    expect(choiceAnswer('a-1', { answer: 'Yes', inReplyTo: 'm-choices', option: 'o-1' })).toEqual({
      id: 'a-1',
      messageType: 'ChoicesResponseMessage',
      inReplyToMessageId: 'm-choices',
      choicesResponse: { formatType: 'Selections', selectedOptions: [{ optionIdentifier: 'o-1' }] },
    });
    expect(choiceAnswer('a-1', { inReplyTo: 'm-choices' })).toBeUndefined();
    expect(choiceAnswer('a-1', { option: 'o-1' })).toBeUndefined();
    expect(choiceAnswer('a-1', { inReplyTo: 1, option: 2 })).toBeUndefined();
  });
});
