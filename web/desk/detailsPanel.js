import { byId, el } from './dom.js';
import { isTranscript } from './earlierText.js';
import { outsideLink } from './richText.js';
import { nameOf, queueName, stateNames } from './texts.js';
import { dateAndTime } from './times.js';

const guid = /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;
const longFrom = 400;

/** What the panel was drawn from. */
let shown;

/** Everything the desk knows about the chat, in the order in which it came. */
export function drawDetails(state, chat, onClose) {
  const panel = byId('details');
  const version = JSON.stringify([chat && { ...chat, entries: [], customerIsTyping: false }, state.recordsUrl]);
  if (version === shown) return;
  shown = version;
  if (!chat) {
    panel.replaceChildren();
    return;
  }
  const own = {
    Customer: nameOf(chat),
    Topic: chat.topic,
    Desk: state.desks.get(chat.desk)?.title ?? chat.desk,
    Queue: queueName(state.desks.get(chat.desk), chat),
    State: stateNames[chat.state],
    'Handed off': dateAndTime(chat.since),
    Agent: chat.agentName ?? '',
    'Ended by': chat.endedBy ?? '',
  };
  const received = Object.entries(chat.details);
  panel.replaceChildren(
    el(
      'div',
      { class: 'details-head' },
      el('h2', { text: 'Details' }),
      el('button', { type: 'button', class: 'close-details', text: 'Close', on: { click: onClose } }),
    ),
    factList(Object.entries(own), state),
    el('h3', { text: 'Received from the bot' }),
    received.length > 0 ? factList(received, state) : el('p', { class: 'hint', text: 'The desk received nothing beyond this.' }),
  );
}

function factList(facts, state) {
  return el(
    'dl',
    {},
    facts
      .filter(([, value]) => value !== '')
      .map(([label, value]) =>
        el('div', {}, el('dt', { dir: 'auto', text: label }), el('dd', { dir: 'auto' }, valueView(label, value, state))),
      ),
  );
}

function valueView(label, value, state) {
  if (guid.test(value) && /activity/i.test(label) && state.recordsUrl) {
    return [value, el('br'), outsideLink(recordAddress(state.recordsUrl, value), 'Open in Dynamics records')];
  }
  if (isTranscript(label, value)) return el('span', { class: 'hint', text: 'Shown above the chat.' });
  if (/^https?:\/\/\S+$/.test(value)) return outsideLink(value, value) ?? value;
  if (value.length <= longFrom) return value;
  return el('details', {}, el('summary', { dir: 'auto', text: `${value.slice(0, 60)}…` }), el('p', { dir: 'auto', text: value }));
}

function recordAddress(recordsUrl, id) {
  const bare = id.replace(/[{}]/g, '');
  if (recordsUrl.includes('{id}')) return recordsUrl.replace('{id}', encodeURIComponent(bare));
  const address = URL.parse(recordsUrl);
  address?.searchParams.set('id', bare);
  return address?.href ?? recordsUrl;
}
