import type { ServerResponse } from 'node:http';
import { errorCode, type Log } from '../../common/log';
import type { StandInDesk } from '../desk';
import { type ChatView, chatHead, deskView, entryView } from './deskView';

const heartbeatInMs = 15_000;
/** A page that reads this far behind is cut off: it connects again and gets the present state. */
const maxWaitingBytes = 16 * 1024 * 1024;

/** What is known to have been told about one desk, as JSON so that it can be compared. */
interface Told {
  desk: string;
  chats: Map<string, { head: string; entries: string[] }>;
}

/**
 * Tells every open page what happens at the desks, as server-sent events: `everything` once after connecting, then
 * `desk`, `chat` (the head and the entries from the first that changed) and `gone`.
 */
export class DeskFeed {
  private readonly pages = new Set<ServerResponse>();
  private readonly told = new Map<StandInDesk, Told>();
  private readonly changed = new Set<StandInDesk>();
  private readonly stops: (() => void)[];
  private readonly heartbeat: NodeJS.Timeout;
  private scheduled: NodeJS.Immediate | undefined;

  constructor(
    private readonly desks: readonly StandInDesk[],
    private readonly links: { recordsUrl?: string; customerUrl?: string },
    private readonly log: Log,
  ) {
    this.stops = desks.map((desk) => desk.onChange(() => this.schedule(desk)));
    this.heartbeat = setInterval(() => this.broadcast(': still here\n\n'), heartbeatInMs);
    this.heartbeat.unref();
  }

  /** Makes the response an event stream that lasts until the page goes away or the feed is closed. */
  attach(response: ServerResponse): void {
    // The others are told first, so that "already told" is the same for all.
    for (const desk of this.desks) this.refresh(desk);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    response.write(`retry: 1000\n\n${frame('everything', this.everything())}`);
    this.pages.add(response);
    response.on('close', () => this.pages.delete(response));
  }

  close(): void {
    for (const stop of this.stops) stop();
    clearInterval(this.heartbeat);
    if (this.scheduled) clearImmediate(this.scheduled);
    for (const page of this.pages) page.end();
    this.pages.clear();
  }

  /** Several changes in one go (an accepted chat with its first message) become one comparison. */
  private schedule(desk: StandInDesk): void {
    this.changed.add(desk);
    this.scheduled ??= setImmediate(() => {
      this.scheduled = undefined;
      const desks = [...this.changed];
      this.changed.clear();
      for (const each of desks) this.refresh(each);
    });
  }

  private everything() {
    return {
      ...this.links,
      now: new Date().toISOString(),
      desks: this.desks.map((desk) => JSON.parse(this.toldOf(desk).desk) as unknown),
      chats: this.desks.flatMap((desk) =>
        [...this.toldOf(desk).chats.values()].map(({ head, entries }) => ({
          ...(JSON.parse(head) as object),
          entries: entries.map((entry) => JSON.parse(entry) as unknown),
        })),
      ),
    };
  }

  private toldOf(desk: StandInDesk): Told {
    const told = this.told.get(desk) ?? { desk: JSON.stringify(deskView(desk)), chats: new Map() };
    this.told.set(desk, told);
    return told;
  }

  private refresh(desk: StandInDesk): void {
    try {
      this.tellDesk(desk);
      this.tellChats(desk);
    } catch (error) {
      this.log.error('the state of a desk could not be read', { desk: desk.name, error: errorCode(error) });
    }
  }

  private tellDesk(desk: StandInDesk): void {
    const told = this.toldOf(desk);
    const view = JSON.stringify(deskView(desk));
    if (view === told.desk) return;
    told.desk = view;
    this.broadcast(frame('desk', JSON.parse(view)));
  }

  private tellChats(desk: StandInDesk): void {
    const { chats } = this.toldOf(desk);
    const present = new Set<string>();
    for (const chat of desk.chats()) {
      present.add(chat.id);
      const head = JSON.stringify(chatHead(desk, chat));
      const entries = chat.entries.map((entry) => JSON.stringify(entryView(desk, chat, entry)));
      const before = chats.get(chat.id);
      const from = firstDifference(before?.entries ?? [], entries);
      if (before?.head === head && from === entries.length && before.entries.length === from) continue;
      chats.set(chat.id, { head, entries });
      const changed = entries.slice(from).map((entry) => JSON.parse(entry) as ChatView['entries'][number]);
      this.broadcast(frame('chat', { chat: JSON.parse(head), from, entries: changed }));
    }
    for (const id of [...chats.keys()].filter((known) => !present.has(known))) {
      chats.delete(id);
      this.broadcast(frame('gone', { desk: desk.name, id }));
    }
  }

  private broadcast(text: string): void {
    for (const page of this.pages) {
      page.write(text);
      if (page.writableLength > maxWaitingBytes) page.destroy();
    }
  }
}

function firstDifference(before: readonly string[], after: readonly string[]): number {
  const index = after.findIndex((entry, position) => entry !== before[position]);
  return index === -1 ? after.length : index;
}

function frame(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
