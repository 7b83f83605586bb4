import { announce, chime } from './announce.js';
import { ChatList } from './chatList.js';
import { ChatView } from './chatView.js';
import { act } from './deskApi.js';
import { drawDesks } from './deskList.js';
import { DeskState, keyOf } from './deskState.js';
import { drawDetails } from './detailsPanel.js';
import { byId } from './dom.js';
import { preferences } from './preferences.js';
import { listen } from './stream.js';
import { nameOf } from './texts.js';
import { tickWaiting } from './times.js';

const state = new DeskState();
const acts = { select, accept, back, toggleDetails };
const list = new ChatList(state, acts);
const view = new ChatView(state, acts);
let selected = location.hash.slice(1) || undefined;
/** The chat just accepted: its box gets the focus as soon as the desk says that it is active. */
let awaited;

function select(key) {
  if (key !== selected) history.pushState(null, '', `#${key}`);
  show(key);
}

/** Opens a chat; on a narrow page in place of the list. */
function show(key, focus = true) {
  selected = key;
  document.body.dataset.view = key === undefined ? 'list' : 'chat';
  draw();
  if (key !== undefined && focus) view.focusHead();
}

function back() {
  const key = selected;
  history.replaceState(null, '', location.pathname);
  show(undefined);
  list.focus(key);
}

function toggleDetails() {
  const isOpen = document.body.classList.toggle('with-details');
  draw();
  if (isOpen) byId('details').focus();
  else document.querySelector('.details-toggle')?.focus();
}

async function accept(chat) {
  awaited = keyOf(chat);
  list.reveal({ ...chat, state: 'active' });
  select(awaited);
  try {
    await act(chat, 'accept', { agentName: preferences.agentName });
    view.showProblem(undefined);
  } catch (error) {
    awaited = undefined;
    view.showProblem(error);
  }
}

function draw() {
  const chat = selected === undefined ? undefined : state.chats.get(selected);
  if (chat && isLooking()) list.markSeen(chat);
  drawDesks(state, (error) => view.showProblem(error));
  list.draw(selected);
  view.draw(selected);
  byId('details').hidden = !chat;
  drawDetails(state, chat, toggleDetails);
  for (const toggle of document.querySelectorAll('.details-toggle')) {
    toggle.setAttribute('aria-expanded', String(document.body.classList.contains('with-details')));
  }
  const waiting = [...state.chats.values()].filter((each) => each.state === 'waiting').length;
  document.title = `${waiting > 0 ? `(${waiting}) ` : ''}Agent desk · Contoso Bank`;
  if (chat && awaited === selected && chat.state === 'active') {
    awaited = undefined;
    view.focusBox();
  }
}

function isLooking() {
  return document.visibilityState === 'visible';
}

/** Says what is new to those who listen instead of looking. */
function tell({ chat, before, added }) {
  const name = nameOf(chat);
  const isOther = keyOf(chat) !== selected;
  if (chat.state === 'waiting' && before?.state !== 'waiting') notice(`${name} is waiting${chat.topic ? `: ${chat.topic}` : ''}`);
  if (chat.state === 'ended' && before && before.state !== 'ended') announce(`The chat with ${name} has ended`);
  if (chat.state === 'paused' && before && before.state !== 'paused') announce(`The chat with ${name} is put aside`);
  if (chat.state !== 'active' || !before) return;
  for (const entry of added.filter(({ from }) => from === 'customer' || from === 'system')) {
    const content =
      entry.text || [...(entry.files ?? []).map((file) => file.name), ...(entry.cards ?? []).map(() => 'a card')].join(', ');
    const text = entry.from === 'system' ? content : `${name}: ${content}`;
    const said = isOther ? `In another chat: ${text}` : text;
    if (entry.from === 'customer') notice(said);
    else announce(said);
  }
}

function notice(text) {
  announce(text);
  if (preferences.sound) chime();
}

function start() {
  const nameField = byId('agentName');
  nameField.value = preferences.agentName;
  nameField.addEventListener('input', () => {
    preferences.agentName = nameField.value;
    view.drawReplies();
  });
  nameField.addEventListener('blur', () => {
    nameField.value = preferences.agentName;
  });
  const sound = byId('sound');
  sound.setAttribute('aria-checked', String(preferences.sound));
  sound.addEventListener('click', () => {
    preferences.sound = !preferences.sound;
    sound.setAttribute('aria-checked', String(preferences.sound));
    if (preferences.sound) chime();
  });
  byId('skip').addEventListener('click', () => view.focusBox());
  byId('details').tabIndex = -1;
  byId('details').addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && document.body.classList.contains('with-details')) toggleDetails();
  });
  addEventListener('popstate', () => show(location.hash.slice(1) || undefined));
  document.addEventListener('visibilitychange', draw);
  state.onChange((change) => {
    // What was there before the page was opened is no news.
    if (change.kind === 'everything' && change.isFirst) for (const chat of state.chats.values()) list.markSeen(chat);
    draw();
    if (change.kind === 'chat') tell(change);
  });
  tickWaiting(() => state.now());
  listen(state, (status) => {
    document.body.dataset.connection = status;
    byId('connection').textContent = status === 'live' ? 'Live' : 'Connection lost – trying again …';
  });
  show(selected, false);
}

start();
