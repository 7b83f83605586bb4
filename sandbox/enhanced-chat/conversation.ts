import type { JsonObject } from '../../common/json';
import type { DeskEntry } from '../desk';

/** One entry as the listing has it. */
export interface Entry {
  identifier: string;
  entryType: string;
  entryPayload: JsonObject;
  sender: JsonObject;
  senderDisplayName: string;
  transcriptedTimestamp: number;
}

/** `none`: nothing was routed yet. */
export type SessionState = 'none' | 'waiting' | 'active' | 'inactive' | 'ended';

/** A message the agent sent that can be answered: its options, or the fields of its form. */
export interface Question {
  kind: 'choices' | 'form';
  options: Map<string, string>;
  fields: Set<string>;
}

export interface DeskFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

const limitWindowInMs = 60_000;

/** One conversation, as the desk knows it. */
export class Conversation {
  readonly openedAt = new Date().toISOString();
  session: SessionState = 'none';
  isClosed = false;
  /** An agent passed it on and the next has not come yet. */
  isTransferred = false;
  hadAgent = false;
  agentName: string | undefined;
  endedBy: string | undefined;
  customerIsTyping = false;
  /** When the newest message was made that the customer has read. */
  readUntil = 0;
  readonly entries: Entry[] = [];
  readonly shown: DeskEntry[] = [];
  readonly messageIds = new Set<string>();
  readonly questions = new Map<string, Question>();
  private readonly sentAt: number[] = [];

  constructor(
    readonly id: string,
    readonly subject: string,
    public attributes: Record<string, string>,
    public queue: string,
  ) {}

  get routingStatus(): string {
    if (this.session === 'active') return 'ROUTED';
    if (this.session === 'waiting') return this.isTransferred ? 'TRANSFER' : 'INITIAL';
    return this.session === 'none' ? 'INITIAL' : 'NEEDS_ROUTING';
  }

  /** How many messages came within the last minute, this one included. */
  countMessage(): number {
    const now = performance.now();
    this.sentAt.push(now);
    while ((this.sentAt[0] ?? now) <= now - limitWindowInMs) this.sentAt.shift();
    return this.sentAt.length;
  }
}
