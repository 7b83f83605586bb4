import { readAdapterEvent } from './adapterEvents.js';
import { ask } from './api.js';
import { byId, el, outside } from './dom.js';
import { EventLog } from './eventLog.js';
import { judgeRecordUrl } from './recordPop.js';
import { SessionList } from './sessionList.js';

const status = byId('status');
const names = { chat: 'Chat adapter', call: 'Call adapter' };

/** Spoken to those who cannot see the page. */
function say(text) {
  status.textContent = text;
}

/** One adapter with the button that shows and hides it; a hidden one stays loaded, so that no session is lost. */
function showAdapter({ type, url, width, height }) {
  const frame = el('iframe', {
    src: url,
    title: names[type],
    width,
    height,
    allow: 'microphone; camera; geolocation',
    'data-adapter': type,
  });
  const panel = el('div', { class: 'adapter', id: `adapter-${type}`, hidden: type === 'call' }, frame);
  const button = el('button', { type: 'button', 'aria-controls': panel.id }, names[type]);
  const set = (isShown) => {
    panel.hidden = !isShown;
    button.setAttribute('aria-expanded', String(isShown));
  };
  set(!panel.hidden);
  button.addEventListener('click', () => set(panel.hidden));
  byId('adapterButtons').append(button);
  byId('adapters').append(panel);
  return { frame, show: () => set(true) };
}

/** Shows the record of a pop, or says why not. Resolves with a word for the list of events. */
function popRecord(recordUrl, config) {
  const judged = judgeRecordUrl(recordUrl, config);
  const place = byId('record');
  if (judged.outcome === 'refused') {
    say('A record was not shown.');
    return `Not shown. ${judged.reason}`;
  }
  const link = el('p', {}, outside(judged.url, 'Open the record in a window of its own'));
  if (judged.outcome === 'window') {
    place.replaceChildren(el('p', {}, 'This record opens in a window of its own.'), link);
    say('A record is ready to be opened.');
    return 'Offered in a window of its own.';
  }
  place.replaceChildren(el('iframe', { src: judged.url, title: 'The record', name: 'record' }), link);
  say('A record is shown.');
  return 'Shown.';
}

async function start() {
  const config = await ask('config');
  if (config.adapterOrigin === undefined) {
    byId('adapters').append(el('p', { class: 'empty' }, 'No contact center is set up: CUSTOM_CRM_ADAPTER_URL is missing.'));
    return;
  }
  const sessions = new SessionList(byId('sessions'), byId('noSessions'));
  const log = new EventLog(byId('events'), byId('noEvents'));
  const adapters = config.adapters.map(showAdapter);
  window.addEventListener('message', ({ origin, source, data }) => {
    // Anybody can post to a window; only the adapters we show ourselves are listened to.
    const adapter = adapters.find(({ frame }) => frame.contentWindow === source);
    if (origin !== config.adapterOrigin || !adapter) return;
    const event = readAdapterEvent(data);
    if (!event) return;
    const note = event.type === 'CRM_Record_Pop' ? popRecord(event.data.recordUrl, config) : undefined;
    sessions.take(event);
    log.add(event, note);
    if (event.type !== 'New_Chat' && event.type !== 'New_Call') return;
    adapter.show();
    say(event.label);
  });
  say('Waiting for the adapters.');
}

start().catch((error) => {
  say(error.message);
  byId('adapters').append(el('p', { class: 'empty' }, error.message));
});
