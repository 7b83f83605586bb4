import type { Attachment } from 'botframework-schema';
import { formCard } from './formCard';
import { verbs } from './verbs';

export interface RatingCardData {
  language: string;
  /** Handed back with the rating, so that a late click on an old card is told from one on this. */
  ratingId: string;
  texts: {
    title: string;
    text: string;
    score: string;
    scoreMissing: string;
    comment: string;
    commentPlaceholder: string;
    submit: string;
    skip: string;
  };
  /** What the scores 1 to 5 are called, worst first. */
  scores: string[];
}

export const maxCommentLength = 1_000;

/** Asks how the chat with the person was: a score and, if the customer likes, a comment. */
export function ratingCard(data: RatingCardData): Attachment {
  const { texts } = data;
  return formCard({
    language: data.language,
    title: texts.title,
    text: texts.text,
    fields: [
      {
        id: 'score',
        kind: 'choice',
        label: texts.score,
        required: true,
        requiredMessage: texts.scoreMissing,
        maxLength: 1,
        choices: data.scores.map((title, index) => ({ title, value: String(index + 1) })).reverse(),
      },
      {
        id: 'comment',
        kind: 'multiline',
        label: texts.comment,
        required: false,
        requiredMessage: '',
        maxLength: maxCommentLength,
        placeholder: texts.commentPlaceholder,
      },
    ],
    submit: { title: texts.submit, verb: verbs.rate, data: { ratingId: data.ratingId } },
    others: [{ title: texts.skip, verb: verbs.skipRating, data: { ratingId: data.ratingId } }],
  });
}
