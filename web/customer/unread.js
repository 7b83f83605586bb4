// Counts what arrived while nobody could see it: in the title of the page, or on the button of the page that frames us.
import { isLater } from './activityOrder.js';

const seenKey = 'switchboard.seen';

export class Unread {
  #ids = new Set();
  #last;
  #seen;

  /** `isVisible` says whether the customer can see the chat now; `onCount` gets every new count. */
  constructor({ keep, isVisible, onCount }) {
    this.keep = keep;
    this.isVisible = isVisible;
    this.onCount = onCount;
    this.#seen = keep.get(seenKey);
    document.addEventListener('visibilitychange', () => this.look());
  }

  get count() {
    return this.#ids.size;
  }

  /** Takes an incoming activity; those that were seen before a reload do not count again. */
  take(activity) {
    if (activity.type !== 'message' || activity.from?.role === 'user' || !activity.id) return;
    if (!isLater(activity.id, this.#last)) return;
    this.#last = activity.id;
    if (this.isVisible()) return this.look();
    if (!isLater(activity.id, this.#seen)) return;
    this.#ids.add(activity.id);
    this.onCount(this.#ids.size);
  }

  /** The customer looks: everything is read. */
  look() {
    if (!this.isVisible() || !this.#last) return;
    this.#seen = this.#last;
    this.keep.set(seenKey, this.#seen);
    if (this.#ids.size === 0) return;
    this.#ids.clear();
    this.onCount(0);
  }
}
