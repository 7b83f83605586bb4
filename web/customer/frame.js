// The side of the chat that speaks with the page that frames it (widget.js).
import { readable } from './color.js';

const wishes = new URLSearchParams(location.hash.slice(1));
const pageUrl = addressOf(wishes.get('page'));

/** Whether another page shows us in its widget. */
export const isFramed = document.body.classList.contains('framed') && window.parent !== window;

/** The page the customer is on, without its query, which may say more than it should. */
export const sourcePageUrl = isFramed && pageUrl ? pageUrl : location.origin + location.pathname;

let isOpen = false;

/** Whether the customer can see the chat now. */
export const isVisible = () => !document.hidden && (!isFramed || isOpen);

/** Gives the chat the color and the title that the framing page wants. */
export function dress() {
  const accent = readable(wishes.get('color') ?? undefined);
  document.documentElement.style.setProperty('--accent', accent);
  const title = wishes.get('title');
  if (isFramed && title) {
    const heading = document.getElementById('panel-title');
    delete heading.dataset.text;
    heading.textContent = title;
  }
  return accent;
}

/** Follows the widget: `onShown` is called whenever it is opened. Escape and the cross close it. */
export function followHost({ onShown }) {
  if (!isFramed) return;
  addEventListener('message', (event) => {
    if (event.source !== window.parent || event.origin !== hostOrigin() || event.data?.switchboard !== 'shown') return;
    isOpen = event.data.isOpen === true;
    if (isOpen) onShown({ takesFocus: event.data.takesFocus === true });
  });
  document.getElementById('close').addEventListener('click', () => tellHost({ switchboard: 'close' }));
  // What uses Escape itself (an open menu, say) prevents the default.
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) tellHost({ switchboard: 'close' });
  });
  tellHost({ switchboard: 'ready' });
}

/** Says something to the framing page; nothing is said that is not meant for it. */
export function tellHost(message) {
  if (isFramed && pageUrl) window.parent.postMessage(message, hostOrigin());
}

function hostOrigin() {
  return pageUrl && new URL(pageUrl).origin;
}

function addressOf(text) {
  if (!text || !URL.canParse(text)) return undefined;
  const { protocol, origin, pathname } = new URL(text);
  return /^https?:$/.test(protocol) ? origin + pathname : undefined;
}
