import type { BotConversations } from '../customCrm/dependencies';
import { toLiveLink } from '../relay/linkData';
import type { LinkStore } from '../store/links';

/** The bot's conversations by what one desk calls its chats: the links say which is which, also after the chat is over. */
export function conversationsOf(links: Pick<LinkStore, 'findBySession'>, desk: string): BotConversations {
  return {
    async findByChat(chatId) {
      const found = await links.findBySession(desk, chatId);
      if (!found) return undefined;
      const { state, request, data } = toLiveLink(found);
      const { chatActivityId, topic, channel, requestedAt } = request.handoff;
      return {
        state,
        topic,
        channel,
        requestedAt,
        ...(chatActivityId !== undefined && { chatActivityId }),
        ...(data.agentName !== undefined && { agentName: data.agentName }),
      };
    },
  };
}
