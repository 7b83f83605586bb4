import { type IEvaluationContext, Template } from 'adaptivecards-templating';
import type { Attachment } from 'botframework-schema';
import type { JsonObject } from '../common/json';

export const adaptiveCardType = 'application/vnd.microsoft.card.adaptive';

/**
 * Prepares a template once, because parsing costs ten times what filling in does.
 * The data is only ever inserted: `${…}` inside it stays text. Every name the template mentions must be in the
 * data (empty text for "nothing"), because a missing one would be shown as its expression.
 */
export function cardTemplate<Data extends object>(payload: object): (data: Data) => Attachment {
  const template = new Template(payload);
  return (data) => ({
    contentType: adaptiveCardType,
    content: template.expand({ $root: data } as IEvaluationContext) as JsonObject,
  });
}

/** The size of a card as it goes over the wire, in bytes. */
export function sizeInBytes(card: Attachment): number {
  return Buffer.byteLength(JSON.stringify(card), 'utf8');
}

/** Teams refuses a message above 28 KB; this leaves room for the activity round the card. */
export const maxCardBytes = 24_000;

/**
 * Builds a card with as much text as fits `maxCardBytes`: halves the limit given to `build` until it does.
 * Gives the smallest one when nothing fits, which needs other data than texts of customers and articles to happen.
 */
export function fittingCard(textLimit: number, build: (textLimit: number) => Attachment): Attachment {
  let limit = textLimit;
  let card = build(limit);
  while (sizeInBytes(card) > maxCardBytes && limit > 200) {
    limit = Math.floor(limit / 2);
    card = build(limit);
  }
  return card;
}
