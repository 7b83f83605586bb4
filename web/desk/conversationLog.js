import { el, syncChildren } from './dom.js';
import { parts } from './earlierText.js';
import { entryView } from './entryView.js';
import { nameOf } from './texts.js';
import { dateAndTime } from './times.js';

const nearEnd = 80;
const sameBreathInMs = 120_000;

/** What was said, the part before the handoff set off from the chat itself; stays at the end unless one reads further up. */
export class ConversationLog {
  #earlier = el('ol', { class: 'entries' });
  #live = el('ol', { class: 'entries' });
  #earlierPart = el(
    'section',
    { class: 'earlier', 'aria-label': 'Before the handoff' },
    el('h3', { text: 'Before the handoff: what the customer and the bot said' }),
    this.#earlier,
  );
  #divider = el('p', { class: 'divider' });
  #typing = el('p', { class: 'typing', hidden: true });
  #newer = el('button', {
    type: 'button',
    class: 'newer',
    hidden: true,
    text: 'New messages ↓',
    on: { click: () => this.toEnd() },
  });
  #scroller = el(
    'div',
    { class: 'log', tabindex: 0, role: 'region', 'aria-label': 'What was said', on: { scroll: () => this.#scrolled() } },
    this.#earlierPart,
    this.#divider,
    el('section', { class: 'live', 'aria-label': 'Chat with the desk' }, this.#live),
    this.#typing,
  );
  #sticks = true;
  /** The size for which the place was last put right. */
  #size;
  element = el('div', { class: 'log-frame' }, this.#scroller, this.#newer);

  constructor() {
    const follow = () => this.#sticks && this.toEnd();
    // A picture has its height only when it is there; `load` does not bubble. A send box that grows takes room away.
    this.#scroller.addEventListener('load', follow, true);
    const resized = () => {
      this.#size = this.#sizeNow();
      follow();
    };
    new ResizeObserver(resized).observe(this.#scroller);
  }

  /** Brings the log up to date; follows to the end unless one reads further up. What the agent says always shows. */
  update(chat) {
    const before = this.#live.children.length;
    const { earlier, live } = parts(chat);
    this.#draw(this.#earlier, chat, earlier);
    this.#draw(this.#live, chat, live);
    this.#earlierPart.hidden = earlier.length === 0;
    this.#divider.textContent = `Handed off ${dateAndTime(chat.since)}`;
    this.#typing.hidden = !chat.customerIsTyping;
    this.#typing.replaceChildren(el('bdi', { text: nameOf(chat) }), ' is typing …');
    const hasNew = live.length > before;
    if (this.#sticks || (hasNew && live.at(-1)?.from === 'agent')) this.toEnd();
    else if (hasNew) this.#newer.hidden = false;
  }

  toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#newer.hidden = true;
    this.#sticks = true;
  }

  #draw(list, chat, entries) {
    const items = entries.map((entry, index) => ({
      entry,
      follows: follows(entries[index - 1], entry),
      isRead: isRead(chat, entry) && !(follows(entry, entries[index + 1]) && isRead(chat, entries[index + 1])),
    }));
    syncChildren(list, items, {
      key: ({ entry }) => entry.id,
      version: ({ entry, follows, isRead }) => JSON.stringify([entry, follows, isRead, chat.customerName, chat.agentName]),
      draw: ({ entry, ...place }) => entryView(chat, entry, place),
    });
  }

  #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < nearEnd;
  }

  #sizeNow() {
    const { clientWidth, clientHeight } = this.#scroller;
    return `${clientWidth}x${clientHeight}`;
  }

  #scrolled() {
    // Not the agent's doing: the log has just become narrower or lower, and will be put right.
    if (this.#sizeNow() !== this.#size) return;
    this.#sticks = this.#isAtEnd();
    if (this.#sticks) this.#newer.hidden = true;
  }
}

/** Whether the desk knows that the customer has read it. Of what one agent says in one breath the last that was read shows it for all. */
function isRead(chat, { from, at }) {
  return from === 'agent' && chat.readUntil !== undefined && Date.parse(at) <= Date.parse(chat.readUntil);
}

function follows(before, entry) {
  if (!before || !entry || before.from !== entry.from || before.name !== entry.name) return false;
  return Date.parse(entry.at) - Date.parse(before.at) < sameBreathInMs;
}
