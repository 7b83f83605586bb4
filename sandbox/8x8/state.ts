import { createHash, randomBytes } from 'node:crypto';
import type { JsonObject } from '../../common/json';

export interface Attachment {
  id: string;
  filename: string;
  contentType: string;
  bytes: Buffer;
  createdAt: string;
  from: 'user' | 'bot' | 'agent';
  /** Opens the content without the API key, as the vendor's signed links do. */
  signature: string;
}

export interface Message {
  id: string;
  createdAt: string;
  author: 'user' | 'bot' | 'agent';
  agentId?: string;
  text: string;
  attachments: string[];
  cards: { contentType: string; content: JsonObject }[];
  /** Came as part of the history; not among the conversation's own messages. */
  isHistory?: boolean;
}

export interface Agent {
  id: string;
  name: string;
}

export interface Participant {
  id: string;
  type: 'user' | 'agent';
  removed: boolean;
}

export interface Conversation {
  id: string;
  createdAt: string;
  state: 'created' | 'active' | 'idle';
  channelId: string;
  assignment: { type: 'queue' | 'script' | 'agent'; id: string };
  queueId: string;
  user: JsonObject;
  messages: Message[];
  participants: Participant[];
  attachments: Map<string, Attachment>;
  agent?: Agent;
  isCustomerTyping: boolean;
  endedBy?: string;
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(9).toString('base64url')}`;
}

/** The same agent has the same id at every chat. */
export function agentNamed(name: string): Agent {
  return { id: `ag${createHash('sha256').update(name).digest('base64url').slice(0, 14)}`, name };
}

/** Everything the stand-in remembers, and who wants to know when it changes. */
export class State {
  readonly conversations = new Map<string, Conversation>();
  readonly agents = new Map<string, Agent>();
  private readonly listeners = new Set<() => void>();

  find(id: string): Conversation {
    const found = this.conversations.get(id);
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
