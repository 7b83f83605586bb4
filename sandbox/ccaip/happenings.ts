import { isoTime } from '../../common/clock';
import type { JsonObject, JsonValue } from '../../common/json';
import type { Delivery } from './delivery';
import { type Behavior, MENUS } from './options';
import type { Agent, Chat, Message, State } from './state';

/** The events of a chat in the vendor's words. Each resolves once the webhook has taken it. */
export class Happenings {
  constructor(
    private readonly delivery: Delivery,
    private readonly state: State,
    private readonly behavior: Behavior,
  ) {}

  raw(chatId: number, eventType: string, body: JsonObject = {}): Promise<void> {
    return this.delivery.send(this.envelope(chatId, eventType, body));
  }

  envelope(chatId: number, eventType: string, body: JsonObject = {}): JsonObject {
    return { event_type: eventType, timestamp: isoTime(this.state.now()), chat_id: chatId, body };
  }

  created(chat: Chat): Promise<void> {
    if (this.behavior.created === 'never') return Promise.resolve();
    const context = this.behavior.echoesContext ? { context: chat.context } : {};
    return this.raw(chat.id, 'chat_created', this.behavior.announcesChat ? { chat: this.chatObject(chat) } : context);
  }

  joined(chat: Chat, agent: Agent): Promise<void> {
    return this.raw(chat.id, 'participant_joined', this.participant(agent, 'connected'));
  }

  left(chat: Chat, agent: Agent): Promise<void> {
    return this.raw(chat.id, 'participant_left', this.participant(agent, 'finished'));
  }

  message(chat: Chat, message: Message): Promise<void> {
    const id = message.from === 'end_user' ? chat.endUser.id : (message.agentId ?? 0);
    const sender = { id, type: message.from, status: 'connected', connected_at: chat.createdAt };
    return this.raw(chat.id, 'message_received', {
      sender,
      message: {
        ...(this.behavior.messageIds && { id: message.id }),
        type: message.type,
        content: this.contentOf(message),
        unheard_of: { field: 1 },
      },
    });
  }

  deflected(chat: Chat): Promise<void> {
    const { escalation } = chat;
    if (!escalation) return Promise.resolve();
    const options = escalation.reason === 'over_capacity' ? ['email', 'human_agent'] : ['email', 'external_link'];
    return this.raw(chat.id, this.behavior.deflectionEvent, {
      escalation_id: escalation.id,
      deflection: { reason: escalation.reason, options: options.map((deflection_channel) => ({ deflection_channel })) },
    });
  }

  ended(chat: Chat): Promise<void> {
    const by = this.behavior.tellsWhoEnded && chat.endedBy ? { disconnected_by: chat.endedBy } : {};
    return this.raw(chat.id, 'chat_ended', { status: chat.status, ...by });
  }

  /** The chat as the API shows it. */
  chatObject(chat: Chat): JsonObject {
    const agent = (one: Agent): JsonObject => ({
      id: one.id,
      name: one.name,
      first_name: one.name,
      avatar_url: '',
      status: 'connected',
    });
    const menu = MENUS.find(({ id }) => id === chat.menuId);
    const none: JsonValue = null;
    return {
      id: chat.id,
      status: chat.status === 'creating' || chat.status === 'deflected' ? 'queued' : chat.status,
      status_text: '',
      features: [],
      created_at: chat.createdAt,
      ends_at: none,
      timeout_at: none,
      agent: chat.agent ? agent(chat.agent) : none,
      virtual_agent: none,
      all_agents: chat.allAgents.map(agent),
      all_virtual_agents: [],
      lang: chat.lang,
      menus: menu ? [{ id: menu.id, name: menu.name }] : [],
      end_user: { id: chat.endUser.id, identifier: chat.endUser.identifier },
      ...(this.behavior.echoesContext && { context: chat.context }),
      unheard_of: 1,
    };
  }

  private participant({ id, name }: Agent, status: string): JsonObject {
    const named = this.behavior.namesAgents ? { name } : {};
    return { participant: { id, type: 'agent', status, connected_at: isoTime(this.state.now()), ...named } };
  }

  private contentOf({ text, media }: Message): JsonValue {
    if (media) return { media_id: media.id, ...(this.behavior.fileNames && { file_name: media.name }) };
    return this.behavior.agentContent === 'object' ? { text } : text;
  }
}
