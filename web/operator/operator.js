import { act, KeyRefused, keptKey, look } from './api.js';
import { confirm } from './confirm.js';
import { byId, make, setText } from './dom.js';
import { words } from './format.js';
import { HandoffView } from './handoffView.js';
import { Table } from './table.js';
import { canRequeue, endHandoff, requeueHandoff, views } from './views.js';

const refreshInMs = 3_000;
const places = views({ done, open: openHandoff });
const tables = new Map();
let place = places.find(({ id }) => `#${id}` === location.hash) ?? places[0];
/** The handoff that is looked at, with its view; none while a list is shown. */
let opened;
let timer;
/** Answers that come after the page has moved on are not shown. */
let round = 0;

function tell(text, isFailure = false) {
  byId('result').classList.toggle('failed', isFailure);
  setText(byId('result'), text);
}

/** Does what the operator wants and tells how it went. */
async function done(work) {
  try {
    const { outcome, ...more } = await work();
    tell(`Done: ${outcome}${Object.keys(more).length > 0 ? ` (${words(more)})` : ''}.`);
  } catch (error) {
    if (error instanceof KeyRefused) return signOut(error.message);
    tell(`Not done: ${error.message}`, true);
  }
  await refresh();
}

async function refresh() {
  clearTimeout(timer);
  const mine = ++round;
  try {
    const answer = await look(opened ? `handoffs/${encodeURIComponent(opened.id)}` : place.path);
    if (mine !== round) return;
    show(answer);
    byId('connection').classList.remove('lost');
    setText(byId('connection'), 'Live');
  } catch (error) {
    if (mine !== round) return;
    if (error instanceof KeyRefused) return signOut(error.message);
    byId('connection').classList.add('lost');
    setText(byId('connection'), error.message);
  }
  timer = setTimeout(() => (document.hidden ? undefined : refresh()), refreshInMs);
}

function show(answer) {
  if (opened) {
    opened.handoff = answer.handoff;
    opened.view.update(answer.handoff);
    opened.requeue.hidden = !canRequeue(answer.handoff);
    opened.end.hidden = !answer.handoff.isOpen;
  } else tables.get(place.id).update(place.rowsOf(answer));
}

function draw() {
  location.hash = place.id;
  for (const button of byId('places').children) {
    if (button.dataset.place === place.id) button.setAttribute('aria-current', 'page');
    else button.removeAttribute('aria-current');
  }
  if (!tables.has(place.id)) tables.set(place.id, new Table({ caption: place.title, ...place }));
  setText(byId('title'), opened ? 'One handoff' : place.title);
  setText(byId('hint'), opened ? 'What is known of it, without what was said.' : place.hint);
  byId('tools').replaceChildren(...(opened ? [opened.back, opened.requeue, opened.end] : toolsOf(place)));
  byId('content').replaceChildren(opened ? opened.view.element : tables.get(place.id).element);
}

function toolsOf({ id }) {
  if (id === 'audit') return [make('button', { type: 'button', onclick: eraseConversation }, 'Erase a conversation …')];
  if (id === 'dead-letters') return [make('button', { type: 'button', onclick: replayAll }, 'Replay all that can be')];
  return [];
}

function go(to) {
  place = to;
  opened = undefined;
  tell('');
  draw();
  void refresh();
}

function openHandoff(id) {
  const button = (text, onclick, className) => make('button', { type: 'button', onclick, className }, text);
  opened = {
    id,
    view: new HandoffView(),
    back: button('Back to the list', () => go(place)),
    requeue: button('Other desk', () => requeueHandoff(opened.handoff, done)),
    end: button('End', () => endHandoff(opened.handoff, done), 'danger'),
  };
  opened.requeue.hidden = true;
  opened.end.hidden = true;
  tell('');
  draw();
  byId('main').focus();
  void refresh();
}

async function replayAll() {
  const { deadLetters } = await look('dead-letters');
  const open = deadLetters.filter(({ isOpen }) => isOpen);
  await done(async () => {
    for (const { id } of open) await act('dead-letters/retry', { id });
    return { outcome: `${open.length} replayed` };
  });
}

async function eraseConversation() {
  const wish = await confirm({
    title: 'Erase a conversation?',
    text: 'Its handoffs are ended, and transcript, state, messages and dead letters are deleted for good. Records in Dynamics stay and are named here.',
    action: 'Erase',
    fields: [
      { name: 'conversation', label: 'Conversation, as a handoff shows it', kind: 'text', required: true },
      { name: 'force', label: 'Do not wait for a desk that does not take the end', kind: 'check' },
    ],
  });
  if (wish) await done(() => act('erase', { conversation: wish.conversation.trim(), force: wish.force }));
}

function signOut(problem = '') {
  keptKey.forget();
  clearTimeout(timer);
  round += 1;
  for (const id of ['places', 'main', 'signOut']) byId(id).hidden = true;
  setText(byId('who'), '');
  setText(byId('connection'), '');
  byId('signIn').hidden = false;
  setText(byId('signInProblem'), problem);
  byId('key').value = '';
  byId('key').focus();
}

async function signIn() {
  try {
    const { operator } = await look('me');
    setText(byId('who'), `Signed in as ${operator}`);
  } catch (error) {
    return signOut(error.message);
  }
  byId('signIn').hidden = true;
  for (const id of ['places', 'main', 'signOut']) byId(id).hidden = false;
  go(place);
}

byId('places').append(
  ...places.map((each) => make('button', { type: 'button', data: { place: each.id }, onclick: () => go(each) }, each.title)),
);
byId('signIn').addEventListener('submit', (event) => {
  event.preventDefault();
  keptKey.set(byId('key').value.trim());
  void signIn();
});
byId('signOut').addEventListener('click', () => signOut());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && keptKey.get() && !byId('main').hidden) void refresh();
});
if (keptKey.get()) void signIn();
else signOut();
