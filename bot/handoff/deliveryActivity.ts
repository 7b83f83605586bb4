import { type Activity, ActivityTypes, type Attachment } from 'botbuilder';
import type { AgentFile, Card } from '../../handoff/events';
import type { AgentSaid, Delivery, DeliveryContext } from '../../relay/delivery';
import { abilitiesOf } from '../channels/channelAbilities';
import { fileCard } from '../teams/fileCard';
import { markCard } from './agentCard';
import { harmlessCard } from './harmlessCard';
import { statusEvent } from './initiation';
import { type NoticeTexts, noticeText } from './noticeText';

/** Verb of the button below a message that did not arrive. */
export const resendVerb = 'resendMessages';

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
  if (delivery.kind === 'agentMessage') return [agentActivity(delivery, context, channelId, texts)];
  if (delivery.kind === 'giveBack') return [];
  const text = noticeText(delivery, texts, context.language);
  const activities: Partial<Activity>[] = [];
  const state = statusOf(delivery);
  if (state && abilitiesOf(channelId).takesEvents) {
    activities.push({
      type: ActivityTypes.Event,
      name: statusEvent,
      value: { state, handoffId: context.handoffId, ...('agentName' in delivery && { agentName: delivery.agentName }) },
    });
  }
  if (text !== undefined) {
    const leave = texts.leave(context.language);
    const canLeave = delivery.kind === 'queued' || delivery.kind === 'agentJoined' || delivery.kind === 'transferred';
    const stillHere = delivery.kind === 'reminder' ? texts.t('replies.stillHere', context.language) : undefined;
    activities.push({
      type: ActivityTypes.Message,
      text,
      textFormat: 'plain',
      ...(delivery.kind === 'undelivered' &&
        delivery.canRetry && { attachments: [resendButton(delivery.messages, texts, context)] }),
      ...(delivery.kind === 'fileRequested' && { channelData: { switchboard: { fileRequested: true } } }),
      ...(canLeave && {
        suggestedActions: { to: [], actions: [{ type: 'imBack', title: leave.title, value: leave.text }] },
        // A page with a button of its own for that shows this one, not both.
        channelData: { switchboard: { leaveReply: true } },
      }),
      // What it says goes to the agent as any other message, which is all that is needed.
      ...(stillHere !== undefined && {
        suggestedActions: {
          to: [],
          actions: [
            { type: 'imBack', title: stillHere, value: stillHere },
            { type: 'imBack', title: leave.title, value: leave.text },
          ],
        },
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

function agentActivity(said: AgentSaid, context: DeliveryContext, channelId: string, texts: DeliveryTexts): Partial<Activity> {
  const attachments: Attachment[] = [
    ...said.cards.map(toAttachment),
    ...said.files.map((file) => {
      const { name, contentType } = file;
      const url = texts.fileAddress(file, context);
      return abilitiesOf(channelId).takesFileAddresses
        ? { contentType, name, contentUrl: url }
        : fileCard(
            { name, contentType, url, ...(file.url === undefined && tokenIn(url)) },
            { open: texts.t('notice.openFile', context.language), save: texts.t('teamsFile.save', context.language) },
          );
    }),
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

/** The token in an address of ours. */
function tokenIn(url: string): { token?: string } {
  const token = /\/files\/([\w-]+)\/[^/]*$/.exec(url)?.[1];
  return token === undefined ? {} : { token };
}

/** An agent's card without what could run, its buttons marked, so that a submission goes to the agent and not to the bot. */
function toAttachment({ contentType, content }: Card): Attachment {
  const card = harmlessCard(content);
  return { contentType, content: contentType === 'application/vnd.microsoft.card.adaptive' ? markCard(card) : card };
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
