import { createHash, randomBytes } from 'node:crypto';
import { systemClock } from '../../common/clock';
import type { JsonObject } from '../../common/json';

export interface EndUser {
  id: number;
  identifier: string;
  name?: string;
  email?: string;
  phone?: string;
}

export interface Media {
  id: number;
  name: string;
  contentType: string;
  bytes: Buffer;
  /** Opens the content without the API's token, for the desk page. */
  signature: string;
}

export interface Message {
  id: number;
  at: string;
  from: 'end_user' | 'agent' | 'virtual_agent';
  type: string;
  text: string;
  media?: Media;
  agentId?: number;
  /** Came as transcript. */
  isEarlier?: boolean;
}

export interface Agent {
  id: number;
  name: string;
}

export type ChatStatus = 'creating' | 'deflected' | 'queued' | 'assigned' | 'dismissed' | 'finished' | 'failed';

export interface Chat {
  id: number;
  createdAt: string;
  status: ChatStatus;
  menuId: number;
  lang: string;
  endUser: EndUser;
  context: JsonObject;
  customData: JsonObject;
  messages: Message[];
  media: Map<number, Media>;
  agent?: Agent;
  allAgents: Agent[];
  escalation?: { id: number; reason: 'after_hours' | 'over_capacity' };
  endedBy?: string;
}

/** One pre-signed upload. */
export interface Ticket {
  chatId: number;
  kind: 'photo' | 'video';
  key: string;
  policy: string;
  until: number;
  file?: { name: string; contentType: string; bytes: Buffer };
}

/** Everything the stand-in remembers, and who wants to know when it changes. */
export class State {
  readonly endUsers = new Map<number, EndUser>();
  readonly chats = new Map<number, Chat>();
  readonly tickets = new Map<string, Ticket>();
  isStaffed = true;
  private lastId = 134;
  private lastTime = 0;
  private readonly listeners = new Set<() => void>();

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  /** Never the same twice, so that two alike events differ. */
  now(): number {
    this.lastTime = Math.max(systemClock.now(), this.lastTime + 1);
    return this.lastTime;
  }

  find(id: string | number): Chat {
    const found = this.chats.get(Number(id));
    if (!found) throw new Error(`there is no chat ${id}`);
    return found;
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** The same agent has the same id at every chat. */
export function agentNamed(name: string): Agent {
  return { id: 1_000 + (createHash('sha256').update(name).digest().readUInt16BE(0) % 60_000), name };
}

export function newSecret(): string {
  return randomBytes(12).toString('base64url');
}
