import { type Activity, ActivityTypes, type Attachment } from 'botbuilder';
import { type JsonObject, toJson } from '../../common/json';
import type { AgentFile, Card } from '../../handoff/events';
import type { AgentSaid, Delivery, DeliveryContext } from '../../relay/delivery';
import { agentCardMark } from './customerMessage';
import { statusEvent } from './initiation';
import { type NoticeTexts, noticeText } from './noticeText';

/** Verb of the button below a message that did not arrive. */
export const resendVerb = 'resendMessages';

/** Channels whose clients get `handoff.status`; Teams and others refuse events from bots. */
const eventChannels = new Set(['directline', 'webchat', 'emulator', 'test']);

export interface DeliveryTexts extends NoticeTexts {
  /** The address a customer can open an agent's file at. */
  fileAddress(file: AgentFile, context: DeliveryContext): string;
  /** Label and message of the quick reply with which the customer leaves. */
  leave(language: string): { title: string; text: string };
}

/** The activities that carry a delivery to the customer, in order. */
export function toActivities(
  delivery: Delivery,
  context: DeliveryContext,
  channelId: string,
  texts: DeliveryTexts,
): Partial<Activity>[] {
  if (delivery.kind === 'agentMessage') return [agentActivity(delivery, context, texts)];
  if (delivery.kind === 'giveBack') return [];
  const text = noticeText(delivery, texts, context.language);
  const activities: Partial<Activity>[] = [];
  const state = statusOf(delivery);
  if (state && eventChannels.has(channelId)) {
    activities.push({
      type: ActivityTypes.Event,
      name: statusEvent,
      value: { state, handoffId: context.handoffId, ...('agentName' in delivery && { agentName: delivery.agentName }) },
    });
  }
  if (text !== undefined) {
    const leave = texts.leave(context.language);
    const canLeave = delivery.kind === 'queued' || delivery.kind === 'agentJoined' || delivery.kind === 'transferred';
    activities.push({
      type: ActivityTypes.Message,
      text,
      textFormat: 'plain',
      ...(delivery.kind === 'undelivered' &&
        delivery.canRetry && { attachments: [resendButton(delivery.messages, texts, context)] }),
      ...(canLeave && {
        suggestedActions: { to: [], actions: [{ type: 'imBack', title: leave.title, value: leave.text }] },
        // A page with a button of its own for that shows this one, not both.
        channelData: { switchboard: { leaveReply: true } },
      }),
    });
  }
  return activities;
}

function resendButton(messages: { id: string }[], texts: DeliveryTexts, context: DeliveryContext): Attachment {
  const title = texts.t('notice.sendAgain', context.language);
  const value = { verb: resendVerb, messageIds: messages.map(({ id }) => id) };
  return {
    contentType: 'application/vnd.microsoft.card.hero',
    content: { buttons: [{ type: 'messageBack', title, text: title, displayText: title, value }] },
  };
}

function agentActivity(said: AgentSaid, context: DeliveryContext, texts: DeliveryTexts): Partial<Activity> {
  const attachments: Attachment[] = [
    ...said.cards.map(toAttachment),
    ...said.files.map((file) => ({
      contentType: file.contentType,
      name: file.name,
      contentUrl: texts.fileAddress(file, context),
    })),
  ];
  const text = said.text && said.agentName ? `${said.agentName}: ${said.text}` : said.text;
  return {
    type: ActivityTypes.Message,
    text,
    textFormat: 'plain',
    ...(attachments.length > 0 && { attachments }),
    channelData: { switchboard: { from: 'agent', ...(said.agentName !== undefined && { agentName: said.agentName }) } },
  };
}

/** An agent's card with its buttons marked, so that a submission goes to the agent and not to the bot. */
function toAttachment(card: Card): Attachment {
  if (card.contentType !== 'application/vnd.microsoft.card.adaptive')
    return { contentType: card.contentType, content: card.content };
  return { contentType: card.contentType, content: marked(card.content) };
}

function marked(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) => {
    const action = part as { type?: unknown; data?: unknown };
    if (typeof part !== 'object' || part === null || (action.type !== 'Action.Submit' && action.type !== 'Action.Execute'))
      return part;
    const data = typeof action.data === 'object' && action.data !== null ? action.data : { value: toJson(action.data) };
    return { ...action, data: { ...data, [agentCardMark]: true } };
  }) as JsonObject;
}

function statusOf(delivery: Delivery): 'queued' | 'accepted' | 'failed' | 'completed' | undefined {
  switch (delivery.kind) {
    case 'queued':
    case 'transferred':
    case 'agentLeft':
      return 'queued';
    case 'agentJoined':
      return 'accepted';
    case 'ended':
      return 'completed';
    case 'failed':
      return 'failed';
    default:
      return undefined;
  }
}
