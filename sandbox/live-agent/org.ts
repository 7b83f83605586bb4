import type { JsonObject } from '../../common/json';
import type { DeskEntry } from '../desk';
import { Chat } from './chat';
import type { Settled } from './options';

const waitPerChatInSeconds = 60;

/** The whole stand-in behind its HTTP surface: chats, agents, and what it saw go against the contract. */
export class Org {
  readonly violations: string[] = [];
  readonly files = new Map<string, { name: string; contentType: string; bytes: Buffer }>();
  isStaffed = true;
  /** When set, the org has moved: Visitor requests and polls name this server. */
  newUrl: string | undefined;
  url = '';
  private readonly byKey = new Map<string, Chat>();
  private readonly listed: Chat[] = [];
  private readonly listeners = new Set<() => void>();
  private entries = 0;

  constructor(readonly options: Settled) {}

  violation(text: string): void {
    this.violations.push(text);
    this.options.log?.warn('The Live Agent stand-in saw a breach of the contract', { violation: text });
  }

  openSession(): Chat {
    const chat = new Chat();
    this.byKey.set(chat.key, chat);
    this.startTimer(chat, this.options.initTimeoutInMs, () => this.drop(chat, 'no chat request'));
    return chat;
  }

  session(key: string): Chat | undefined {
    return this.byKey.get(key);
  }

  /** Puts a session that asked for a chat before the agents. */
  list(chat: Chat): void {
    this.listed.push(chat);
  }

  chats(): readonly Chat[] {
    return this.listed;
  }

  find(chatId: string): Chat {
    const chat = this.listed.find(({ id }) => id === chatId);
    if (!chat) throw new Error(`There is no chat ${chatId}.`);
    return chat;
  }

  /** Queues an event and lets a held poll have it. Events queued in the same turn go out in one answer. */
  push(chat: Chat, type: string, message: JsonObject = {}): void {
    chat.queue(type, message);
    queueMicrotask(() => this.flush(chat));
  }

  flush(chat: Chat): void {
    const { held } = chat;
    if (!held) return;
    const answer = chat.nextAnswer();
    if (!answer) return;
    chat.held = undefined;
    held.answer(200, answer);
    this.awaitPoll(chat);
  }

  /** From now on the next poll has to come within the connection time-out. */
  awaitPoll(chat: Chat): void {
    this.startTimer(chat, this.options.connectionTimeoutInMs, () => this.drop(chat, 'connection time-out'));
  }

  startTimer(chat: Chat, delayInMs: number, callback: () => void): void {
    chat.cancelTimers();
    const timer = setTimeout(callback, delayInMs);
    timer.unref();
    chat.cancelTimers = () => clearTimeout(timer);
  }

  end(chat: Chat, endedBy: string): void {
    if (chat.phase === 'ended') return;
    chat.phase = 'ended';
    chat.endedBy = endedBy;
    chat.customerIsTyping = false;
    this.updatePositions();
    this.changed();
  }

  /** Forgets the server session: from now on every request with its key is answered 403. */
  drop(chat: Chat, endedBy: string): void {
    chat.cancelTimers();
    this.byKey.delete(chat.key);
    const { held } = chat;
    chat.held = undefined;
    held?.answer(403, 'Session is no longer valid');
    this.end(chat, endedBy);
  }

  addEntry(chat: Chat, entry: Omit<DeskEntry, 'id' | 'at'>): void {
    this.entries += 1;
    chat.entries.push({ id: String(this.entries), at: new Date().toISOString(), ...entry });
    this.changed();
  }

  /** How many wait before this chat, and what the vendor would say about how long it takes. */
  queueFacts(chat: Chat): { ahead: number; estimatedWaitTime: number } {
    const waiting = this.listed.filter((other) => other.phase === 'waiting' && other.buttonId === chat.buttonId);
    const ahead = Math.max(0, waiting.indexOf(chat));
    return { ahead, estimatedWaitTime: ahead * waitPerChatInSeconds };
  }

  updatePositions(): void {
    const waiting = new Map<string, number>();
    for (const chat of this.listed) {
      if (chat.phase !== 'waiting') continue;
      const ahead = waiting.get(chat.buttonId) ?? 0;
      waiting.set(chat.buttonId, ahead + 1);
      if (!chat.wantsQueueUpdates || ahead === chat.toldPosition) continue;
      chat.toldPosition = ahead;
      this.push(chat, 'QueueUpdate', { position: ahead, estimatedWaitTime: ahead * waitPerChatInSeconds });
    }
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of [...this.listeners]) listener();
  }

  close(): void {
    for (const chat of this.byKey.values()) chat.cancelTimers();
  }
}
