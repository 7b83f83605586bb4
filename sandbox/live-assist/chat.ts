import { randomInt, randomUUID } from 'node:crypto';
import type { JsonObject } from '../../common/json';
import type { DeskEntry } from '../desk';

/** One chat as the service keeps it. */
export class Chat {
  readonly id = `H${randomInt(1e9, 1e10)}A${randomInt(1e6, 1e7)}`;
  readonly rtSessionId = 4_294_967_296 + randomInt(1, 1e9);
  readonly startedAt = new Date().toISOString();
  phase: 'waiting' | 'chatting' | 'ended' = 'waiting';
  hadAgent = false;
  agentName: string | undefined;
  agentIsTyping = false;
  visitorIsTyping = false;
  visitorName: string | undefined;
  /** What the context service took, unpacked. */
  context: JsonObject | undefined;
  details: Record<string, string> = {};
  topic = '';
  endedBy: string | undefined;
  /** The chat activity that was filled when an agent took the chat, and how it was named. */
  activity: { id: string; subject: string } | undefined;
  readonly entries: DeskEntry[] = [];
  readonly events: JsonObject[] = [];
  lastUpdate = this.startedAt;
  cancelTimeout: () => void = () => undefined;
  private lastTime = 0;

  constructor(
    public skill: string,
    readonly language: string,
    readonly timeoutInSeconds: number,
  ) {}

  /** Adds an event under the next id. */
  addEvent(type: string, members: JsonObject): string {
    const id = String(this.events.length + 1);
    // Events made in the same millisecond keep their order by time, too.
    this.lastTime = Math.max(Date.now(), this.lastTime + 1);
    this.lastUpdate = new Date(this.lastTime).toISOString();
    this.events.push({ '@id': id, '@type': type, time: this.lastUpdate, ...members });
    return id;
  }

  /** A line of the desk's own; the number comes as such or as text, as with the vendor. */
  addSystemLine(systemMessageId: number, text: string): void {
    const isText = this.events.length % 2 === 0;
    this.addEvent('line', {
      source: 'system',
      by: 'info',
      text,
      textType: 'plain',
      systemMessageId: isText ? String(systemMessageId) : systemMessageId,
    });
  }

  addEntry(entry: Omit<DeskEntry, 'id' | 'at'> & { at?: string }): void {
    this.entries.push({ id: randomUUID(), at: new Date().toISOString(), ...entry });
  }
}
