/** Makes an element. Strings become text nodes: nothing on these pages is ever parsed as HTML. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== false));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

/** A link to another system: in a window of its own, which cannot reach back. */
export function outside(href, text) {
  return el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text, el('span', { class: 'unseen' }, ' (new window)'));
}
