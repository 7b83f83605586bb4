import type { JsonObject } from '../common/json';

/** One thing said, as the desk page shows it. */
export interface DeskEntry {
  id: string;
  at: string;
  from: 'customer' | 'bot' | 'agent' | 'system';
  name?: string;
  text: string;
  cards?: { contentType: string; content: JsonObject }[];
  /** `url` is a path or address the desk page can open. */
  files?: { name: string; contentType: string; url: string }[];
  /** Said before the desk got the conversation. Absent: the page tells by `at`, which is then not after the chat's `since`. */
  isEarlier?: boolean;
}

/** One chat at a stand-in desk, as its own agents would see it: only what really arrived over the wire. */
export interface DeskChat {
  id: string;
  desk: string;
  /** `paused`: the agent put it aside, and it waits again when the customer writes. */
  state: 'waiting' | 'active' | 'paused' | 'ended';
  customerName: string;
  topic: string;
  queue: string;
  /** ISO time. */
  since: string;
  agentName?: string;
  customerIsTyping: boolean;
  /** ISO time of the newest message of the agent's that the customer has read, where the desk is told. */
  readUntil?: string;
  /** Label → value: e-mail, phone, language, Dynamics chat activity id, … as the desk received them. */
  details: Record<string, string>;
  /** Earlier conversation and the chat itself, oldest first. */
  entries: DeskEntry[];
  endedBy?: string;
}

/** What the desk page can do at a stand-in. Every act goes out over the vendor's own protocol. Unknown ids throw. */
export interface StandInDesk {
  readonly name: string;
  readonly title: string;
  /** Where the stand-in listens; file addresses that are mere paths are found below it. */
  readonly baseUrl?: string;
  readonly features: { typing: boolean; transfer: boolean; sendFile: boolean; requestFile: boolean; sendCard: boolean };
  /** Whether agents are there at all (availability); off = the unavailable path. */
  isStaffed(): boolean;
  setStaffed(staffed: boolean): void;
  queues(): { id: string; name: string }[];
  chats(): DeskChat[];
  /** Calls back after any change; returns the function that stops it. */
  onChange(listener: () => void): () => void;
  accept(chatId: string, agentName: string): Promise<void>;
  /** Declines a waiting chat, so that the desk's refusal path runs. */
  decline(chatId: string): Promise<void>;
  say(chatId: string, text: string): Promise<void>;
  sendCard?(chatId: string, card: JsonObject): Promise<void>;
  typing(chatId: string, isTyping: boolean): Promise<void>;
  sendFile?(chatId: string, file: { name: string; contentType: string; bytes: Buffer }): Promise<void>;
  requestFile?(chatId: string): Promise<void>;
  transfer?(chatId: string, queueId: string): Promise<void>;
  /** Puts the chat aside: it waits again when the customer writes. */
  pause?(chatId: string): Promise<void>;
  end(chatId: string): Promise<void>;
}
