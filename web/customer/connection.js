// Whether the chat is connected, in words and a color; and the way back when it is not.
import { onLanguage, t } from './pageLanguage.js';

const status = document.getElementById('connection');
const trouble = document.getElementById('trouble');
const retryButton = document.getElementById('retry');
const firstWaitInMs = 2_000;
const longestWaitInMs = 30_000;

let shown = ['wait', 'connection.connecting'];
onLanguage(() => showConnection(...shown));

export function showConnection(state, key) {
  shown = [state, key];
  trouble.hidden = !['connection.unreachable', 'connection.tooMany'].includes(key);
  // Written only on change: a live region is read out whenever it is written.
  if (status.textContent === t(key)) return;
  status.dataset.state = state;
  status.textContent = t(key);
}

/**
 * Resolves with what the job gives, as soon as it does: between tries it waits longer each time, as long as the server asks for, or until
 * the customer presses the button.
 */
export async function untilItWorks(job) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await job();
    } catch (error) {
      // Whatever failed, the customer can only try again; the server's log tells the operator.
      const isTooMany = error.status === 429;
      showConnection('off', isTooMany ? 'connection.tooMany' : 'connection.unreachable');
      const usual = Math.min(firstWaitInMs * 2 ** tries, longestWaitInMs);
      await wait(Math.max(error.retryAfterInMs ?? 0, usual * (0.75 + Math.random() / 2)));
    }
  }
}

/** Begins the page anew as soon as its server answers; a reload before that would leave nothing but the browser's own error. */
export async function reloadWhenReachable() {
  await untilItWorks(async () => {
    const { ok, status: code } = await fetch('/healthz', { cache: 'no-store' });
    if (!ok) throw Object.assign(new Error('not there yet'), { status: code });
  });
  location.reload();
}

function wait(delayInMs) {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      retryButton.removeEventListener('click', finish);
      removeEventListener('online', finish);
      resolve();
    };
    const timer = setTimeout(finish, delayInMs);
    retryButton.addEventListener('click', finish);
    addEventListener('online', finish);
  });
}
