import { act } from './deskApi.js';

const repeatInMs = 4_000;
const idleInMs = 6_000;

/** Tells the customer that the agent writes: again while writing goes on, and when it stopped. Silent without a chat. */
export class TypingSignal {
  #chat;
  #lastAt = 0;
  #isTyping = false;
  #idle;

  constructor(chat) {
    this.#chat = chat;
  }

  wrote(hasText) {
    if (!hasText) {
      this.stop();
      return;
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), idleInMs);
    if (this.#isTyping && Date.now() - this.#lastAt < repeatInMs) return;
    this.#lastAt = Date.now();
    this.#isTyping = true;
    this.#tell(true);
  }

  stop() {
    clearTimeout(this.#idle);
    if (!this.#isTyping) return;
    this.#isTyping = false;
    this.#tell(false);
  }

  /** Says no more, as there is nobody left to say it to. */
  forget() {
    clearTimeout(this.#idle);
    this.#isTyping = false;
  }

  #tell(isTyping) {
    // A lost sign of life is no news for the agent: the next message shows whether the desk is there.
    if (this.#chat) act(this.#chat, 'typing', { isTyping }).catch(() => undefined);
  }
}
