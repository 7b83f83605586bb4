import { isoTime } from '../../common/clock';
import type { Happenings } from './happenings';
import type { Behavior } from './options';
import type { Chat, Message, State } from './state';

/** What happens to a chat, whoever makes it happen. Each resolves once the webhook has taken the events. */
export class ChatLife {
  constructor(
    private readonly state: State,
    readonly happenings: Happenings,
    private readonly behavior: Behavior,
  ) {}

  /** The chat exists: agents see it, unless it is turned away. */
  async begin(chat: Chat): Promise<void> {
    const reason = this.turnsAway();
    chat.status = reason ? 'deflected' : 'queued';
    this.state.changed();
    await this.happenings.created(chat);
    if (!reason) return;
    chat.escalation = { id: this.state.nextId(), reason };
    void this.happenings.deflected(chat);
  }

  /** The chat waits for an agent, for the first time or again. */
  queue(chat: Chat): void {
    chat.status = 'queued';
    delete chat.agent;
    delete chat.endedBy;
    this.state.changed();
  }

  say(chat: Chat, said: Omit<Message, 'id' | 'at'>): Promise<void> {
    const message: Message = { id: this.state.nextId(), at: isoTime(this.state.now()), ...said };
    chat.messages.push(message);
    this.state.changed();
    return this.happenings.message(chat, message);
  }

  /** The agent closed the tab of the chat; it can be resumed. */
  dismiss(chat: Chat): Promise<void> {
    chat.status = 'dismissed';
    delete chat.agent;
    this.state.changed();
    return this.happenings.raw(chat.id, 'chat_dismissed');
  }

  async end(chat: Chat, status: 'finished' | 'failed', by: string): Promise<void> {
    const { agent } = chat;
    chat.status = status;
    chat.endedBy = by;
    delete chat.agent;
    this.state.changed();
    const left = agent ? this.happenings.left(chat, agent) : undefined;
    await Promise.all([left, this.happenings.ended(chat)]);
  }

  private turnsAway(): 'after_hours' | 'over_capacity' | undefined {
    if (!this.state.isStaffed) return this.behavior.closed === 'deflect' ? 'after_hours' : undefined;
    return this.behavior.overCapacity ? 'over_capacity' : undefined;
  }
}
