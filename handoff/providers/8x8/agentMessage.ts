import { isJsonObject, type JsonObject } from '../../../common/json';
import { objectOf, objectsOf, textOf, wordOf } from '../../../common/jsonMembers';
import { mediaTypeOf } from '../../../common/mediaType';
import type { AgentFile, AgentMessageEvent, Card } from '../../events';
import { wordsOf } from './history';
import { ADAPTIVE_CARD, QUICK_REPLIES } from './wire';

/**
 * An agent's message; undefined for everybody else's. Each send comes back as an event, and whether a customer's text is
 * marked as an echo is not documented: only what is no echo and from an agent goes to the customer.
 */
export function toAgentMessage(
  data: JsonObject,
  stamp: { eventId: string; at: string },
  named: { agentName?: string },
): AgentMessageEvent | undefined {
  if (data['isEcho'] === true || objectOf(data['sender'])['type'] !== 'agent') return undefined;
  const attachments = objectsOf(data['attachments']).flatMap(toFile);
  const { cards, words } = toCards(objectsOf(data['cards']));
  const text = textOf(data['text']) ?? '';
  const whole = [text, ...words].filter((part) => part !== '').join('\n');
  if (whole === '' && attachments.length === 0 && cards.length === 0) return undefined;
  return { ...stamp, kind: 'agentMessage', text: whole, attachments, cards, ...named };
}

function toFile(attachment: JsonObject): AgentFile[] {
  const attachmentId = wordOf(attachment['id']);
  if (attachmentId === undefined) return [];
  const name = wordOf(attachment['fileName']) ?? wordOf(attachment['filename']);
  const preSignedUrl = wordOf(attachment['preSignedUrl']);
  return [
    {
      name: name ?? attachmentId,
      contentType: mediaTypeOf(name ?? ''),
      reference: { attachmentId, ...(name !== undefined && { name }), ...(preSignedUrl !== undefined && { preSignedUrl }) },
    },
  ];
}

/** Quick replies become a card any channel draws; cards made for one channel are told in words. */
function toCards(found: JsonObject[]): { cards: Card[]; words: string[] } {
  const cards: Card[] = [];
  const words: string[] = [];
  for (const card of found) {
    const contentType = wordOf(card['contentType']) ?? ADAPTIVE_CARD;
    const content = card['content'];
    if (!isJsonObject(content)) continue;
    if (contentType === ADAPTIVE_CARD) cards.push({ contentType, content });
    else if (contentType === QUICK_REPLIES) cards.push(toChoices(content));
    else words.push(wordsOf(content));
  }
  return { cards, words };
}

function toChoices(content: JsonObject): Card {
  const actions = objectsOf(content['options']).map((option) => ({
    type: 'Action.Submit',
    title: textOf(option['title']) ?? '',
    data: option['data'] ?? textOf(option['title']) ?? '',
  }));
  return { contentType: ADAPTIVE_CARD, content: { type: 'AdaptiveCard', version: '1.3', body: [], actions } };
}
