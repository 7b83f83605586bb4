import { randomBytes, randomUUID } from 'node:crypto';
import type { JsonObject } from '../../common/json';
import type { DeskEntry } from '../desk';

export interface WireEvent {
  type: string;
  message: JsonObject;
}

interface Answer {
  sequence: number;
  offset: number;
  events: WireEvent[];
}

/** A poll the server has not answered yet. */
export interface HeldPoll {
  isOpen(): boolean;
  answer(status: number, body?: JsonObject | string): void;
}

interface Said {
  type: 'Agent' | 'Chasitor' | 'OperatorTransferred';
  name: string;
  content: string;
  timestamp: number;
  sequence: number;
}

export type Phase = 'session' | 'waiting' | 'active' | 'ended';

/** One server session and the chat in it: what waits to be fetched, what was fetched but not acknowledged, which POST comes next. */
export class Chat {
  readonly id = randomUUID();
  readonly key = `${this.id}!${randomBytes(12).toString('base64')}=`;
  /** Undefined while the chat is on no server: after a move, until it is taken over. */
  affinity: string | undefined = newAffinity();
  phase: Phase = 'session';
  /** The client has fetched the answer with `ChatRequestSuccess`; before that it may not POST. */
  isRequestConfirmed = false;
  hadAgent = false;
  lastPost = 0;
  lastTextAt = Number.NEGATIVE_INFINITY;
  /** A 503 was given since the chat was last taken over, so that the client may ask for it. */
  mayReconnect = false;
  recovery: 'none' | 'untold' | 'told' = 'none';
  held: HeldPoll | undefined;
  cancelTimers: () => void = () => undefined;

  readonly openedAt = new Date().toISOString();
  visitorName = '';
  buttonId = '';
  agentName: string | undefined;
  wantsQueueUpdates = false;
  toldPosition: number | undefined;
  customerIsTyping = false;
  endedBy: string | undefined;
  details: Record<string, string> = {};
  readonly entries: DeskEntry[] = [];
  readonly fileTokens = new Map<string, 'open' | 'used'>();

  private readonly said: Said[] = [];
  private pending: WireEvent[] = [];
  private unacknowledged: Answer | undefined;
  private acknowledged = -1;
  private answers = 0;
  private offset = 1_000_000 + Math.floor(Math.random() * 1_000_000);

  /** Queues an event for the next answer. */
  queue(type: string, message: JsonObject = {}): void {
    this.pending.push({ type, message });
  }

  say(type: Said['type'], name: string, content: string): void {
    this.said.push({ type, name, content, timestamp: Date.now(), sequence: this.said.length });
  }

  /**
   * Takes a poll's `ack`: the last answer's number lets go of it, the one before asks for it again. Anything else is out
   * of order: then the number that was expected comes back.
   */
  acknowledge(ack: number): { isFine: true } | { isFine: false; expected: number } {
    if (this.unacknowledged && ack === this.unacknowledged.sequence) {
      this.acknowledged = ack;
      this.unacknowledged = undefined;
      return { isFine: true };
    }
    return ack === this.acknowledged
      ? { isFine: true }
      : { isFine: false, expected: this.unacknowledged?.sequence ?? this.acknowledged };
  }

  /** What a poll gets: the answer that was not acknowledged, or all that is pending; undefined when there is nothing. */
  nextAnswer(): JsonObject | undefined {
    if (!this.unacknowledged) {
      if (this.pending.length === 0) return undefined;
      this.answers += 1;
      this.offset += this.pending.length;
      this.unacknowledged = { sequence: this.answers, offset: this.offset, events: this.pending };
      this.pending = [];
    }
    const { sequence, offset, events } = this.unacknowledged;
    if (events.some(({ type }) => type === 'ChatRequestSuccess')) this.isRequestConfirmed = true;
    if (events.some(({ type }) => type === 'ChasitorSessionData') && this.recovery === 'untold') this.recovery = 'told';
    return { messages: events.map(({ type, message }) => ({ type, message })), sequence, offset };
  }

  /** Everything up to the end of the chat was fetched and acknowledged. */
  get isOver(): boolean {
    return this.phase === 'ended' && this.pending.length === 0 && this.unacknowledged === undefined;
  }

  /** Takes the chat from its server. */
  lose(): void {
    this.affinity = undefined;
    this.mayReconnect = true;
    this.held?.answer(503);
    this.held = undefined;
  }

  /** Another server takes the chat over: numbers begin anew, and the transcript is what it tells first. */
  takeOver(offset: number): string {
    const affinity = newAffinity();
    const lost = this.unacknowledged && this.unacknowledged.offset !== offset ? this.unacknowledged.events : [];
    const others = [...lost, ...this.pending].filter(({ type }) => type !== 'ChatMessage' && type !== 'ChasitorSessionData');
    this.pending = [
      {
        type: 'ChasitorSessionData',
        message: { queuePosition: 0, sneakPeekEnabled: false, chatMessages: this.said.map((said) => ({ ...said })) },
      },
      ...others,
    ];
    this.unacknowledged = undefined;
    this.acknowledged = -1;
    this.answers = 0;
    this.lastPost = 0;
    this.affinity = affinity;
    this.mayReconnect = false;
    this.recovery = 'untold';
    return affinity;
  }
}

function newAffinity(): string {
  return randomBytes(4).toString('hex');
}
