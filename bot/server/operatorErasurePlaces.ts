import { ledgerGroup } from '../../dynamics/ledger/operations';
import type { ServedChannel } from '../channels/servedChannel';

/** Where in the store parts of a conversation lie that no link and no `conversationKey` leads to. */
export interface ErasurePlaces {
  /** Documents of the conversation, its customers and its handoffs. */
  documentKeys: string[];
  /** Groups of its tasks, besides those of its records. */
  taskGroups: string[];
}

/** `conversation`: channel id, `|`, conversation id, as `conversationKey` makes it. */
export function placesOf(
  conversation: string,
  customerIds: readonly string[],
  handoffIds: readonly string[],
  channels: readonly Pick<ServedChannel, 'channelId' | 'placesOf'>[],
): ErasurePlaces {
  const bar = conversation.indexOf('|');
  const channel = conversation.slice(0, bar);
  const id = conversation.slice(bar + 1);
  const own = channels.find(({ channelId }) => channelId === channel)?.placesOf(id);
  return {
    documentKeys: [
      // The Bot Framework's own spelling of its keys; the slash at the end stands before a namespace that we do not use.
      `${channel}/conversations/${id}/`,
      ...customerIds.map((customer) => `${channel}/users/${customer}/`),
      `chat/${conversation}`,
      `skill/canceled/${conversation}`,
      ...handoffIds.flatMap((handoff) => [`queueNotice/${handoff}`, `movedPlace/${handoff}`]),
      ...(own?.documentKeys ?? []),
    ],
    taskGroups: own?.taskGroups ?? [],
  };
}

/** Where the record of a chat lies until Dynamics has it. */
export function recordPlacesOf(chatActivityId: string): { documentKey: string; taskGroup: string } {
  return { documentKey: `chatCreated/${chatActivityId}`, taskGroup: ledgerGroup(chatActivityId) };
}
