import type { Attachment } from 'botframework-schema';
import { isJsonObject, type JsonObject, type JsonValue } from '../common/json';
import { adaptiveCardType } from './cardTemplate';
import { verbs } from './verbs';

/** Opinions are kept on the card itself instead of being said in the chat. */
const opinions: ReadonlySet<unknown> = new Set([verbs.helped, verbs.notThis]);

/** Action.Execute needs this one; Teams shows nothing above it (mobile clients and the designer alike). */
export const teamsCardVersion = '1.5';

/**
 * The card for Teams: buttons of forms, and opinions about an article, become `Action.Execute`, so that the answer can put another card in its
 * place; clients too old for that fall back to the plain submit. All other buttons go on saying something in the chat.
 */
export function forTeams(card: Attachment): Attachment {
  const content: unknown = card.content;
  if (card.contentType !== adaptiveCardType || !isJsonObject(content) || !Array.isArray(content['actions'])) return card;
  const actions = content['actions'].map(toExecute);
  const isChanged = actions.some((action, index) => action !== (content['actions'] as JsonValue[])[index]);
  return isChanged ? { ...card, content: { ...content, version: teamsCardVersion, actions } } : card;
}

function toExecute(action: JsonValue): JsonValue {
  if (!isJsonObject(action) || action['type'] !== 'Action.Submit' || !isJsonObject(action['data'])) return action;
  const { msteams: saysSomething, ...data } = action['data'];
  // Buttons of forms say nothing.
  if (saysSomething !== undefined && !opinions.has(data['verb'])) return action;
  const plain: JsonObject = { ...action, data };
  return { ...plain, type: 'Action.Execute', verb: data['verb'] ?? '', fallback: plain };
}
