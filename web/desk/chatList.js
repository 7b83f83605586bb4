import { keyOf } from './deskState.js';
import { byId, el, syncChildren } from './dom.js';
import { nameOf, queueName, stateNames } from './texts.js';
import { duration, timeOfDay } from './times.js';

/** The chats of all desks, by state, with the filters above them. */
export class ChatList {
  #state;
  #acts;
  #filter = { state: 'all', desk: '' };
  #seen = new Map();

  /** `acts` has `select(key)` and `accept(chat)`. */
  constructor(state, acts) {
    this.#state = state;
    this.#acts = acts;
    byId('deskFilter').addEventListener('change', ({ target }) => {
      this.#filter.desk = target.value;
      this.draw(this.selected);
    });
  }

  selected;

  draw(selected) {
    this.selected = selected;
    this.#drawDeskFilter();
    const atDesks = [...this.#state.chats.values()].filter(({ desk }) => this.#filter.desk === '' || desk === this.#filter.desk);
    this.#drawStates(atDesks);
    const groups = Object.keys(stateNames)
      .filter((name) => this.#filter.state === 'all' || this.#filter.state === name)
      .map((name) => ({
        name,
        chats: inOrder(
          name,
          atDesks.filter((chat) => chat.state === name),
        ),
      }))
      .filter(({ chats }) => chats.length > 0);
    const panel = byId('chats');
    syncChildren(panel, groups.length > 0 ? groups : [{ name: 'empty', chats: [] }], {
      key: ({ name }) => name,
      version: ({ name }) =>
        name === 'empty' ? JSON.stringify([this.#filter, this.#state.isKnown, this.#state.chats.size]) : name,
      draw: ({ name }) => (name === 'empty' ? this.#empty() : groupView(name)),
    });
    for (const { name, chats } of groups) {
      const group = [...panel.children].find((child) => child.dataset.key === name);
      syncChildren(group.querySelector('ul'), chats, {
        key: keyOf,
        version: (chat) => this.#version(chat),
        draw: (chat, drawn) => this.#item(chat, drawn),
      });
    }
  }

  /** Everything the customer has said in the chat so far counts as read. */
  markSeen(chat) {
    this.#seen.set(keyOf(chat), said(chat));
  }

  focus(key) {
    const item = [...byId('chats').querySelectorAll('li')].find((each) => each.dataset.key === key);
    (item?.querySelector('.chat') ?? byId('states').querySelector('button')).focus();
  }

  /** Shows all chats again when the filter would hide this one. */
  reveal(chat) {
    if (this.#filter.desk !== '' && this.#filter.desk !== chat.desk) this.#filter.desk = '';
    if (this.#filter.state !== 'all' && this.#filter.state !== chat.state) this.#filter.state = 'all';
  }

  #unread(chat) {
    return chat.state === 'active' ? Math.max(0, said(chat) - (this.#seen.get(keyOf(chat)) ?? 0)) : 0;
  }

  #version(chat) {
    const { customerName, topic, queue, state, since } = chat;
    const isSelected = keyOf(chat) === this.selected;
    return JSON.stringify([customerName, topic, queue, state, since, isSelected, this.#unread(chat), chat.customerIsTyping]);
  }

  #item(chat, drawn) {
    const focused = drawn?.contains(document.activeElement) ? document.activeElement.className : undefined;
    const unread = this.#unread(chat);
    const select = el(
      'button',
      {
        type: 'button',
        class: 'chat',
        'aria-current': keyOf(chat) === this.selected ? 'true' : undefined,
        on: { click: () => this.#acts.select(keyOf(chat)) },
      },
      el('bdi', { class: 'who', text: nameOf(chat) }),
      this.#when(chat),
      chat.topic !== '' && el('span', { class: 'topic', dir: 'auto', text: chat.topic }),
      el('span', { class: 'where', text: this.#where(chat) }),
      unread > 0 && el('span', { class: 'unread', text: `${unread} new` }),
    );
    const accept =
      chat.state === 'waiting' &&
      el('button', {
        type: 'button',
        class: 'accept',
        'aria-label': `Accept ${nameOf(chat)}`,
        text: 'Accept',
        on: { click: () => this.#acts.accept(chat) },
      });
    const item = el('li', { class: `item ${chat.state}` }, select, accept);
    // Drawn anew below the keyboard's place: the place is kept.
    if (focused) queueMicrotask(() => (item.querySelector(`.${focused}`) ?? select).focus());
    return item;
  }

  #when(chat) {
    if (chat.customerIsTyping && chat.state === 'active') return el('span', { class: 'when', text: 'typing …' });
    if (chat.state !== 'waiting') return el('span', { class: 'when', text: timeOfDay(chat.entries.at(-1)?.at ?? chat.since) });
    const waited = duration(this.#state.now() - Date.parse(chat.since));
    return el('span', { class: 'when waited', data: { since: chat.since }, title: 'Waiting time', text: waited });
  }

  #where(chat) {
    const desk = this.#state.desks.get(chat.desk);
    const queue = queueName(desk, chat);
    return [desk?.title ?? chat.desk, queue].filter((each) => each !== '').join(' · ');
  }

  #drawDeskFilter() {
    const select = byId('deskFilter');
    if (this.#filter.desk !== '' && !this.#state.desks.has(this.#filter.desk)) this.#filter.desk = '';
    syncChildren(select, [{ name: '', title: 'All desks' }, ...this.#state.desks.values()], {
      key: ({ name }) => name,
      version: ({ title }) => title,
      draw: ({ name, title }) => el('option', { value: name, text: title }),
    });
    select.value = this.#filter.desk;
  }

  #drawStates(chats) {
    const names = { all: 'All', ...stateNames };
    const canPause = [...this.#state.desks.values()].some(({ features }) => features.pause);
    const shown = Object.keys(names).filter((name) => name !== 'paused' || canPause);
    syncChildren(byId('states'), shown, {
      key: (name) => name,
      version: (name) => name,
      draw: (name) =>
        el(
          'button',
          { type: 'button', on: { click: () => this.#show(name) } },
          `${names[name]} `,
          el('span', { class: 'count' }),
        ),
    });
    for (const button of byId('states').children) {
      const name = button.dataset.key;
      button.setAttribute('aria-pressed', String(name === this.#filter.state));
      button.querySelector('.count').textContent = chats.filter(({ state }) => name === 'all' || state === name).length;
    }
  }

  #show(name) {
    this.#filter.state = name;
    this.draw(this.selected);
  }

  #empty() {
    if (!this.#state.isKnown) return el('p', { class: 'empty', text: 'Asking the desks …' });
    if (this.#state.chats.size > 0) return el('p', { class: 'empty', text: 'No chat fits the filter.' });
    const { customerUrl } = this.#state;
    const page = customerUrl
      ? el('a', { href: customerUrl, target: '_blank', rel: 'noopener', text: 'customer page' })
      : 'customer page';
    return el('p', { class: 'empty' }, el('strong', { text: 'No chats yet.' }), ' Open the ', page, ' and ask for a person.');
  }
}

function groupView(name) {
  return el('section', { class: 'group', 'aria-label': stateNames[name] }, el('h2', { text: stateNames[name] }), el('ul'));
}

function said(chat) {
  return chat.entries.filter(({ from }) => from === 'customer').length;
}

/** Who waits longest comes first; otherwise the newest does. */
function inOrder(name, chats) {
  const sign = name === 'waiting' ? 1 : -1;
  return chats.toSorted((a, b) => sign * (Date.parse(a.since) - Date.parse(b.since)));
}
