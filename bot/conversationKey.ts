import type { ConversationReference } from 'botbuilder';

/** The one key of a conversation over all channels. */
export function conversationKey(place: { channelId?: string | undefined; conversation?: { id?: string } | undefined }): string {
  return `${place.channelId ?? 'unknown'}|${place.conversation?.id ?? ''}`;
}

/** A reference that can be stored and sent to later. The activity id is left out: replies to old ids are held back by some clients. */
export function lastingReference(reference: Partial<ConversationReference>): Partial<ConversationReference> {
  const { activityId: _activityId, ...lasting } = reference;
  return lasting;
}
