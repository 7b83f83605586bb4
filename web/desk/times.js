const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** `0:07`, `12:30`, `1:02:03`. */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const pad = (value) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** The time of day, or nothing for what is no time. */
export function timeOfDay(iso) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : clock.format(at);
}

export function dateAndTime(iso) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : day.format(at);
}

/** Moves on every element with `data-since` once a second. */
export function tickWaiting(now) {
  setInterval(() => {
    for (const element of document.querySelectorAll('[data-since]')) {
      element.textContent = duration(now() - Date.parse(element.dataset.since));
    }
  }, 1_000);
}
