import { Chat } from './chat';
import type { ChatActivities } from './chatActivities';
import type { Settled } from './options';

const waitPerChatInSeconds = 60;

/** The vendor's account behind its HTTP surface: chats, agents, and what it saw go against the contract. */
export class Account {
  readonly violations: string[] = [];
  isStaffed = true;
  url = '';
  private readonly byId = new Map<string, Chat>();
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly options: Settled,
    readonly activities: ChatActivities,
  ) {}

  violation(text: string): void {
    this.violations.push(text);
    this.options.log?.warn('The Live Assist stand-in saw a breach of the contract', { violation: text });
  }

  request(skill: string, language: string, timeoutInMs: number): Chat {
    const chat = new Chat(skill, language, Math.ceil(timeoutInMs / 1000));
    this.byId.set(chat.id, chat);
    chat.addEvent('state', { state: 'waiting' });
    this.keepAlive(chat, timeoutInMs);
    return chat;
  }

  chats(): Chat[] {
    return [...this.byId.values()];
  }

  session(id: string): Chat | undefined {
    return this.byId.get(id);
  }

  bySession(rtSessionId: string): Chat | undefined {
    return this.chats().find((chat) => String(chat.rtSessionId) === rtSessionId);
  }

  find(id: string): Chat {
    const chat = this.byId.get(id);
    if (!chat) throw new Error(`There is no chat ${id}.`);
    return chat;
  }

  forget(id: string): void {
    this.find(id).cancelTimeout();
    this.byId.delete(id);
  }

  /** Any request of the visitor's side keeps the chat. */
  keepAlive(chat: Chat, timeoutInMs = Math.min(chat.timeoutInSeconds * 1000, this.options.chatTimeoutInMs)): void {
    chat.cancelTimeout();
    if (chat.phase === 'ended') return;
    const timer = setTimeout(() => {
      chat.addSystemLine(6, 'The visitor was disconnected.');
      this.end(chat, 'time-out', 'system');
    }, timeoutInMs);
    timer.unref();
    chat.cancelTimeout = () => clearTimeout(timer);
  }

  end(chat: Chat, endedBy: string, source: 'agent' | 'visitor' | 'system'): void {
    if (chat.phase === 'ended') return;
    chat.cancelTimeout();
    chat.phase = 'ended';
    chat.endedBy = endedBy;
    chat.visitorIsTyping = false;
    chat.agentIsTyping = false;
    chat.addEvent('state', { state: 'ended', ...(source === 'visitor' && { source }) });
    this.activities.ended(chat, source);
    this.changed();
  }

  /** Seconds; -1 when nobody is there. */
  estimatedWait(skill: string): number {
    if (!this.isStaffed) return -1;
    return (
      this.chats().filter((chat) => chat.phase === 'waiting' && (skill === '' || chat.skill === skill)).length *
      waitPerChatInSeconds
    );
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of [...this.listeners]) listener();
  }

  close(): void {
    for (const chat of this.byId.values()) chat.cancelTimeout();
    this.activities.close();
  }
}
