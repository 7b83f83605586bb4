import type { Attachment } from 'botframework-schema';
import { doneCard } from '../cards/choiceCards';
import { type TextParams, type Turn, text } from './turn';

/**
 * The card whose button was pressed is to show this from now on. Channels that can change a card do so when the turn is over;
 * on others the card stays as it is, and pressing its buttons again is answered as ever.
 */
export function replaceClickedCard(turn: Turn, card: Attachment): void {
  if (turn.input.kind === 'submission') turn.replacement = card;
}

/** The clicked card has done its work: it keeps its title and says what became of it. */
export function retireClickedCard(turn: Turn, titleKey: string, outcomeKey: string, params?: TextParams): void {
  const card = doneCard({ language: turn.language, title: text(turn, titleKey), text: text(turn, outcomeKey, params) });
  replaceClickedCard(turn, card);
}

/** Whether the answer to this click is the card itself, so that the next form can be shown in place of the last one. */
export function answersWithCard({ context, input }: Turn): boolean {
  const { type, name } = context.activity;
  return input.kind === 'submission' && type === 'invoke' && name === 'adaptiveCard/action';
}
