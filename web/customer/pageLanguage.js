// The words of the page in the customer's language, and the way to another one.
const choiceKey = 'switchboard.language';
const asked = new URLSearchParams(location.search).get('lang');
const listeners = [];
let texts = JSON.parse(document.getElementById('texts').textContent);
let language = document.documentElement.lang;
let hasChosen = false;

/** The text of a key, with {{parameters}} put in. */
export function t(key, parameters = {}) {
  return String(texts[key] ?? '').replace(/{{(\w+)}}/g, (_all, name) => String(parameters[name] ?? ''));
}

/** The language of the page's own words. */
export const pageLanguage = () => language;

/**
 * The language for Web Chat and the bot: the browser's own variant of the page's language, or one that was asked for in the address and that the
 * page itself has no words in.
 */
export function locale() {
  const canonical = canonicalOf(asked);
  if (!hasChosen && canonical && primary(canonical) !== language) return canonical;
  const candidates = [...(canonical ? [canonical] : []), ...navigator.languages];
  return candidates.find((candidate) => primary(candidate) === language) ?? language;
}

/** "rtl" for languages that are written from right to left. */
export function direction() {
  const script = new Intl.Locale(locale()).maximize().script ?? '';
  return ['Arab', 'Hebr', 'Syrc', 'Thaa', 'Nkoo', 'Adlm', 'Rohg'].includes(script) ? 'rtl' : 'ltr';
}

/** Calls back after every change of the language. */
export function onLanguage(listener) {
  listeners.push(listener);
}

/** Takes up the choice of this tab's customer, fills the menu and follows it; resolves when the page has its words. */
export async function startLanguage(keep) {
  const menu = document.getElementById('language');
  const chosen = keep.get(choiceKey);
  if (chosen) await choose(chosen);
  else apply();
  menu.addEventListener('change', async () => {
    menu.disabled = true;
    if (await choose(menu.value)) {
      keep.set(choiceKey, menu.value);
      for (const listener of listeners) listener(language);
    }
    menu.value = language;
    menu.disabled = false;
    menu.focus();
  });
}

async function choose(wanted) {
  try {
    const response = await fetch(`/customer/texts/${encodeURIComponent(wanted)}.json`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    texts = await response.json();
    language = wanted;
    hasChosen = true;
    return true;
  } catch {
    // The words there are stay; the customer can choose again.
    return false;
  } finally {
    apply();
  }
}

function apply() {
  const { documentElement } = document;
  documentElement.lang = language;
  documentElement.dir = direction();
  for (const element of document.querySelectorAll('[data-text]')) {
    // A title with a count in front of it is the unread mark's.
    if (element !== document.querySelector('title')) element.textContent = t(element.dataset.text);
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', t(element.dataset.label));
    element.title = t(element.dataset.label);
  }
  document.querySelectorAll('#topics button').forEach((button, index) => {
    button.textContent = texts.topics[index] ?? '';
  });
  document.getElementById('language').value = language;
}

function canonicalOf(tag) {
  try {
    return tag ? Intl.getCanonicalLocales(tag)[0] : undefined;
  } catch {
    // Not a language at all.
    return undefined;
  }
}

function primary(tag) {
  return tag.split('-')[0].toLowerCase();
}
