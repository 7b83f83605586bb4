import { sessionOf } from './adapterEvents.js';
import { el } from './dom.js';

const mostShown = 200;

/** The list of what the adapters told, newest first. */
export class EventLog {
  constructor(list, empty) {
    this.list = list;
    this.empty = empty;
  }

  add(event, note) {
    const at = new Date();
    const place = sessionOf(event)?.replace('-', ' ');
    const about = [place, event.data?.sessionType, event.data?.queuePath].filter(Boolean).join(' · ');
    this.list.prepend(
      el(
        'li',
        { 'data-type': event.type },
        el('time', { datetime: at.toISOString() }, at.toLocaleTimeString()),
        el('span', { class: 'what' }, event.label ?? `Unknown event: ${event.name}`),
        about !== '' && el('span', { class: 'about' }, about),
        event.data?.message !== undefined && el('q', {}, event.data.message),
        note && el('span', { class: 'note' }, note),
      ),
    );
    this.empty.hidden = true;
    while (this.list.children.length > mostShown) this.list.lastElementChild.remove();
  }
}
