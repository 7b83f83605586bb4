/** Names that traffic, seeded links and the minimal desk agree on. */
export const conversationId = (index: number) => `conversation-${index}`;
export const sessionKey = (index: number) => `session-${index}`;
export const linkId = (index: number) => `link-${index}`;
export const channelId = 'webchat';
export const benchProvider = 'bench';
export const questionsPerConversation = 5;
