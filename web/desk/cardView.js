import { adaptiveCard } from './adaptiveCard.js';
import { el } from './dom.js';
import { cardMarkdown, outsideLink } from './richText.js';

const adaptive = 'application/vnd.microsoft.card.adaptive';
const richCards = new Set(['hero', 'thumbnail', 'signin'].map((name) => `application/vnd.microsoft.card.${name}`));

/** The cards of one entry; several side by side, as the customer leafs through them. */
export function cardsView(cards) {
  if (cards.length === 1) return cardView(cards[0]);
  return el(
    'div',
    { class: 'carousel', role: 'group', 'aria-label': `${cards.length} cards`, tabindex: 0 },
    cards.map((card) => cardView(card)),
  );
}

export function cardView({ contentType, content }) {
  try {
    if (contentType === adaptive) return adaptiveCard(content) ?? unknownCard(contentType, content);
    if (richCards.has(contentType)) return heroCard(content);
  } catch (error) {
    // What a bot sends may be no card at all: it is shown as it came, with the reason.
    return unknownCard(contentType, content, String(error));
  }
  return unknownCard(contentType, content);
}

function heroCard(content) {
  const buttons = list(content.buttons).map(heroButton);
  return el(
    'div',
    { class: 'card hero', role: 'group', 'aria-label': words(content.title) || 'Card', dir: 'auto' },
    list(content.images).map((image) => picture(image)),
    words(content.title) && el('p', { class: 'card-title', dir: 'auto' }, cardMarkdown(words(content.title))),
    words(content.subtitle) && el('p', { class: 'card-subtitle', dir: 'auto' }, cardMarkdown(words(content.subtitle))),
    words(content.text) && el('div', { class: 'card-text', dir: 'auto' }, cardMarkdown(words(content.text))),
    buttons.length > 0 && el('div', { class: 'card-buttons' }, buttons),
  );
}

function heroButton(button) {
  const title = words(button.title) || words(button.text) || 'Button';
  const link =
    button.type === 'openUrl' || button.type === 'signin' ? outsideLink(words(button.value), title, 'card-button') : undefined;
  return link ?? el('button', { type: 'button', class: 'card-button', disabled: true, dir: 'auto', text: title });
}

function picture(image) {
  const address = URL.parse(words(image.url));
  if (!address || !['http:', 'https:', 'data:'].includes(address.protocol)) return undefined;
  return el('img', { src: address.href, alt: words(image.alt), loading: 'lazy' });
}

/** What is no known card: the words in it, and the whole of it for whoever builds the bot. */
function unknownCard(contentType, content, reason) {
  const said = ['title', 'text', 'fallbackText', 'altText'].map((name) => words(content?.[name])).filter((each) => each !== '');
  return el(
    'div',
    { class: 'card unknown', role: 'group', 'aria-label': 'Card that cannot be drawn' },
    el('p', { class: 'card-subtitle', text: contentType || 'Card without a type' }),
    said.map((each) => el('p', { dir: 'auto', text: each })),
    reason && el('p', { class: 'card-problem', text: reason }),
    el(
      'details',
      {},
      el('summary', { text: 'Content' }),
      el('pre', { tabindex: 0, text: JSON.stringify(content, undefined, 2) ?? '' }),
    ),
  );
}

function words(value) {
  return typeof value === 'string' ? value : '';
}

function list(value) {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
}
