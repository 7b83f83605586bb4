import { createHash } from 'node:crypto';
import { isoTime, systemClock } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import { until } from './until';

export interface Operator {
  userId: number;
  name: string;
}

/** One thing that happened in a session, as guest and operator see it. */
export interface Entry {
  id: number;
  at: string;
  from: 'guest' | 'bot' | 'operator' | 'system';
  kind:
    | 'text'
    | 'cards'
    | 'heroCard'
    | 'file'
    | 'typing'
    | 'input'
    | 'upload'
    | 'uploadPrompt'
    | 'locationRequest'
    | 'location'
    | 'submission'
    | 'joined'
    | 'left'
    | 'queued'
    | 'offlineForm'
    | 'ended';
  /** As it is read, after tags were taken out. */
  text: string;
  /** As it came, with its tags. */
  html?: string;
  name?: string;
  cards?: { contentType: string; content: JsonObject }[];
  layout?: string;
  fileUrl?: string;
  /** Of `typing`, `input` and `upload`. */
  isOn?: boolean;
  params?: Record<string, string>;
}

/** Who has a session. */
export type Place = 'bot' | 'queue' | 'operator' | 'offlineForm' | 'ended';

export interface Session {
  id: number;
  source: string;
  language: string;
  callParams: Record<string, string>;
  place: Place;
  /** Of the Generic Channel. */
  conversationId?: string;
  /** The desk's name for it. */
  chatId: string;
  groupId?: number;
  operator?: Operator;
  entries: Entry[];
  createdAt: string;
  /** When it left the bot, or was created for operators. */
  handedOverAt?: string;
  /** How the bot itself let go of it; whatever it sends afterwards is a breach. */
  givenUpBy?: string;
  tags: Set<string>;
  isInputOn: boolean;
  isUploadOn: boolean;
  awaitsUpload: boolean;
  crmIdentityId: number | null;
  /** Monotonic times of what the bot sent in the last minute. */
  sentAt: number[];
  endedBy?: string;
}

/** The same operator has the same number at every chat. */
export function operatorNamed(name: string): Operator {
  return { userId: 1_000 + (createHash('sha256').update(name).digest().readUInt16BE(0) % 50_000), name };
}

/** Everything the stand-in remembers, and who wants to know when it changes. */
export class State {
  readonly sessions = new Map<number, Session>();
  isStaffed = true;
  private readonly listeners = new Set<() => void>();
  private nextSession = 23_647;
  private nextEntry = 1;

  create(options: Pick<Session, 'source' | 'language' | 'callParams' | 'place'> & { conversationId?: string }): Session {
    const id = this.nextSession++;
    const earlier = [...this.sessions.values()].filter(
      ({ conversationId }) => conversationId !== undefined && conversationId === options.conversationId,
    ).length;
    const chatId = options.conversationId ? `${options.conversationId}${earlier > 0 ? `#${earlier + 1}` : ''}` : String(id);
    const session: Session = {
      ...options,
      id,
      chatId,
      entries: [],
      createdAt: isoTime(systemClock.now()),
      tags: new Set(),
      isInputOn: true,
      isUploadOn: true,
      awaitsUpload: false,
      crmIdentityId: null,
      sentAt: [],
    };
    this.sessions.set(id, session);
    return session;
  }

  /** The session operators know by this name. */
  chat(chatId: string): Session {
    const found = [...this.sessions.values()].find((session) => session.chatId === chatId);
    if (!found) throw new Error(`there is no chat ${chatId}`);
    return found;
  }

  /** The running session of a Generic Channel conversation. */
  running(conversationId: string): Session | undefined {
    return [...this.sessions.values()].find((session) => session.conversationId === conversationId && session.place !== 'ended');
  }

  add(session: Session, entry: Omit<Entry, 'id' | 'at' | 'text'> & { text?: string; at?: string }): Entry {
    const added: Entry = { text: '', at: isoTime(systemClock.now()), ...entry, id: this.nextEntry++ };
    session.entries.push(added);
    this.changed();
    return added;
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves with the first value that is not undefined; looks at once and after every change. */
  until<T>(look: () => T | undefined): Promise<T> {
    return until(look, (listener) => this.onChange(listener));
  }
}
