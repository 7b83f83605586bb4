import { channelId, sessionKey } from './places';

export type TurnKind = 'message' | 'question' | 'agentMessage';

/** A sentence of the length people write in a chat. */
const sentence = 'I sent the transfer on Monday and it has still not arrived, can you have a look please?';

/** What the channel posts when a customer writes. */
export function customerActivity(serviceUrl: string, conversation: string, id: string, text = sentence): string {
  return JSON.stringify({
    type: 'message',
    id,
    timestamp: new Date().toISOString(),
    channelId,
    serviceUrl,
    from: { id: `user-${conversation}`, name: 'Customer', role: 'user' },
    recipient: { id: 'bot', name: 'Bot' },
    conversation: { id: conversation },
    locale: 'en-US',
    text,
    textFormat: 'plain',
  });
}

/** What the minimal desk posts when its agent writes. */
export function agentCall(index: number, id: string): string {
  return JSON.stringify({ sessionKey: sessionKey(index), eventId: id, at: new Date().toISOString(), text: sentence });
}
