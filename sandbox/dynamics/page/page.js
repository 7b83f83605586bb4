// The records page: reads views as JSON and shows them. Whatever comes from a record is set as text, never as markup.
const main = document.getElementById('main');
const menu = document.getElementById('menu');
const status = document.getElementById('status');
const firstSet = 'cxlvhlp_chatactivities';
let shown = '';
let shownMenu = '';

/** An element with attributes and children; texts become text nodes. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function place() {
  const [set = '', id] = location.hash.replace(/^#\/?/, '').split('/');
  return { set: set === '' || set === 'main' ? firstSet : set, id };
}

async function ask(path, body) {
  const options = body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`/records/${path}`, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.message ?? `The sandbox answered ${response.status}.`);
  return answer;
}

function say(text) {
  status.textContent = text;
}

/** Runs something a person asked for and shows why it failed, if it does. */
function act(job) {
  job().catch((error) => say(error.message));
}

function contentOf(cell) {
  if (cell.time) {
    const time = new Date(cell.time);
    return make('time', { datetime: cell.time }, Number.isNaN(time.getTime()) ? cell.text : time.toLocaleString());
  }
  return cell.to ? make('a', { href: `#/${cell.to}` }, cell.text) : document.createTextNode(cell.text);
}

function tableOf(list, level) {
  const heading = make(level, {}, list.title);
  if (list.rows.length === 0) return [heading, make('p', { class: 'empty' }, 'Nothing yet.')];
  const head = make('tr', {}, ...list.columns.map((column) => make('th', { scope: 'col' }, column)));
  const body = list.rows.map((row) => {
    const cells = row.cells.map((cell, index) => {
      if (index > 0) return make('td', { 'data-label': list.columns[index] }, contentOf(cell));
      return make('th', { scope: 'row' }, make('a', { href: `#/${row.to}` }, cell.text || 'Open'));
    });
    return make('tr', {}, ...cells);
  });
  const caption = make('caption', {}, list.rows.length === 1 ? '1 record' : `${list.rows.length} records`);
  return [heading, make('table', {}, caption, make('thead', {}, head), make('tbody', {}, ...body))];
}

function detailOf(view) {
  const facts = view.facts.flatMap(({ label, value }) => [make('dt', {}, label), make('dd', {}, contentOf(value))]);
  const article = view.article ? articleOf(view.article) : [];
  const lists = view.lists.flatMap((list) => tableOf(list, 'h3'));
  const details = [make('h3', {}, 'Details'), make('dl', {}, ...facts)];
  return [make('h2', {}, view.title), ...article, ...(view.article ? [] : details), ...lists, ...(view.article ? details : [])];
}

function articleOf(article) {
  const field = (name, label, value, rows) => {
    const id = `field-${name}`;
    const input = rows ? make('textarea', { id, name, rows }) : make('input', { id, name, type: 'text' });
    input.value = value;
    return [make('label', { for: id }, label), input];
  };
  const form = make(
    'form',
    {},
    ...field('title', 'Title', article.title),
    ...field('summary', 'Summary', article.summary, 2),
    ...field('keywords', 'Keywords, with commas between', article.keywords, 2),
    ...field('html', 'Content as HTML', article.html, 12),
    make('button', { type: 'submit' }, 'Save'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    act(async () => {
      await ask(`knowledgearticles/${article.id}`, Object.fromEntries(new FormData(form)));
      form.dataset.saved = 'yes';
      say('Saved. The bot sees it with its next look at the articles.');
      await refresh();
    });
  });
  form.addEventListener('input', () => {
    delete form.dataset.saved;
    form.dataset.changed = 'yes';
  });
  const action = article.isPublished ? 'unpublish' : 'publish';
  const button = make(
    'button',
    { type: 'button', class: 'second', 'data-key': 'publish' },
    article.isPublished ? 'Unpublish' : 'Publish',
  );
  button.addEventListener('click', () =>
    act(async () => {
      await ask(`knowledgearticles/${article.id}/${action}`, {});
      say(article.isPublished ? 'Unpublished.' : 'Published.');
      await refresh();
    }),
  );
  const frame = make('iframe', { src: `/records/content/${article.id}`, title: 'The article as customers read it', sandbox: '' });
  const state = article.isPublished ? 'Customers can see this article.' : 'Customers cannot see this article.';
  return [make('p', {}, state), button, frame, make('h3', {}, 'Edit'), form];
}

/** Puts new content in place of the old and keeps the keyboard where it was. */
function replace(container, children) {
  const active = container.contains(document.activeElement) ? document.activeElement : undefined;
  const mark = active && (active.getAttribute('href') ?? active.dataset.key ?? active.id);
  container.replaceChildren(...children);
  if (!mark) return;
  const again = [...container.querySelectorAll('a, button, input, textarea')].find(
    (element) => (element.getAttribute('href') ?? element.dataset.key ?? element.id) === mark,
  );
  again?.focus({ preventScroll: true });
}

function isBeingEdited() {
  const form = main.querySelector('form');
  return form !== null && form.dataset.changed === 'yes' && form.dataset.saved !== 'yes';
}

async function refresh() {
  const { set, id } = place();
  const [overview, view] = await Promise.all([ask('menu'), ask(id ? `${set}/${id}` : set)]);
  const menuText = JSON.stringify([overview, set]);
  if (menuText !== shownMenu) {
    shownMenu = menuText;
    const items = overview.sets.map((entry) => {
      const current = entry.set === set ? 'page' : undefined;
      return make('li', {}, make('a', { href: `#/${entry.set}`, 'aria-current': current }, `${entry.title} (${entry.count})`));
    });
    replace(menu, items);
    for (const input of document.querySelectorAll('input[name="mode"]')) input.checked = input.value === overview.mode;
  }
  const text = JSON.stringify([location.hash, view]);
  if (text === shown || (isBeingEdited() && shown.startsWith(JSON.stringify([location.hash]).slice(0, -1)))) return;
  shown = text;
  replace(main, id ? detailOf(view) : tableOf(view, 'h2'));
  document.title = `${view.title} – Dynamics records`;
}

function onPlaceChange() {
  if (location.hash === '#main') return;
  shown = '';
  say('');
  act(async () => {
    await refresh();
    // A reader of the screen is taken to what was opened.
    main.focus();
    window.scrollTo(0, 0);
  });
}

document.querySelector('.mode').addEventListener('change', (event) => act(() => ask('mode', { mode: event.target.value })));
window.addEventListener('hashchange', onPlaceChange);
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});

// Many records are often written at once: one look at them is enough.
let timer;
const changes = new EventSource('/records/changes');
changes.addEventListener('message', () => {
  clearTimeout(timer);
  timer = setTimeout(() => act(refresh), 100);
});
changes.addEventListener('open', () => act(refresh));
changes.addEventListener('error', () => say('The sandbox does not answer. Trying again…'));
changes.addEventListener('open', () => say(''));
act(refresh);
