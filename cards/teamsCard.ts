import type { Attachment } from 'botframework-schema';
import { isJsonObject, type JsonObject, type JsonValue } from '../common/json';
import { adaptiveCardType } from './cardTemplate';
import { verbs } from './verbs';

/** Opinions are kept on the card itself instead of being said in the chat. */
const opinions: ReadonlySet<unknown> = new Set([verbs.helped, verbs.notThis]);

/** What sends a form. */
const submits: ReadonlySet<unknown> = new Set([verbs.submitPreChat, verbs.submitMessage, verbs.rate]);

/** Action.Execute needs this one; Teams shows nothing above it (mobile clients and the designer alike). */
export const teamsCardVersion = '1.5';

/**
 * The card for Teams: buttons of forms, and opinions about an article, become `Action.Execute`, so that the answer can put another card in its
 * place; clients too old for that fall back to the plain submit. All other buttons go on saying something in the chat. A form also asks, whenever
 * it is shown anew, whether it is still open: it may have been overtaken by what was said, or by an agent.
 */
export function forTeams(card: Attachment): Attachment {
  const content: unknown = card.content;
  if (card.contentType !== adaptiveCardType || !isJsonObject(content) || !Array.isArray(content['actions'])) return card;
  const actions = content['actions'].map(toExecute);
  const isChanged = actions.some((action, index) => action !== (content['actions'] as JsonValue[])[index]);
  return isChanged ? { ...card, content: { ...content, version: teamsCardVersion, ...refreshOf(actions), actions } } : card;
}

/** Without the ids of users all readers' clients ask, in a chat of up to 60. */
function refreshOf(actions: readonly JsonValue[]): JsonObject {
  for (const action of actions) {
    const data = isJsonObject(action) && isJsonObject(action['data']) ? action['data'] : {};
    if (!submits.has(data['verb'])) continue;
    const asked = { ...data, form: data['verb'] ?? '', verb: verbs.refresh };
    return { refresh: { action: { type: 'Action.Execute', verb: verbs.refresh, data: asked } } };
  }
  return {};
}

function toExecute(action: JsonValue): JsonValue {
  if (!isJsonObject(action) || action['type'] !== 'Action.Submit' || !isJsonObject(action['data'])) return action;
  const { msteams: saysSomething, ...data } = action['data'];
  // Buttons of forms say nothing.
  if (saysSomething !== undefined && !opinions.has(data['verb'])) return action;
  const plain: JsonObject = { ...action, data };
  return { ...plain, type: 'Action.Execute', verb: data['verb'] ?? '', fallback: plain };
}
