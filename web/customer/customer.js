// The customer's page, and the chat in a widget: Web Chat on a conversation that survives a reload of the page.
import { agentMiddlewares, isShown } from './agentBubbles.js';
import { adaptiveCardsHostConfig, styleOptions } from './appearance.js';
import { reloadWhenReachable, showConnection, untilItWorks } from './connection.js';
import { createClient, fetchTicket, post } from './directLine.js';
import { dress, followHost, isFramed, isVisible, sourcePageUrl, tellHost } from './frame.js';
import { HandoffBar, withoutLeaveReply } from './handoffBar.js';
import { keep } from './keep.js';
import { direction, locale, onLanguage, pageLanguage, startLanguage, t } from './pageLanguage.js';
import { ReadReceipts } from './readReceipts.js';
import { Unread } from './unread.js';
import { withAllowedFiles } from './uploads.js';

const ticketKey = 'switchboard.chat';
const draftKey = 'switchboard.draft';
const pageKey = 'switchboard.page';
const { nonce } = document.getElementById('customer-script');
const chat = document.getElementById('chat');
const startOverButton = document.getElementById('start-over');

let ticket;
let client;
let store;
let user;
let unsent = '';
let isLanguageUntold = false;
let isFocusWanted = false;

const accent = dress();
const looks = { nonce, styleOptions: styleOptions(accent), adaptiveCardsHostConfig: adaptiveCardsHostConfig(accent) };
const handoff = new HandoffBar({ leave: () => say({ type: 'event', name: 'handoff.leave' }), onEnd: tellLanguage });
const unread = new Unread({ keep, isVisible, onCount: showUnread });
const receipts = new ReadReceipts({
  keep,
  isVisible,
  isShown: (id) => isShown(chat, id),
  isChatting: () => handoff.isChatting,
  send: () => say({ type: 'event', name: 'handoff.read' }),
});
// Web Chat scrolls inside; scrolling does not bubble.
chat.addEventListener('scroll', () => receipts.look(), { capture: true, passive: true });

startOverButton.addEventListener('click', () => void startOver());
document.getElementById('topics')?.addEventListener('click', ({ target }) => {
  if (target.matches('button')) ask(target.textContent);
});
followHost({
  onShown: ({ takesFocus }) => {
    unread.look();
    receipts.look();
    isFocusWanted = takesFocus && !sendBox();
    if (takesFocus) sendBox()?.focus();
  },
});
onLanguage(() => {
  render();
  showUnread(unread.count);
  isLanguageUntold = true;
  void tellLanguage();
});
void start();

async function start() {
  await startLanguage(keep);
  showConnection('wait', 'connection.connecting');
  ticket = await untilItWorks(() => fetchTicket(keep.get(ticketKey)));
  keep.set(ticketKey, ticket.resume);
  client = createClient(ticket, locale());
  client.connectionStatus$.subscribe(followConnection);
  store = window.WebChat.createStore({}, ({ dispatch }) => (next) => (action) => {
    if (action.type === 'DIRECT_LINE/INCOMING_ACTIVITY') take(action.payload.activity);
    if (action.type === 'DIRECT_LINE/POST_ACTIVITY') unsent = action.payload.activity.text || unsent;
    if (action.type === 'DIRECT_LINE/POST_ACTIVITY_FULFILLED') unsent = '';
    if (action.type === 'DIRECT_LINE/RECONNECT_FULFILLED') receipts.look();
    const result = next(withAllowedFiles(shown(action), dispatch));
    if (action.type === 'DIRECT_LINE/CONNECT_FULFILLED') {
      join();
      restoreDraft();
      if (isFocusWanted) sendBox()?.focus();
    }
    return result;
  });
  store.subscribe(followConnectivity);
  render();
}

/** Also after a change of the language; who the user is must not change with it, or Web Chat begins a new connection. */
function render() {
  if (!store) return;
  user ??= { userID: ticket.userId, username: t('panel.you') };
  const words = { locale: locale(), dir: direction() };
  window.WebChat.renderWebChat(
    { directLine: client, store, sendTypingIndicator: true, ...user, ...looks, ...agentMiddlewares, ...words },
    chat,
  );
}

/** Tells the bot that the customer is here, and on which page of the site. */
function join() {
  if (ticket.isResumed && keep.get(pageKey) === sourcePageUrl) return;
  keep.set(pageKey, sourcePageUrl);
  void say({ type: 'event', name: 'webchat/join', value: { sourcePageUrl, language: locale() } });
}

/** Tells the bot which language was chosen; while a person has the chat it would not hear it, so that waits. */
async function tellLanguage() {
  if (!isLanguageUntold || handoff.isHandedOff || !client) return;
  isLanguageUntold = !(await say({ type: 'event', name: 'webchat/language', value: { language: pageLanguage() } }));
}

function followConnection(status) {
  const expired = 3;
  const failed = 4;
  if (status === expired) renew();
  if (status === failed) void reloadWhenReachable();
}

/**
 * The token ran out while the page slept: go on in the same conversation on a fresh page, with what was not sent yet
 * back in the send box.
 */
function renew() {
  showConnection('wait', 'connection.reconnecting');
  keep.set(draftKey, unsent || store.getState().sendBoxValue || '');
  void reloadWhenReachable();
}

function restoreDraft() {
  const text = keep.get(draftKey);
  keep.remove(draftKey);
  if (text) store.dispatch({ type: 'WEB_CHAT/SET_SEND_BOX', payload: { text } });
}

function followConnectivity() {
  const status = store.getState().connectivityStatus;
  if (status === 'connected' || status === 'reconnected') showConnection('on', 'connection.connected');
  else if (status === 'error' || status === 'notconnected' || status === 'sagaerror') showConnection('off', 'connection.none');
  else showConnection('wait', status === 'reconnecting' ? 'connection.reconnecting' : 'connection.connecting');
}

function take(activity) {
  handoff.take(activity);
  unread.take(activity);
  receipts.take(activity);
}

function showUnread(count) {
  if (isFramed) tellHost({ switchboard: 'unread', count });
  else document.title = count > 0 ? `(${count}) ${t('page.title')}` : t('page.title');
}

function shown(action) {
  if (action.type !== 'DIRECT_LINE/INCOMING_ACTIVITY') return action;
  return { ...action, payload: { ...action.payload, activity: withoutLeaveReply(action.payload.activity) } };
}

async function startOver() {
  startOverButton.disabled = true;
  if (handoff.isHandedOff) await say({ type: 'event', name: 'handoff.leave' });
  keep.remove(ticketKey);
  location.reload();
}

/** Sends past Web Chat; resolves with whether it arrived. */
function say(activity) {
  return post(client, { from: { id: ticket.userId }, locale: locale(), ...activity });
}

function ask(text) {
  if (!store) return;
  store.dispatch({ type: 'WEB_CHAT/SEND_MESSAGE', payload: { method: 'keyboard', text } });
  sendBox()?.focus();
}

function sendBox() {
  return chat.querySelector('[data-testid="send box text area"], .webchat__send-box-text-box__input');
}
