import { isJsonObject, type JsonObject } from '../../common/json';
import type { DeskChat, StandInDesk } from '../../sandbox/desk';
import type { CustomerChannel } from './customerChannel';
import { type Arrival, type Lane, seqIn, textOf } from './ledger';
import { pause } from './pause';

/** One customer with an agent: opens the chat as any customer does, then both talk, and everything that arrives is written down. */
export class Chat {
  readonly conversation: string;
  readonly customerName: string;
  readonly toAgent: Lane;
  readonly toCustomer: Lane;
  /** Messages of the customer's that the bot said it could not deliver. */
  readonly told = new Set<number>();
  /** When the customer read that the chat is over; nobody here ends one. */
  endedAt: number | undefined;
  /** The desk has closed the chat; whether the customer was told is another matter. */
  isClosedAtDesk = false;
  isJoined = false;
  private readonly takenAt: number[] = [];
  private deskChatId: string | undefined;
  private readonly joined = Promise.withResolvers<void>();

  constructor(
    readonly number: number,
    readonly desk: StandInDesk,
    private readonly skill: string,
    private readonly channel: CustomerChannel,
  ) {
    this.conversation = `soak-${number}`;
    this.customerName = `Soak Customer ${number}`;
    this.toAgent = { chat: number, way: 'toAgent', saidAt: [], arrivals: [] };
    this.toCustomer = { chat: number, way: 'toCustomer', saidAt: [], arrivals: [] };
  }

  /** Asks for a person and fills in the form. Resolves when an agent has joined. */
  async open(): Promise<void> {
    await this.channel.post(this.conversation, { text: 'Talk to a person' });
    const email = `soak.${this.number}@example.com`;
    const form = { verb: 'submitPreChat', skill: this.skill, name: this.customerName, email, phone: '', topic: 'Soak' };
    await this.channel.post(this.conversation, { value: form });
    const over = new AbortController();
    const late = pause(120_000, over.signal).then(() => {
      if (!this.isJoined) throw new Error(`No agent joined chat ${this.number}.`);
    });
    await Promise.race([this.joined.promise, late]);
    over.abort();
  }

  /** The agent picks the chat up. */
  async accept(deskChat: DeskChat): Promise<void> {
    this.deskChatId = deskChat.id;
    await this.desk.accept(deskChat.id, 'Nadia');
  }

  /** Both talk until the signal aborts, each message after the one before it was taken. */
  async talk(everyInMs: number, random: () => number, signal: AbortSignal): Promise<void> {
    const side = async (say: () => Promise<void>, isOver: () => boolean) => {
      await pause(random() * everyInMs, signal);
      while (!signal.aborted && !isOver()) {
        await say();
        await pause((0.5 + random()) * everyInMs, signal);
      }
    };
    await Promise.all([
      side(
        () => this.customerSays(),
        () => this.endedAt !== undefined,
      ),
      side(
        () => this.agentSays(),
        () => this.endedAt !== undefined || this.isClosedAtDesk,
      ),
    ]);
  }

  /** Something reached the customer. */
  reachCustomer(activity: JsonObject): void {
    const at = Date.now();
    const text = typeof activity['text'] === 'string' ? activity['text'] : '';
    const seq = seqIn(this.toCustomer, text);
    if (seq !== undefined) this.toCustomer.arrivals.push({ seq, at });
    for (const line of text.split('\n')) {
      const undelivered = seqIn(this.toAgent, line);
      if (undelivered !== undefined) this.told.add(undelivered);
    }
    if (activity['name'] !== 'handoff.status' || !isJsonObject(activity['value'])) return;
    const { state } = activity['value'];
    if (state === 'accepted') {
      this.isJoined = true;
      this.joined.resolve();
    }
    if (state === 'completed' || state === 'failed') this.endedAt ??= at;
  }

  /** Reads what has reached the agent so far from the desk's own record. */
  readDesk(deskChat: DeskChat): void {
    const arrivals = deskChat.entries.flatMap(({ from, text, at }): Arrival[] => {
      const seq = from === 'customer' ? seqIn(this.toAgent, text) : undefined;
      return seq === undefined ? [] : [{ seq, at: Date.parse(at) }];
    });
    this.toAgent.arrivals.splice(0, this.toAgent.arrivals.length, ...arrivals);
  }

  /**
   * The customer's messages that must have reached the agent: those the channel got an answer for while the chat was on.
   * What came after the end was the bot's to answer; what the customer was told of is not lost.
   */
  missingToAgent(): { lost: number; told: number; forBot: number } {
    const arrived = new Set(this.toAgent.arrivals.map(({ seq }) => seq));
    const missing = this.toAgent.saidAt.map((_at, index) => index + 1).filter((seq) => !arrived.has(seq));
    const untold = missing.filter((seq) => !this.told.has(seq));
    const isForBot = (seq: number) => this.endedAt !== undefined && (this.takenAt[seq - 1] ?? Infinity) > this.endedAt;
    const forBot = untold.filter(isForBot).length;
    return { lost: untold.length - forBot, told: missing.length - untold.length, forBot };
  }

  private async customerSays(): Promise<void> {
    const seq = this.toAgent.saidAt.push(Date.now());
    await this.channel.post(this.conversation, { text: textOf(this.toAgent, seq) });
    this.takenAt[seq - 1] = Date.now();
  }

  private async agentSays(): Promise<void> {
    const seq = this.toCustomer.saidAt.length + 1;
    try {
      const said = this.desk.say(this.deskChatId ?? '', textOf(this.toCustomer, seq));
      this.toCustomer.saidAt.push(Date.now());
      await said;
    } catch {
      // An agent cannot speak in a chat that is closed: nothing was said.
      this.toCustomer.saidAt.splice(seq - 1);
      this.isClosedAtDesk = true;
    }
  }
}
