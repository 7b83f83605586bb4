import { createHash } from 'node:crypto';
import type { Activity } from 'botbuilder';
import { type Clock, isoTime } from '../../common/clock';
import { customerText } from '../../dialogs/customerInput';
import type { CustomerMessage } from '../../handoff/request';
import { isDeleted, isEdited } from '../teams/lifecycle';

export interface CorrectionWords {
  /** What the agent reads of a message that was changed. */
  corrected(text: string, language: string): string;
  /** What the agent reads of a message that was taken back. */
  deleted(language: string): string;
}

/**
 * What goes to the agent when the customer changes or takes back a message: no desk can change what it has, so it is said. The id
 * differs between two changes of one message and is equal when a change is told twice.
 */
export function toCorrection(
  activity: Activity,
  words: CorrectionWords,
  language: string,
  clock: Clock,
): CustomerMessage | undefined {
  const said = { files: [], at: isoTime(clock.now()) };
  if (isDeleted(activity)) return { ...said, id: `${activity.id}/deleted`, author: 'bot', text: words.deleted(language) };
  const text = isEdited(activity) ? customerText(activity) : '';
  if (text === '') return undefined;
  const change = createHash('sha256')
    .update(`${activity.timestamp?.toISOString() ?? ''} ${text}`)
    .digest('base64url');
  return { ...said, id: `${activity.id}/${change.slice(0, 16)}`, text: words.corrected(text, language) };
}
