import type { JsonObject } from '../../../common/json';
import type { Card } from '../../events';
import { adaptiveCard, input, plain, submit } from './cards';
import type { WireMessage } from './client';
import { objectOf, objectsOf, titleOf, wordOf } from './wire';

/** Clients draw no more buttons than this on one card; more choices become a list to pick from. */
const mostButtons = 5;

interface Option {
  id: string;
  title: string;
}

/** What the customer gets of a `ChoicesMessage`: its text, and cards whose buttons answer it. */
export function choicesContent(messageId: string, message: JsonObject): { text: string; cards: Card[] } {
  const choices = objectOf(message, 'choices');
  const items = objectsOf(choices, 'items');
  const text = wordOf(choices, 'text') ?? '';
  if (items.length > 0) return { text, cards: items.map((item) => carouselCard(messageId, item, objectsOf(choices, 'images'))) };
  const options = objectsOf(choices, 'optionItems').flatMap(toOption);
  return { text, cards: options.length === 0 ? [] : [optionsCard(messageId, options)] };
}

/** The answer to a card of choices in the desk's own form; undefined when the submission is of another card. */
export function choiceAnswer(id: string, submission: JsonObject): WireMessage | undefined {
  const inReplyToMessageId = wordOf(submission, 'inReplyTo');
  const optionIdentifier = wordOf(submission, 'option');
  if (inReplyToMessageId === undefined || optionIdentifier === undefined) return undefined;
  return {
    id,
    messageType: 'ChoicesResponseMessage',
    inReplyToMessageId,
    choicesResponse: { formatType: 'Selections', selectedOptions: [{ optionIdentifier }] },
  };
}

export function toOption(item: JsonObject): Option[] {
  const id = wordOf(item, 'optionIdentifier') ?? wordOf(item, 'optionId');
  if (id === undefined) return [];
  const titleItem = objectOf(item, 'titleItem');
  const title = [wordOf(titleItem, 'title') ?? titleOf(item, 'title'), wordOf(titleItem, 'subTitle')];
  return [{ id, title: title.filter((word) => word !== undefined).join(' – ') || id }];
}

function optionsCard(messageId: string, options: Option[]): Card {
  if (options.length <= mostButtons)
    return adaptiveCard(
      [],
      options.map((option) => button(messageId, option)),
    );
  const list = input('Input.ChoiceSet', 'option', {
    choices: options.map(({ id, title }) => ({ title, value: id })),
    isRequired: true,
    errorMessage: '!',
  });
  return adaptiveCard([list], [submit('OK', { inReplyTo: messageId })]);
}

function carouselCard(messageId: string, item: JsonObject, images: JsonObject[]): Card {
  const titleItem = objectOf(item, 'titleItem');
  const image = images.find((candidate) => candidate['id'] === titleItem['imageId']);
  const url = image && wordOf(image, 'assetUrl');
  const body: JsonObject[] = [];
  if (url?.startsWith('https:')) body.push({ type: 'Image', url, altText: wordOf(titleItem, 'title') ?? '' });
  const title = wordOf(titleItem, 'title');
  if (title !== undefined) body.push(plain(title, { weight: 'Bolder' }));
  const subTitle = wordOf(titleItem, 'subTitle');
  if (subTitle !== undefined) body.push(plain(subTitle));
  const options = objectsOf(item, 'interactionItems').flatMap(toOption);
  return adaptiveCard(
    body,
    options.slice(0, mostButtons).map((option) => button(messageId, option)),
  );
}

/** What the button sends names message and option, so that nothing has to be remembered to understand it. */
function button(messageId: string, { id, title }: Option): JsonObject {
  return submit(title, { answer: title, inReplyTo: messageId, option: id });
}
