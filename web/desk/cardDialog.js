import { cardView } from './cardView.js';
import { ask } from './dialogs.js';
import { el } from './dom.js';
import { sampleCards } from './sampleCards.js';

const contentType = 'application/vnd.microsoft.card.adaptive';

/** Lets the agent choose and change a sample card, seeing it as it will be; undefined when cancelled. */
export function askForCard() {
  const select = el(
    'select',
    { on: { change: () => choose() } },
    Object.keys(sampleCards).map((name) => el('option', { text: name })),
  );
  const source = el('textarea', {
    rows: 9,
    spellcheck: 'false',
    class: 'source',
    'aria-label': 'Card as JSON',
    on: { input: () => preview() },
  });
  const shown = el('div', { class: 'preview' });
  const choose = () => {
    source.value = JSON.stringify(sampleCards[select.value], undefined, 2);
    preview();
  };
  const preview = () => {
    try {
      shown.replaceChildren(cardView({ contentType, content: parsed(source.value) }));
    } catch (error) {
      shown.replaceChildren(el('p', { class: 'hint', text: error.message }));
    }
  };
  choose();
  return ask({
    title: 'Send a card',
    className: 'wide',
    content: el(
      'div',
      { class: 'card-choice' },
      el('label', { class: 'field' }, el('span', { text: 'Sample' }), select),
      shown,
      el('details', {}, el('summary', { text: 'Change the JSON' }), source),
    ),
    confirm: 'Send card',
    answer: () => parsed(source.value),
  });
}

function parsed(text) {
  let card;
  try {
    card = JSON.parse(text);
  } catch (error) {
    throw new Error(`This is not JSON: ${error.message}`, { cause: error });
  }
  if (card?.type !== 'AdaptiveCard') throw new Error('An Adaptive Card has "type": "AdaptiveCard".');
  return card;
}
