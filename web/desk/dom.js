/**
 * Makes an element. `text` and string children become text nodes: nothing on this page is ever parsed as HTML.
 * Members of `props`: `class`, `text`, `on` (event → listener), `data` (dataset); booleans switch attributes on or off.
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (name === 'text') element.textContent = value;
    else if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === 'data') Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Sets text only when it differs, so that a screen reader's place and a selection survive. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** What each child was drawn from. */
const versions = new WeakMap();

/**
 * Brings the children of `parent` in line with `items` and keeps what is unchanged in the document (and its focus).
 * `version` tells when an item must be drawn again.
 */
export function syncChildren(parent, items, { key, version, draw }) {
  const present = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const drawn = present.get(key(item));
    if (drawn && versions.get(drawn) === version(item)) return drawn;
    const fresh = draw(item, drawn);
    fresh.dataset.key = key(item);
    versions.set(fresh, version(item));
    return fresh;
  });
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  for (const [index, child] of wanted.entries()) {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  }
}

const icons = {
  send: 'M3 20l18-8L3 4v6l11 2-11 2z',
  card: 'M3 5h18v14H3zM3 10h18M7 15h5',
  file: 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8L9.500 17a1.700 1.700 0 0 1-2.400-2.400L15 7',
  ask: 'M12 4v11M7 10l5 5 5-5M4 20h16',
  transfer: 'M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4',
  pause: 'M9 5v14M15 5v14',
  end: 'M6 6l12 12M18 6L6 18',
  read: 'M2 13l4 4L15 7M11.500 16.500l.500.500L21 7',
  back: 'M15 5l-7 7 7 7',
  info: 'M12 11v6M12 7.500v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
};

/** A drawing beside or instead of words; the words are always there for those who cannot see it. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('icon', `icon-${name}`);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', icons[name]);
  svg.append(path);
  return svg;
}
