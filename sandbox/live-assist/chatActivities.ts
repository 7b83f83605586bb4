import { isJsonObject, type JsonObject } from '../../common/json';
import type { Log } from '../../common/log';
import type { Chat } from './chat';
import type { ActivityRecords } from './options';

const endReasons = { system: 100_000_002, agent: 100_000_001, visitor: 100_000_004 };

/**
 * What the vendor's service does to the chat activity that a context names: it fills three columns when an agent takes the
 * chat, and completes the activity some time after the chat's end. It makes none of its own for a chat that a bot asked for.
 */
export class ChatActivities {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly records: ActivityRecords | undefined,
    private readonly completeAfterInMs: number,
    private readonly violation: (text: string) => void,
    private readonly log: Log | undefined,
  ) {}

  /** An agent took the chat. */
  taken(chat: Chat): void {
    const id = activityIn(chat.context);
    if (!this.records || id === undefined) return;
    const row = this.records.read(id);
    if (row?.['statecode'] !== 0) {
      this.log?.warn('A chat activity is not there or not open', { chatActivityId: id });
      return;
    }
    const subject = `chat with ${chat.agentName ?? ''} ${chat.skill}`.trim();
    this.records.write(id, { cxlvhlp_chatsessionid: chat.id, subject, cxlvhlp_AgentClientType: 'web' });
    chat.activity = { id, subject };
  }

  /** The chat is over. */
  ended(chat: Chat, source: keyof typeof endReasons): void {
    if (!chat.activity) return;
    const { id, subject } = chat.activity;
    const endedAt = Date.now();
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.complete(id, subject, chat, source, endedAt);
    }, this.completeAfterInMs);
    timer.unref();
    this.timers.add(timer);
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private complete(id: string, subject: string, chat: Chat, source: keyof typeof endReasons, endedAt: number): void {
    const row = this.records?.read(id);
    if (!row) return;
    if (row['statecode'] !== 0) this.violation(`chat activity ${id}: completed by somebody else while it was Live Assist's`);
    if (row['subject'] !== subject) this.violation(`chat activity ${id}: renamed while it was Live Assist's`);
    this.records?.write(id, {
      statecode: 1,
      statuscode: 2,
      cxlvhlp_chatendtime: wholeSeconds(endedAt),
      cxlvhlp_EndReason: endReasons[source],
      cxlvhlp_duration: Math.round((endedAt - Date.parse(chat.startedAt)) / 1000),
    });
  }
}

function activityIn(context: JsonObject | undefined): string | undefined {
  const leaf = context?.['chatActivityId'];
  const value = isJsonObject(leaf) ? leaf['value'] : undefined;
  return typeof value === 'string' ? value.toLowerCase() : undefined;
}

function wholeSeconds(timeInMs: number): string {
  return `${new Date(timeInMs).toISOString().slice(0, 19)}Z`;
}
