import type { JsonObject, JsonValue } from '../../common/json';
import type { Delivery } from './delivery';
import { type Behavior, QUEUES } from './options';
import type { Attachment, Conversation, Message, State } from './state';

/** The events of a conversation in the vendor's words. Each resolves once the webhook has taken it. */
export class Happenings {
  private lastTime = 0;

  constructor(
    private readonly delivery: Delivery,
    private readonly state: State,
    private readonly behavior: Behavior,
    private readonly baseUrl: () => string,
  ) {}

  raw(conversation: Conversation, eventType: string, data?: JsonValue, more: JsonObject = {}): Promise<void> {
    // Never the same time twice, so that the order of events can be told from it.
    this.lastTime = Math.max(Date.now(), this.lastTime + 1);
    const envelope = { eventType, ...more, conversationId: conversation.id, timestamp: this.lastTime };
    return this.delivery.send(data === undefined ? envelope : { ...envelope, data });
  }

  updated(conversation: Conversation): Promise<void> {
    const { state, assignment, user } = conversation;
    return this.raw(conversation, 'CONVERSATION_UPDATE', {
      state,
      ...(state !== 'created' && { assignment: { ...assignment, resourceId: 'r-1' } }),
      user,
      channel: 'ChatAPI',
      unheardOf: { field: 1 },
    });
  }

  queued(conversation: Conversation): Promise<void> {
    const queueName = QUEUES.find(({ id }) => id === conversation.queueId)?.name ?? '';
    return this.raw(conversation, 'QUEUED', { queueId: conversation.queueId, queueName });
  }

  member(conversation: Conversation, memberType: 'agent' | 'user', change: 'joined' | 'left', id: string): Promise<void> {
    if (memberType === 'agent' && this.behavior.legacyMembers) {
      const agentName = this.state.agents.get(id)?.name ?? '';
      const eventType = change === 'joined' ? 'AGENT_JOINED' : 'AGENT_LEFT';
      return this.raw(conversation, eventType, undefined, { messageType: 'SYSTEM', agentId: id, agentName });
    }
    return this.raw(conversation, 'MEMBERS_CHANGED', { memberType, change, id });
  }

  transfer(conversation: Conversation): Promise<void> {
    return this.raw(conversation, 'TRANSFER');
  }

  message(conversation: Conversation, message: Message): Promise<void> {
    if (message.author !== 'agent' && this.behavior.echo === 'none') return Promise.resolve();
    const isEcho = message.author === 'bot' || (message.author === 'user' && this.behavior.echo === 'marked');
    const sender = { id: message.agentId ?? 'user', type: message.author };
    return this.raw(conversation, 'MESSAGE', {
      isEcho,
      sender,
      ...(message.text !== '' && { text: message.text }),
      ...(message.attachments.length > 0 && { attachments: this.attachmentsOf(conversation, message) }),
      ...(message.cards.length > 0 && { cards: message.cards }),
    });
  }

  typing(conversation: Conversation, users: { type: string; id: string }[]): Promise<void> {
    return this.raw(conversation, 'ACTIVITY', { name: 'typing', value: { users } });
  }

  /** A link that opens the file without the API key. */
  linkTo(attachment: Attachment): string {
    return `${this.baseUrl()}/files/${encodeURIComponent(attachment.id)}?sig=${attachment.signature}`;
  }

  private attachmentsOf(conversation: Conversation, message: Message): JsonObject[] {
    return message.attachments.flatMap((id) => {
      const attachment = conversation.attachments.get(id);
      if (!attachment) return [];
      const kind = attachment.contentType.split('/')[0] ?? '';
      const type = ['image', 'video', 'audio'].includes(kind) ? kind : 'file';
      return [{ id, type, preSignedUrl: this.linkTo(attachment), fileName: attachment.filename }];
    });
  }
}
