import type { Activity } from 'botbuilder';

type Told = Partial<Pick<Activity, 'type' | 'action' | 'membersAdded' | 'membersRemoved' | 'recipient' | 'channelData' | 'text'>>;

/** The bot was added to the conversation: Teams tells it twice, other channels once. An upgrade of the app is no news. */
export function isInstalled(activity: Told): boolean {
  if (activity.type === 'installationUpdate') return activity.action === 'add';
  return activity.type === 'conversationUpdate' && isAboutBot(activity.membersAdded, activity);
}

/** The bot was removed from the conversation: nothing it sends arrives any more. */
export function isUninstalled(activity: Told): boolean {
  if (activity.type === 'installationUpdate') return activity.action === 'remove';
  return activity.type === 'conversationUpdate' && isAboutBot(activity.membersRemoved, activity);
}

/** The customer changed what they had written, or took a deletion back; other updates (of cards, of links) are not theirs. */
export function isEdited(activity: Told): boolean {
  const event = eventOf(activity);
  return activity.type === 'messageUpdate' && (event === 'editMessage' || event === 'undeleteMessage');
}

/** The customer took back what they had written. */
export function isDeleted(activity: Told): boolean {
  return activity.type === 'messageDelete' && eventOf(activity) === 'softDeleteMessage';
}

function eventOf({ channelData }: Told): unknown {
  return (channelData as { eventType?: unknown } | null | undefined)?.eventType;
}

/** Direct Line tells of the bot when the conversation begins, and of the user with the first message. */
function isAboutBot(members: Activity['membersAdded'], { recipient }: Told): boolean {
  return Array.isArray(members) && members.some((member) => member?.id !== undefined && member.id === recipient?.id);
}
