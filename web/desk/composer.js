import { askForCard } from './cardDialog.js';
import { act, sendFile } from './deskApi.js';
import { keyOf } from './deskState.js';
import { el, icon, syncChildren } from './dom.js';
import { preferences } from './preferences.js';
import { quickReplies } from './texts.js';
import { TypingSignal } from './typingSignal.js';

/** Unsent words per chat, so that looking at another chat loses nothing. */
const drafts = new Map();
/** One thing after the other per chat: the order of sending is the order of arriving. */
const queues = new Map();

/** The place where the agent writes, with everything else that can be sent. */
export class Composer {
  #chat;
  #onProblem;
  #typing;
  #box = el('textarea', {
    rows: 2,
    dir: 'auto',
    'aria-label': 'Your message',
    placeholder: 'Write to the customer (Shift+Enter: new line)',
    on: {
      input: () => this.#changed(),
      keydown: (event) => this.#key(event),
      blur: () => this.#typing.stop(),
    },
  });
  #replies = el('ul', { class: 'replies', 'aria-label': 'Quick replies' });
  element;

  constructor(chat, desk, onProblem) {
    this.#chat = chat;
    this.#onProblem = onProblem;
    this.#typing = new TypingSignal(desk.features.typing ? chat : undefined);
    this.#box.value = drafts.get(keyOf(chat)) ?? '';
    this.element = el(
      'form',
      { class: 'composer', on: { submit: (event) => this.#submit(event) } },
      this.#replies,
      el('div', { class: 'row' }, this.#box, el('button', { type: 'submit', class: 'primary send' }, icon('send'), 'Send')),
      el('div', { class: 'tools' }, this.#tools(desk.features)),
    );
    this.drawReplies();
    requestAnimationFrame(() => this.#fit());
  }

  focus() {
    this.#box.focus();
  }

  /** The box goes away: because another chat is looked at, or because this one is over. */
  leave(isOver) {
    if (isOver) this.#typing.forget();
    else this.#typing.stop();
  }

  /** The greeting has the agent's name in it. */
  drawReplies() {
    syncChildren(this.#replies, quickReplies(preferences.agentName), {
      key: (text) => text,
      version: (text) => text,
      draw: (text) =>
        el(
          'li',
          {},
          el('button', { type: 'button', class: 'reply', dir: 'auto', text, on: { click: () => this.#insert(text) } }),
        ),
    });
  }

  #tools(features) {
    const tool = (name, text, click) => el('button', { type: 'button', class: 'tool', on: { click } }, icon(name), text);
    const picker = el('input', {
      type: 'file',
      hidden: true,
      'aria-label': 'File to send',
      on: { change: () => this.#sendFiles(picker) },
    });
    return [
      features.sendCard && tool('card', 'Send a card', () => this.#sendCard()),
      features.sendFile && tool('file', 'Attach a file', () => picker.click()),
      features.sendFile && picker,
      features.requestFile && tool('ask', 'Ask for a file', () => this.#do(() => act(this.#chat, 'requestFile'))),
    ];
  }

  #changed() {
    drafts.set(keyOf(this.#chat), this.#box.value);
    this.#typing.wrote(this.#box.value.trim() !== '');
    this.#fit();
  }

  #key(event) {
    // While an input method composes a character, Enter chooses it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#box.value;
    if (text.trim() === '') return;
    this.#fill('');
    this.#typing.stop();
    const restore = () => this.#fill(this.#box.value === '' ? text : `${text}\n${this.#box.value}`);
    this.#do(() => act(this.#chat, 'say', { text }), restore);
  }

  #insert(text) {
    const start = this.#box.value.trim() === '' ? '' : `${this.#box.value.trimEnd()} `;
    this.#fill(start + text);
    this.#typing.wrote(true);
    this.#box.focus();
  }

  #fill(text) {
    this.#box.value = text;
    drafts.set(keyOf(this.#chat), text);
    this.#fit();
  }

  async #sendCard() {
    const card = await askForCard();
    if (card) this.#do(() => act(this.#chat, 'sendCard', { card }));
  }

  #sendFiles(picker) {
    for (const file of picker.files) this.#do(() => sendFile(this.#chat, file));
    picker.value = '';
  }

  #do(task, onFailure) {
    const key = keyOf(this.#chat);
    const done = (queues.get(key) ?? Promise.resolve())
      .then(task)
      .then(() => this.#onProblem(undefined))
      .catch((error) => {
        onFailure?.();
        this.#onProblem(error);
      });
    queues.set(key, done);
  }

  /** As high as the text, up to what the style sheet allows. */
  #fit() {
    this.#box.style.height = 'auto';
    this.#box.style.height = `${this.#box.scrollHeight + 2}px`;
  }
}
