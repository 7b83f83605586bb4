import { el } from './dom.js';
import { cardMarkdown, outsideLink } from './richText.js';

const submitting = new Set(['Action.Submit', 'Action.Execute']);
const text = { default: '#16202e', subtle: '#4d5b6e' };
const colors = (value, subtle) => ({ default: value, subtle, highlightColors: { default: '#fff3c4', subtle: '#fff3c4' } });
const foregroundColors = {
  default: colors(text.default, text.subtle),
  dark: colors(text.default, text.subtle),
  light: colors('#5b6675', '#5b6675'),
  accent: colors('#0b665a', '#0b665a'),
  good: colors('#17662f', '#17662f'),
  warning: colors('#874600', '#874600'),
  attention: colors('#a3211a', '#a3211a'),
};
const container = (backgroundColor) => ({ backgroundColor, foregroundColors });
const hostConfig = {
  fontFamily: 'inherit',
  spacing: { small: 4, default: 8, medium: 12, large: 18, extraLarge: 24, padding: 14 },
  separator: { lineThickness: 1, lineColor: '#d9dfe7' },
  fontSizes: { small: 13, default: 15, medium: 17, large: 20, extraLarge: 24 },
  containerStyles: {
    default: container('#ffffff'),
    emphasis: container('#f1f4f8'),
    accent: container('#e1f2ef'),
    good: container('#e4f3e7'),
    attention: container('#fdeceb'),
    warning: container('#fff4e0'),
  },
  actions: { maxActions: 12, spacing: 'default', buttonSpacing: 8, actionsOrientation: 'horizontal', actionAlignment: 'left' },
};

/** An Adaptive Card as the customer sees it; what only the customer may press or fill in is there but switched off. */
export function adaptiveCard(content) {
  const { AdaptiveCards } = window;
  if (!AdaptiveCards) return undefined;
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = leaveAsText;
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
  card.onExecuteAction = openLink;
  card.parse(content);
  const drawn = card.render();
  if (!drawn) return undefined;
  for (const block of drawn.querySelectorAll('.ac-textBlock')) drawMarkdown(block);
  disable(card, drawn);
  // Cards are many in one conversation: a stop at each for the keyboard would only be in the way.
  drawn.removeAttribute('tabindex');
  const title = typeof content.speak === 'string' && content.speak ? content.speak : 'Card';
  return el('div', { class: 'card adaptive', role: 'group', 'aria-label': title.slice(0, 200), dir: 'auto' }, drawn);
}

/** The library would put processed Markdown in as HTML; it is drawn by `drawMarkdown` instead, node by node. */
function leaveAsText(_text, result) {
  result.didProcess = false;
}

function drawMarkdown(block) {
  for (const lineBreak of block.querySelectorAll('br')) lineBreak.replaceWith('\n');
  block.dir = 'auto';
  block.replaceChildren(...cardMarkdown(block.textContent));
}

function openLink(action) {
  if (action.getJsonTypeName() !== 'Action.OpenUrl') return;
  outsideLink(action.url, '')?.click();
}

/** Switches off what would send something to the bot: only the customer can. */
function disable(card, drawn) {
  for (const action of card.getAllActions()) {
    const button = action.renderedElement;
    if (submitting.has(action.getJsonTypeName()) && button instanceof HTMLButtonElement) button.disabled = true;
  }
  for (const input of drawn.querySelectorAll('input, textarea, select')) input.disabled = true;
}
