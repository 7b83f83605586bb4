import { randomUUID } from 'node:crypto';
import { type Activity, TurnContext } from 'botbuilder';
import type { Clock } from '../../../common/clock';
import { type JsonObject, toJson } from '../../../common/json';
import { lastingReference } from '../../conversationKey';
import { decode } from './decode';
import type { Incoming } from './incoming';
import { Loose, looseObject } from './looseJson';
import { channelId, guestId } from './toActivity';
import type { WireEvent } from './wire';

const guest = 'mluvii_guest';

/** Whether an activity comes from mluvii as a Direct Line client. */
export function isFromMluvii(activity: Activity): boolean {
  return activity.channelId === 'directline' && activity.from?.id === guest;
}

/**
 * What a Bot Framework chatbot gets, as the API chatbot would have got it: the same channel, the same guest ids (every guest has
 * the same name here), the same events. `undefined` when it does not come from mluvii.
 */
export async function adoptDirectLine(
  activity: Activity,
  incoming: Incoming,
  clock: Clock,
): Promise<Activity | 'handled' | undefined> {
  if (!isFromMluvii(activity)) return undefined;
  const sessionId = activity.conversation.id;
  const event = eventOf(activity);
  if (event.kind === 'answer' && (await incoming.answer(sessionId, event))) return 'handled';
  const reference = toJson(lastingReference(TurnContext.getConversationReference(activity))) as JsonObject;
  const { serviceUrl, id = randomUUID() } = activity;
  const place = { sessionId, id, receivedAt: clock.now(), serviceUrl };
  const translated = await incoming.translate(event, place, reference);
  if (translated) return ownNames(translated, activity);
  // Invokes and the like mean in Direct Line what they mean anywhere.
  if (event.kind !== 'unknown') return 'handled';
  // Files and values: whoever sends them is with us, as with a text.
  if (activity.type === 'message' && !(await incoming.hear(place, reference))) return 'handled';
  const from = { ...activity.from, id: guestId(sessionId) };
  return { ...activity, channelId, from };
}

/** A command in `channelData`, or what the activity itself says. */
function eventOf(activity: Activity): WireEvent {
  const data = looseObject(activity.channelData);
  const told = {
    ...(activity.locale !== undefined && { language: activity.locale }),
    ...(activity.timestamp !== undefined && { timestamp: new Date(activity.timestamp).toISOString() }),
  };
  if (data && new Loose(data).text('activity') !== undefined) return decode({ ...told, ...data });
  const source = data && new Loose(data).text('source');
  const common = { ...told, ...(source !== undefined && { source }) };
  switch (activity.type) {
    case 'conversationUpdate':
      return isAboutBot(activity)
        ? decode({ ...common, activity: 'ConversationStarted' })
        : { kind: 'unknown', name: 'conversationUpdate' };
    case 'endOfConversation':
      return decode({ ...common, activity: 'ConversationEnded' });
    case 'message':
      // A message with files or a value is more than a text.
      return isText(activity)
        ? decode({ ...common, activity: 'Text', text: activity.text ?? '' })
        : { kind: 'unknown', name: 'message' };
    default:
      return { kind: 'unknown', name: activity.type };
  }
}

function isText(activity: Activity): boolean {
  return !activity.attachments?.length && (activity.value === undefined || activity.value === null);
}

function isAboutBot({ membersAdded, recipient }: Activity): boolean {
  return (membersAdded ?? []).some(({ id }) => id === recipient?.id);
}

/** The bot keeps the name it has in Direct Line. */
function ownNames(translated: Activity, { recipient, type, membersAdded }: Activity): Activity {
  return {
    ...translated,
    ...(recipient && { recipient }),
    ...(type === 'conversationUpdate' && membersAdded && { membersAdded }),
  };
}
