import { Composer } from './composer.js';
import { ConversationLog } from './conversationLog.js';
import { act } from './deskApi.js';
import { keyOf } from './deskState.js';
import { askForQueue, askToEnd } from './dialogs.js';
import { byId, el, icon, setText } from './dom.js';
import { endedText, nameOf, pausedText, queueName, stateNames } from './texts.js';

/** The chosen chat: head, what was said, and below it what can be done in its state. */
export class ChatView {
  #state;
  #acts;
  #shape;
  #chat;
  #log;
  #composer;
  #parts;
  #problem = el('p', { class: 'problem', role: 'alert' });

  /** `acts` has `accept(chat)`, `back()` and `toggleDetails()`. */
  constructor(state, acts) {
    this.#state = state;
    this.#acts = acts;
  }

  draw(key) {
    const chat = key === undefined ? undefined : this.#state.chats.get(key);
    const desk = chat && this.#state.desks.get(chat.desk);
    const shape = JSON.stringify([key, chat?.state, desk?.features, this.#state.isKnown, this.#state.chats.size > 0 && !chat]);
    const isNewChat = chat && (!this.#chat || keyOf(this.#chat) !== key);
    this.#chat = chat;
    if (shape !== this.#shape) {
      this.#shape = shape;
      if (chat && desk) this.#build(chat, desk, isNewChat);
      else this.#buildEmpty(key);
    }
    if (!chat || !desk) return;
    setText(this.#parts.name, nameOf(chat));
    setText(this.#parts.topic, chat.topic || 'No topic');
    setText(this.#parts.queue, queueName(desk, chat) || 'No queue');
    setText(this.#parts.desk, desk.title);
    setText(this.#parts.agent, chat.agentName ? `Agent: ${chat.agentName}` : '');
    if (this.#parts.ended) setText(this.#parts.ended, endedText(chat));
    this.#log.update(chat);
    if (isNewChat) this.#log.toEnd();
  }

  focusBox() {
    if (this.#composer) this.#composer.focus();
    else this.focusHead();
  }

  focusHead() {
    (this.#parts?.name ?? byId('conversation')).focus();
  }

  drawReplies() {
    this.#composer?.drawReplies();
  }

  /** Shows why something did not work, or clears it. */
  showProblem(error) {
    this.#problem.textContent = error ? error.message : '';
  }

  #build(chat, desk, isNewChat) {
    const panel = byId('conversation');
    const hadFocus = !isNewChat && panel.contains(document.activeElement);
    if (isNewChat) {
      this.#log = new ConversationLog();
      this.showProblem(undefined);
    }
    this.#composer?.leave(!isNewChat);
    this.#composer = chat.state === 'active' ? new Composer(chat, desk, (error) => this.showProblem(error)) : undefined;
    this.#parts = {
      name: el('h2', { class: 'name', dir: 'auto', tabindex: -1 }),
      topic: el('span', { class: 'topic', dir: 'auto' }),
      queue: el('span', { class: 'queue-name', dir: 'auto' }),
      desk: el('span', { class: 'desk-name', dir: 'auto' }),
      agent: el('span', { class: 'agent-name', dir: 'auto' }),
      ended: chat.state === 'ended' ? el('p', { class: 'ended-note' }) : undefined,
    };
    panel.replaceChildren(this.#head(chat, desk), this.#log.element, this.#problem, this.#foot(chat));
    // The part that had the keyboard is gone; the head of the same chat is the nearest place.
    if (hadFocus) this.focusBox();
  }

  #head(chat, desk) {
    const { name, topic, queue, desk: deskName, agent } = this.#parts;
    return el(
      'header',
      { class: 'head' },
      this.#backButton(),
      el(
        'div',
        { class: 'head-words' },
        el('div', { class: 'head-line' }, name, el('span', { class: `badge ${chat.state}`, text: stateNames[chat.state] })),
        el('p', { class: 'head-facts' }, topic, deskName, queue, agent),
      ),
      el('div', { class: 'head-tools' }, this.#headTools(chat, desk)),
    );
  }

  /** On a narrow page only, where the list is elsewhere. */
  #backButton() {
    return el('button', { type: 'button', class: 'back', on: { click: () => this.#acts.back() } }, icon('back'), 'Chats');
  }

  #headTools(chat, desk) {
    const tool = (name, text, className, click) =>
      el('button', { type: 'button', class: className, on: { click } }, icon(name), el('span', { text }));
    const isActive = chat.state === 'active';
    return [
      tool('info', 'Details', 'tool details-toggle', () => this.#acts.toggleDetails()),
      isActive && desk.features.transfer && tool('transfer', 'Transfer', 'tool', () => this.#transfer()),
      isActive && desk.features.pause && tool('pause', 'Put aside', 'tool', () => this.#try(() => act(this.#chat, 'pause'))),
      isActive && tool('end', 'End chat', 'tool danger-tool', () => this.#end()),
    ];
  }

  #foot(chat) {
    if (this.#composer) return this.#composer.element;
    if (this.#parts.ended) return this.#parts.ended;
    if (chat.state === 'paused') return el('p', { class: 'ended-note', text: pausedText });
    return el(
      'div',
      { class: 'decide' },
      el('p', { text: 'The customer is waiting for somebody to take this chat.' }),
      el(
        'div',
        { class: 'decide-buttons' },
        el('button', { type: 'button', class: 'primary', text: 'Accept', on: { click: () => this.#acts.accept(chat) } }),
        el('button', { type: 'button', text: 'Decline', on: { click: () => this.#try(() => act(chat, 'decline')) } }),
      ),
    );
  }

  async #transfer() {
    const chat = this.#chat;
    const queueId = await askForQueue(this.#state.desks.get(chat.desk), chat);
    if (queueId !== undefined) await this.#try(() => act(chat, 'transfer', { queueId }));
  }

  async #end() {
    const chat = this.#chat;
    if (await askToEnd(nameOf(chat))) await this.#try(() => act(chat, 'end'));
  }

  async #try(task) {
    try {
      await task();
      this.showProblem(undefined);
    } catch (error) {
      this.showProblem(error);
    }
  }

  #buildEmpty(key) {
    this.#composer?.leave(true);
    this.#composer = undefined;
    this.#parts = undefined;
    byId('conversation').replaceChildren(
      el(
        'div',
        { class: 'empty-chat' },
        el('img', { src: 'icon.svg', alt: '', width: 56, height: 56 }),
        ...this.#emptyWords(key),
      ),
    );
  }

  #emptyWords(key) {
    if (!this.#state.isKnown) return [el('p', { text: 'Asking the desks …' })];
    const words = (title, text) => [el('h2', { text: title }), el('p', { text })];
    if (key !== undefined)
      return [...words('This chat is gone', 'The desk no longer has it. Choose another one from the list.'), this.#backButton()];
    if (this.#state.chats.size > 0) return words('No chat chosen', 'Choose a chat from the list, or accept one that waits.');
    return words('You answer as the agent here', 'Open the customer page and ask for a person: the chat then waits in the list.');
  }
}
