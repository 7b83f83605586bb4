/** Names a chat in the address of the page and of its actions. */
export function keyOf(chat) {
  return `${encodeURIComponent(chat.desk)}/${encodeURIComponent(chat.id)}`;
}

/** What the server has told about desks and chats. Listeners get `{ kind, chat?, before?, added? }` after each change. */
export class DeskState {
  desks = new Map();
  chats = new Map();
  recordsUrl;
  customerUrl;
  /** Milliseconds the server's clock is ahead of this one. */
  clockAhead = 0;
  isKnown = false;
  #listeners = [];

  onChange(listener) {
    this.#listeners.push(listener);
  }

  now() {
    return Date.now() + this.clockAhead;
  }

  replaceAll({ now, desks, chats, recordsUrl, customerUrl }) {
    const isFirst = !this.isKnown;
    this.isKnown = true;
    this.clockAhead = Date.parse(now) - Date.now();
    this.recordsUrl = recordsUrl;
    this.customerUrl = customerUrl;
    this.desks = new Map(desks.map((desk) => [desk.name, desk]));
    this.chats = new Map(chats.map((chat) => [keyOf(chat), chat]));
    this.#tell({ kind: 'everything', isFirst });
  }

  setDesk(desk) {
    this.desks.set(desk.name, desk);
    this.#tell({ kind: 'desk' });
  }

  /** `from` is the place of the first entry that is new or different. */
  setChat({ chat, from, entries }) {
    const before = this.chats.get(keyOf(chat));
    const known = new Set(before?.entries.map(({ id }) => id));
    const present = { ...chat, entries: [...(before?.entries.slice(0, from) ?? []), ...entries] };
    this.chats.set(keyOf(chat), present);
    this.#tell({ kind: 'chat', chat: present, before, added: entries.filter(({ id }) => !known.has(id)) });
  }

  remove(chat) {
    this.chats.delete(keyOf(chat));
    this.#tell({ kind: 'gone' });
  }

  #tell(change) {
    for (const listener of this.#listeners) listener(change);
  }
}

/** Where the live chat begins among the entries: everything before that place was said to the bot. */
export function liveFrom(chat) {
  const since = Date.parse(chat.since);
  const index = chat.entries.findIndex((entry) => !(entry.isEarlier ?? Date.parse(entry.at) <= since));
  return index === -1 ? chat.entries.length : index;
}
