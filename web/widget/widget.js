// Puts a chat button on any page: <script src="https://…/widget.js" defer></script>
// The chat runs in a frame of the address this script comes from; the page around it needs to allow nothing else.
(() => {
  const words = '{{words}}';
  const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
  if (!script || window.switchboardWidget) return;
  const { language, title, color, position } = script.dataset;
  const origin = new URL(script.src).origin;
  const stateKey = 'switchboard.widget';
  const phone = matchMedia('(max-width: 30rem), (max-height: 26rem)');
  const t = wordsFor([language, document.documentElement.lang, ...navigator.languages]);

  let frame;
  let isReady = false;
  let isOpen = false;
  let takesFocus = false;
  let unread = 0;

  const host = document.createElement('switchboard-chat');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles());
  root.adoptedStyleSheets = [sheet];
  const button = element('button', { type: 'button', class: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' });
  const badge = element('span', { class: 'badge', 'aria-hidden': 'true', hidden: '' });
  const news = element('span', { class: 'unseen', role: 'status' });
  const panel = element('div', { class: 'panel', role: 'dialog', 'aria-label': title || t.open, hidden: '' });
  const before = element('span', { tabindex: '-1' });
  const after = element('span', { tabindex: '-1' });
  button.append(icon(), badge);
  panel.append(before, after);
  root.append(panel, button, news);
  showButton();

  button.addEventListener('click', () => (isOpen ? close() : open()));
  panel.addEventListener('keydown', ({ key }) => key === 'Escape' && close());
  // While the chat fills the screen the page behind it must not get the focus.
  for (const edge of [before, after]) edge.addEventListener('focus', () => frame?.focus());
  phone.addEventListener('change', showPanel);
  addEventListener('message', hear);

  const attach = () => {
    document.body.append(host);
    const state = remembered();
    // A chat that was begun goes on in the background, so that the button can tell of news.
    if (state === 'open') open({ quietly: true });
    else if (state === 'closed') load();
  };
  if (document.body) attach();
  else addEventListener('DOMContentLoaded', attach);

  /** For pages that want a button of their own. */
  window.switchboardWidget = Object.freeze({ open, close });

  function open({ quietly = false } = {}) {
    isOpen = true;
    // A page that comes with the chat open must not lose its focus to it.
    takesFocus = !quietly || phone.matches;
    load();
    showPanel();
    showButton();
    remember('open');
    tellFrame();
    if (takesFocus) frame.focus();
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    showPanel();
    showButton();
    remember('closed');
    tellFrame();
    button.focus();
  }

  function load() {
    if (frame) return;
    const wishes = new URLSearchParams({ page: location.origin + location.pathname });
    if (title) wishes.set('title', title);
    if (color) wishes.set('color', color);
    const wanted = language || document.documentElement.lang;
    const query = wanted ? `?lang=${encodeURIComponent(wanted)}` : '';
    frame = element('iframe', { title: title || t.open, allow: 'clipboard-write', src: `${origin}/widget${query}#${wishes}` });
    after.before(frame);
  }

  function hear({ source, origin: sender, data }) {
    if (!frame || source !== frame.contentWindow || sender !== origin) return;
    if (data?.switchboard === 'ready') {
      isReady = true;
      tellFrame();
    }
    if (data?.switchboard === 'close') close();
    if (data?.switchboard === 'unread' && Number.isSafeInteger(data.count)) {
      news.textContent = data.count > unread ? t.news : '';
      unread = data.count;
      showButton();
    }
  }

  function tellFrame() {
    if (isReady) frame.contentWindow.postMessage({ switchboard: 'shown', isOpen, takesFocus }, origin);
  }

  function showPanel() {
    const isModal = isOpen && phone.matches;
    panel.hidden = !isOpen;
    panel.classList.toggle('full', phone.matches);
    panel.setAttribute('aria-modal', String(isModal));
    for (const edge of [before, after]) edge.tabIndex = isModal ? 0 : -1;
    button.hidden = isModal;
  }

  function showButton() {
    badge.hidden = unread === 0 || isOpen;
    badge.textContent = unread > 99 ? '99+' : String(unread);
    const label = isOpen ? t.close : unread > 0 ? t.unread.replace('{{count}}', String(unread)) : title || t.open;
    button.setAttribute('aria-label', label);
    button.setAttribute('aria-expanded', String(isOpen));
    button.classList.toggle('open', isOpen);
  }

  function remembered() {
    try {
      return sessionStorage.getItem(stateKey);
    } catch {
      // Storage is blocked: every page begins with a closed chat.
      return null;
    }
  }

  function remember(state) {
    try {
      sessionStorage.setItem(stateKey, state);
    } catch {
      // Storage is blocked: the next page does not know.
      return;
    }
  }

  function wordsFor(wanted) {
    const all = JSON.parse(words);
    const codes = wanted.flatMap((tag) => (tag ? [tag.split('-')[0].toLowerCase()] : []));
    return all[codes.find((code) => code in all) ?? 'en'];
  }

  function element(name, attributes) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function icon() {
    const namespace = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(namespace, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    for (const [name, d] of Object.entries({
      bubble: 'M4 5.5h16v11H10.5L6 20v-3.5H4z',
      cross: 'M6 6l12 12M18 6L6 18',
    })) {
      const path = document.createElementNS(namespace, 'path');
      path.setAttribute('class', name);
      path.setAttribute('d', d);
      svg.append(path);
    }
    return svg;
  }

  /** Whether white would be hard to see on it. */
  function isLight(hex) {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    return red * 0.3 + green * 0.59 + blue * 0.11 > 150;
  }

  function styles() {
    const side = position === 'left' ? 'left' : 'right';
    const accent = /^#[0-9a-f]{6}$/i.test(color ?? '') ? color : '#0b4f8a';
    // In pixels: a rem is what the page around makes of it.
    return `
      :host { all: initial; --accent: ${accent}; --on-accent: ${isLight(accent) ? '#17242f' : '#fff'}; }
      [hidden] { display: none !important; }
      .button {
        position: fixed; ${side}: 20px; bottom: 20px; z-index: 2147483000;
        display: grid; place-items: center; width: 60px; height: 60px; padding: 0;
        color: var(--on-accent); background: var(--accent); border: 2px solid #fff; border-radius: 50%;
        box-shadow: 0 4px 18px rgb(0 0 0 / 30%); cursor: pointer;
      }
      .button:focus-visible { outline: 3px solid #f2a900; outline-offset: 2px; }
      svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
      .cross, .open .bubble { display: none; }
      .open .cross { display: inline; }
      .badge {
        position: absolute; top: -6.4px; ${side}: -6.4px; box-sizing: border-box; min-width: 24px; height: 24px; padding: 0 5.6px;
        font: 700 13.6px/24px system-ui, sans-serif; text-align: center; color: #fff; background: #b3261e; border-radius: 12px;
      }
      .panel {
        position: fixed; ${side}: 20px; bottom: 92px; z-index: 2147483000; display: flex; overflow: hidden;
        width: min(400px, calc(100vw - 40px)); height: min(672px, calc(100dvh - 116px));
        background: #fff; border-radius: 16px; box-shadow: 0 10px 40px rgb(0 0 0 / 28%);
      }
      .panel.full { inset: 0; width: 100vw; height: 100dvh; border-radius: 0; }
      iframe { flex: 1; width: 100%; height: 100%; border: 0; color-scheme: light; }
      .unseen { position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      @media (prefers-reduced-motion: no-preference) {
        .panel:not([hidden]) { animation: rise 160ms ease-out; }
        @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
      }
      @media print { .button, .panel { display: none; } }
    `;
  }
})();
