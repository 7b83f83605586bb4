// Tells the bot that the customer has seen what an agent wrote, for desks that show it to the agent.
import { isLater } from './activityOrder.js';

const toldKey = 'switchboard.read';
const settledInMs = 700;

export class ReadReceipts {
  #newest;
  #timer;
  #isSending = false;

  /**
   * `isVisible` says whether the customer can see the chat now, `isShown(id)` whether that message is in the part of it
   * that can be seen, `isChatting` whether an agent has the chat; `send` tells the bot and resolves with whether it arrived.
   */
  constructor({ keep, isVisible, isShown, isChatting, send }) {
    Object.assign(this, { keep, isVisible, isShown, isChatting, send });
    document.addEventListener('visibilitychange', () => this.look());
  }

  /** Takes an incoming activity; of a history that is shown again after a reload, what was told stays told. */
  take({ id, type, channelData }) {
    if (type !== 'message' || channelData?.switchboard?.from !== 'agent' || !id || !isLater(id, this.#newest)) return;
    this.#newest = id;
    this.look();
  }

  /** What can be seen may have changed. Waits until it rests: one receipt says it for all before. */
  look() {
    clearTimeout(this.#timer);
    if (this.#isUntold()) this.#timer = setTimeout(() => void this.#tell(), settledInMs);
  }

  #isUntold() {
    return this.isVisible() && this.#newest !== undefined && isLater(this.#newest, this.keep.get(toldKey));
  }

  async #tell() {
    const seen = this.#newest;
    if (this.#isSending || !this.#isUntold() || !this.isChatting() || !this.isShown(seen)) return;
    this.#isSending = true;
    // What did not arrive is told by the next look; nobody waits for it.
    const hasArrived = await this.send();
    this.#isSending = false;
    if (hasArrived) this.keep.set(toldKey, seen);
    if (seen !== this.#newest) this.look();
  }
}
