import type { JsonObject } from '../../common/json';
import type { DeskChat, DeskEntry } from '../../sandbox/desk';
import { Watched } from './watched';

type Head = Omit<DeskChat, 'entries'>;

/** The desk page's own client: sees what agents see, as it happens, and does what they do. */
export class DeskClient {
  private readonly chats = new Map<string, DeskChat>();
  private readonly seen = new Watched();
  private readonly stopped = new AbortController();
  private reading: Promise<void> = Promise.resolve();

  private constructor(private readonly url: string) {}

  /** Connects; resolves when the present state is known. */
  static async open(url: string): Promise<DeskClient> {
    const desk = new DeskClient(url);
    const response = await fetch(`${url}/events`, { signal: desk.stopped.signal });
    if (!response.body) throw new Error('the desk page tells nothing');
    const body = response.body as unknown as AsyncIterable<Uint8Array>;
    const { promise, resolve } = Promise.withResolvers<void>();
    desk.reading = desk.read(body, resolve);
    await promise;
    return desk;
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await this.reading;
  }

  /** The chat that `wanted` accepts, as soon as there is one. */
  find(what: string, wanted: (chat: DeskChat) => boolean, withinInMs?: number): Promise<DeskChat> {
    const describe = () =>
      [...this.chats.values()]
        .map((chat) => `${chat.desk} ${chat.customerName} ${chat.state}: ${textsOf(chat).join(' | ').slice(0, 600)}`)
        .join('\n');
    return this.seen.find(what, () => [...this.chats.values()].find(wanted), describe, withinInMs);
  }

  /** The chat of a customer that waits at a desk. */
  waiting(customerName: string, desk: string): Promise<DeskChat> {
    return this.find(
      `${customerName} waits at ${desk}`,
      (chat) => chat.customerName === customerName && chat.desk === desk && chat.state === 'waiting',
    );
  }

  /** The same chat, once it is as wanted. */
  until(chat: DeskChat, what: string, wanted: (chat: DeskChat) => boolean, withinInMs?: number): Promise<DeskChat> {
    return this.find(what, (one) => one.desk === chat.desk && one.id === chat.id && wanted(one), withinInMs);
  }

  /** The entry of a chat with exactly this text, said by this side. */
  async heard(chat: DeskChat, text: string, from: DeskEntry['from'] = 'customer'): Promise<DeskEntry> {
    const isIt = (entry: DeskEntry) => entry.from === from && entry.text === text;
    const found = await this.until(chat, `the desk hears "${text.slice(0, 80)}"`, (one) => one.entries.some(isIt));
    return found.entries.find(isIt) as DeskEntry;
  }

  /** Does something with a chat: accept, decline, say, typing, sendCard, requestFile, transfer, end. */
  async act(chat: DeskChat, action: string, body: JsonObject = {}): Promise<void> {
    await this.post(`${pathOf(chat)}/${action}`, { 'content-type': 'application/json' }, JSON.stringify(body));
  }

  async sendFile(chat: DeskChat, name: string, contentType: string, bytes: Buffer): Promise<void> {
    const headers = { 'content-type': contentType, 'x-file-name': encodeURIComponent(name) };
    await this.post(`${pathOf(chat)}/sendFile`, headers, new Uint8Array(bytes));
  }

  async setStaffed(desk: string, isStaffed: boolean): Promise<void> {
    await this.post(`/api/desks/${desk}/staffed`, { 'content-type': 'application/json' }, JSON.stringify({ isStaffed }));
  }

  /** The bytes of a file of an entry, as the page's link opens it. */
  async openFile(url: string): Promise<Buffer> {
    const response = await fetch(new URL(url, this.url));
    if (!response.ok) throw new Error(`the file was answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  private async post(path: string, headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>): Promise<void> {
    const response = await fetch(this.url + path, { method: 'POST', headers, body });
    const text = await response.text();
    if (response.status !== 204) throw new Error(`POST ${path} was answered ${response.status}: ${text}`);
  }

  private async read(body: AsyncIterable<Uint8Array>, connected: () => void): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const part of body) {
        rest += decoder.decode(part, { stream: true });
        const frames = rest.split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) this.take(frame, connected);
        this.seen.changed();
      }
    } catch (error) {
      // The stream is cut by `close` or by the sandbox that ends.
      if (!this.stopped.signal.aborted && !(error instanceof TypeError)) throw error;
    }
  }

  private take(frame: string, connected: () => void): void {
    const event = /^event: (\w+)$/m.exec(frame)?.[1];
    const data = /^data: (.*)$/m.exec(frame)?.[1];
    if (!event || data === undefined) return;
    const told: unknown = JSON.parse(data);
    if (event === 'everything') {
      this.chats.clear();
      for (const chat of (told as { chats: DeskChat[] }).chats) this.chats.set(keyOf(chat), chat);
      connected();
    } else if (event === 'chat') {
      const { chat, from, entries } = told as { chat: Head; from: number; entries: DeskEntry[] };
      const before = this.chats.get(keyOf(chat))?.entries ?? [];
      this.chats.set(keyOf(chat), { ...chat, entries: [...before.slice(0, from), ...entries] });
    } else if (event === 'gone') {
      this.chats.delete(keyOf(told as { desk: string; id: string }));
    }
  }
}

/** What was said in a chat since it reached the desk, by one side or both, in order. */
export function textsOf(chat: DeskChat, from?: DeskEntry['from']): string[] {
  return chat.entries
    .filter((entry) => (from ? entry.from === from : true) && entry.isEarlier !== true && entry.at > chat.since)
    .map(({ text }) => text);
}

function keyOf({ desk, id }: { desk: string; id: string }): string {
  return `${desk}/${id}`;
}

function pathOf({ desk, id }: { desk: string; id: string }): string {
  return `/api/desks/${desk}/chats/${encodeURIComponent(id)}`;
}
