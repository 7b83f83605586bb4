import type { JsonObject } from '../../../../common/json';
import type { DeskChat, DeskEntry, StandInDesk } from '../../../../sandbox/desk';

export type Deed = [action: string, chatId: string, detail?: unknown];

/** A desk that is a few arrays; the test plays the customer and reads what the agent did. */
export class FakeStandInDesk implements StandInDesk {
  readonly deeds: Deed[] = [];
  features = { typing: true, transfer: true, sendFile: true, requestFile: true, sendCard: true };
  baseUrl?: string;
  /** Thrown by the next act other than typing, which comes and goes by itself. */
  failure: Error | undefined;
  private isOpen = true;
  private readonly held: DeskChat[] = [];
  private readonly listeners = new Set<() => void>();
  private entries = 0;

  constructor(
    readonly name = 'paper',
    readonly title = 'Paper desk',
  ) {}

  isStaffed(): boolean {
    return this.isOpen;
  }

  setStaffed(staffed: boolean): void {
    this.isOpen = staffed;
    this.changed();
  }

  queues() {
    return [
      { id: 'cards', name: 'Cards' },
      { id: 'transfers', name: 'Transfers' },
    ];
  }

  chats(): DeskChat[] {
    return structuredClone(this.held);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get listening(): number {
    return this.listeners.size;
  }

  /** A customer asks for a person. */
  arrive(chat: Partial<DeskChat> & { id: string }): DeskChat {
    const full: DeskChat = {
      desk: this.name,
      state: 'waiting',
      customerName: 'Maria Lopez',
      topic: 'Card not working',
      queue: 'cards',
      since: new Date().toISOString(),
      customerIsTyping: false,
      details: {},
      entries: [],
      ...chat,
    };
    this.held.push(full);
    this.changed();
    return full;
  }

  customerSays(chatId: string, entry: Partial<DeskEntry>): void {
    this.enter(chatId, { from: 'customer', text: '', ...entry });
  }

  change(chatId: string, change: Partial<DeskChat>): void {
    Object.assign(this.find(chatId), change);
    this.changed();
  }

  forget(chatId: string): void {
    this.held.splice(this.held.indexOf(this.find(chatId)), 1);
    this.changed();
  }

  async accept(chatId: string, agentName: string): Promise<void> {
    this.note('accept', chatId, agentName);
    this.change(chatId, { state: 'active', agentName });
  }

  async decline(chatId: string): Promise<void> {
    this.note('decline', chatId);
    this.change(chatId, { state: 'ended', endedBy: 'agent' });
  }

  async say(chatId: string, text: string): Promise<void> {
    this.note('say', chatId, text);
    this.enter(chatId, { from: 'agent', text });
  }

  async sendCard(chatId: string, card: JsonObject): Promise<void> {
    this.note('sendCard', chatId, card);
    const contentType = 'application/vnd.microsoft.card.adaptive';
    this.enter(chatId, { from: 'agent', text: '', cards: [{ contentType, content: card }] });
  }

  async typing(chatId: string, isTyping: boolean): Promise<void> {
    this.deeds.push(['typing', chatId, isTyping]);
  }

  async sendFile(chatId: string, file: { name: string; contentType: string; bytes: Buffer }): Promise<void> {
    this.note('sendFile', chatId, { ...file, bytes: file.bytes.toString('utf8') });
    this.enter(chatId, { from: 'agent', text: '', files: [{ name: file.name, contentType: file.contentType, url: '' }] });
  }

  async requestFile(chatId: string): Promise<void> {
    this.note('requestFile', chatId);
    this.enter(chatId, { from: 'system', text: 'A file was asked for.' });
  }

  async transfer(chatId: string, queueId: string): Promise<void> {
    this.note('transfer', chatId, queueId);
    const chat = this.find(chatId);
    delete chat.agentName;
    this.change(chatId, { state: 'waiting', queue: queueId });
  }

  /** Deleted by tests of desks that cannot. */
  pause? = async (chatId: string): Promise<void> => {
    this.note('pause', chatId);
    this.change(chatId, { state: 'paused' });
  };

  async end(chatId: string): Promise<void> {
    this.note('end', chatId);
    this.change(chatId, { state: 'ended', endedBy: 'agent', customerIsTyping: false });
  }

  private note(...deed: Deed): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure;
    this.deeds.push(deed);
  }

  private enter(chatId: string, entry: Omit<DeskEntry, 'id' | 'at'> & Partial<DeskEntry>): void {
    this.entries += 1;
    const at = new Date().toISOString();
    this.find(chatId).entries.push({ id: `entry-${this.entries}`, at, isEarlier: false, ...entry });
    this.changed();
  }

  private find(chatId: string): DeskChat {
    const chat = this.held.find(({ id }) => id === chatId);
    if (!chat) throw new Error(`There is no chat ${chatId}.`);
    return chat;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
