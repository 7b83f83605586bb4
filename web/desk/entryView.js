import { cardsView } from './cardView.js';
import { el, icon } from './dom.js';
import { outsideLink, plainText } from './richText.js';
import { authorOf } from './texts.js';
import { dateAndTime, timeOfDay } from './times.js';

const longFrom = 1_500;
const shownPictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** One thing said. `follows` is set when the same person said the one before it just now, `isRead` shows that the customer has read it. */
export function entryView(chat, entry, { follows, isRead }) {
  const author = authorOf(chat, entry);
  const cards = entry.cards ?? [];
  const files = entry.files ?? [];
  return el(
    'li',
    { class: `entry from-${entry.from}${follows ? ' follows' : ''}` },
    author !== '' && authorLine(author, entry),
    entry.text.trim() !== '' && said(entry.text),
    cards.length > 0 && cardsView(cards),
    files.length > 0 &&
      el(
        'ul',
        { class: 'files' },
        files.map((file) => el('li', {}, fileView(file))),
      ),
    isRead && el('p', { class: 'read' }, icon('read'), 'Read'),
  );
}

function authorLine(author, entry) {
  const time = timeOfDay(entry.at);
  return el(
    'p',
    { class: 'author' },
    el('bdi', { class: 'name', text: author }),
    time !== '' && el('time', { datetime: entry.at, title: dateAndTime(entry.at), text: time }),
  );
}

function said(text) {
  const bubble = el('div', { class: 'said', dir: 'auto' }, plainText(text));
  if (text.length <= longFrom) return bubble;
  bubble.classList.add('cut');
  const more = el('button', {
    type: 'button',
    class: 'plain',
    'aria-expanded': 'false',
    text: `Show all ${text.length.toLocaleString()} characters`,
    on: {
      click: () => {
        const isCut = bubble.classList.toggle('cut');
        more.setAttribute('aria-expanded', String(!isCut));
        more.textContent = isCut ? `Show all ${text.length.toLocaleString()} characters` : 'Show less';
      },
    },
  });
  return el('div', { class: 'long' }, bubble, more);
}

function fileView(file) {
  const name = file.name || 'File';
  if (file.url === '') return el('span', { class: 'file', dir: 'auto', text: name });
  // The server gives addresses of its own for files on this machine; others are anywhere on the web.
  const isOwn = file.url.startsWith('/');
  const href = isOwn ? file.url : outsideLink(file.url, '')?.href;
  if (!href) return el('span', { class: 'file', dir: 'auto', text: name });
  const link = el('a', { class: 'file', href, target: '_blank', rel: 'noopener noreferrer', dir: 'auto' });
  if (isOwn && shownPictures.has(file.contentType)) link.append(el('img', { src: href, alt: '', loading: 'lazy' }));
  link.append(el('span', { text: name }));
  return link;
}
