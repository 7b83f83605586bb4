import type { Attachment } from 'botframework-schema';
import { isJsonObject, type JsonObject } from '../common/json';
import type { Verb } from './verbs';

/** A button of an adaptive card that comes back to the bot. */
export interface SubmitAction {
  title: string;
  verb: Verb;
  /** What the bot needs to know when it is pressed, also much later. */
  data?: JsonObject;
}

/** What a pressed button sends. Teams shows nothing of a submit unless told to say it as a message. */
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

/**
 * The card for clients other than Teams: without what only Teams understands. Most ignore it, but the buttons of the
 * Agents Playground do nothing when they carry it.
 */
export function withoutTeamsData(card: Attachment): Attachment {
  const content: unknown = card.content;
  if (!isJsonObject(content) || !Array.isArray(content['actions'])) return card;
  const actions = content['actions'].map((action) => {
    if (!isJsonObject(action) || !isJsonObject(action['data'])) return action;
    const { msteams: _onlyForTeams, ...data } = action['data'];
    return { ...action, data };
  });
  return { ...card, content: { ...content, actions } };
}
