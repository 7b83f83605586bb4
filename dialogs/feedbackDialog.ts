import { maxCommentLength, ratingCard } from '../cards/ratingCard';
import { verbs } from '../cards/verbs';
import type { JsonObject } from '../common/json';
import { Dialog, type DialogContext, type DialogTurnResult } from './botDialogs';
import { retireClickedCard } from './clickedCard';
import { textMember } from './customerInput';
import { say, send, type Turn, text, turnOf } from './turn';
import { keep } from './visit';

export const feedbackDialogId = 'feedback';
/** What is left to wish for when a chat is over. */
const afterwards = ['transcript', 'bye'];

/**
 * Asks for a rating after the chat with a person. Asking the next question instead is fine. The record of the chat is
 * closed before, so that a customer who just leaves keeps nothing open.
 */
export class FeedbackDialog extends Dialog {
  constructor() {
    super(feedbackDialogId);
  }

  override async beginDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    const card = ratingCard({
      language: turn.language,
      ratingId: turn.data.rating?.id ?? '',
      texts: {
        title: text(turn, 'feedback.title'),
        text: text(turn, 'feedback.text'),
        score: text(turn, 'feedback.score'),
        scoreMissing: text(turn, 'feedback.scoreMissing'),
        comment: text(turn, 'feedback.comment'),
        commentPlaceholder: text(turn, 'feedback.commentPlaceholder'),
        submit: text(turn, 'feedback.submit'),
        skip: text(turn, 'feedback.skip'),
      },
      scores: [...turn.collaborators.texts.list('feedback.scores', turn.language)],
    });
    await send(turn, { attachments: [card], replies: [text(turn, 'replies.transcript')] });
    return Dialog.EndOfTurn;
  }

  override async continueDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    const { input } = turn;
    if (input.kind === 'submission' && input.verb === verbs.rate) {
      const isTaken = await takeRating(turn, input.data);
      return isTaken ? dc.endDialog() : Dialog.EndOfTurn;
    }
    const isSkipped = input.kind === 'submission' ? input.verb === verbs.skipRating : turn.command === 'cancel';
    if (isSkipped) {
      retireClickedCard(turn, 'feedback.title', 'card.skipped');
      await say(turn, 'feedback.skipped', undefined, afterwards);
    } else if (input.kind === 'text' && /^[1-5]$/.test(input.text)) {
      await takeRating(turn, { score: input.text, ratingId: turn.data.rating?.id ?? '' });
    } else turn.isPassedOn = true;
    return dc.endDialog();
  }
}

/** Whether a rating of that id is still waited for. Once another visit is open it would land on the wrong record. */
export function isRatingOpen({ data: { rating, visit } }: Turn, ratingId: string): boolean {
  return rating !== undefined && rating.id === ratingId && !rating.isGiven && !visit;
}

/**
 * Keeps a submitted rating, also from a card of a while ago. True when the customer has been given a final answer,
 * false when the score has to be chosen first.
 */
export async function takeRating(turn: Turn, data: JsonObject): Promise<boolean> {
  const { rating } = turn.data;
  const ratingId = textMember(data, 'ratingId');
  if (rating?.isGiven && rating.id === ratingId) {
    retireClickedCard(turn, 'feedback.title', 'feedback.alreadyGiven');
    await say(turn, 'feedback.alreadyGiven', undefined, afterwards);
    return true;
  }
  if (!rating || !isRatingOpen(turn, ratingId)) {
    retireClickedCard(turn, 'feedback.title', 'card.closed');
    await say(turn, 'feedback.tooLate', undefined, ['bye']);
    return true;
  }
  const score = Number(textMember(data, 'score'));
  if (![1, 2, 3, 4, 5].includes(score)) {
    await say(turn, 'feedback.scoreMissing');
    return false;
  }
  const comment = textMember(data, 'comment').slice(0, maxCommentLength);
  const kept = await keep(turn, 'rating', async () => {
    await turn.collaborators.chatRecords.rate(turn.conversationKey, {
      score,
      ...(comment !== '' && { comment }),
      ...(rating.handoffId !== undefined && { handoffId: rating.handoffId }),
    });
    return true;
  });
  if (kept) rating.isGiven = true;
  const given = turn.collaborators.texts.list('feedback.scores', turn.language)[score - 1] ?? String(score);
  if (kept) retireClickedCard(turn, 'feedback.title', 'card.rated', { score: given });
  await say(turn, kept ? 'feedback.thanks' : 'feedback.notKept', undefined, afterwards);
  return true;
}
