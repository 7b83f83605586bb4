import type { JsonObject } from '../common/json';
import type { Verb } from './verbs';

/** A button of an adaptive card that comes back to the bot. */
export interface SubmitAction {
  title: string;
  verb: Verb;
  /** What the bot needs to know when it is pressed, also much later. */
  data?: JsonObject;
}

/**
 * What a pressed button sends. Teams shows nothing of a submit unless told to say it as a message; other channels
 * ignore `msteams`, and the transcript reads from it what was pressed.
 */
export function submitData(action: SubmitAction): JsonObject {
  return {
    ...action.data,
    verb: action.verb,
    msteams: { type: 'messageBack', displayText: action.title, text: action.title },
  };
}

/** What a form's button sends. Plain, because the inputs are merged into it by every client. */
export function formData(action: SubmitAction): JsonObject {
  return { ...action.data, verb: action.verb };
}
