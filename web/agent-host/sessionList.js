import { sessionOf } from './adapterEvents.js';
import { ask } from './api.js';
import { el, outside } from './dom.js';

const opens = new Set(['New_Chat', 'Active_Chat', 'Agent_Joined_Chat', 'New_Call', 'Agent_Joined_Call']);
const ends = new Set(['End_Chat', 'Dismissed_Chat', 'End_Call']);

/** The agent's sessions, each with the conversation of the bot it came from. */
export class SessionList {
  constructor(list, empty) {
    this.list = list;
    this.empty = empty;
    this.items = new Map();
  }

  take(event) {
    const key = sessionOf(event);
    if (key === undefined) return;
    if (opens.has(event.type)) this.open(key, event);
    if (event.type === 'Active_Chat' || event.type === 'New_Chat') this.bringToFront(key);
    if (ends.has(event.type)) this.setState(key, event.type === 'Dismissed_Chat' ? 'closed' : 'ended');
    this.empty.hidden = this.items.size > 0;
  }

  open(key, { data }) {
    const known = this.items.get(key);
    if (known) {
      this.setState(key, 'active');
      return;
    }
    const state = el('span', { class: 'state open' }, 'active');
    const bot = el('div', { class: 'bot' });
    const name = key.startsWith('chat-') ? `Chat ${data.chatId}` : `Call ${data.callId}`;
    const about = [data.sessionType, data.queuePath, data.campaignName].filter(Boolean).join(' · ');
    const item = el(
      'li',
      { 'data-session': key },
      el('h3', {}, name, ' ', state),
      about !== '' && el('p', { class: 'about' }, about),
      bot,
    );
    this.items.set(key, { item, state });
    this.list.prepend(item);
    if (data.chatId !== undefined) void showBot(bot, data.chatId);
  }

  bringToFront(key) {
    for (const [other, { item }] of this.items) item.toggleAttribute('data-front', other === key);
  }

  setState(key, word) {
    const known = this.items.get(key);
    if (!known) return;
    known.state.textContent = word;
    known.state.className = word === 'active' ? 'state open' : 'state closed';
    if (word !== 'active') known.item.removeAttribute('data-front');
  }
}

/** Whether the bot handed this chat over, about what, and where its record is. */
async function showBot(place, chatId) {
  place.textContent = 'Looking for the bot’s conversation …';
  try {
    const { isFromBot, topic, channel, requestedAt, record } = await ask(`chats/${encodeURIComponent(chatId)}`);
    if (!isFromBot) {
      place.textContent = 'Did not come from the bot.';
      return;
    }
    const since = new Date(requestedAt);
    place.replaceChildren(
      el('p', {}, 'From the bot: ', el('strong', {}, topic || 'no topic')),
      el(
        'p',
        { class: 'about' },
        channel,
        ', asked for a person at ',
        el('time', { datetime: requestedAt }, since.toLocaleTimeString()),
      ),
      el('p', {}, record ? outside(record.url, 'Open its record in Dynamics') : 'Its record is not in Dynamics yet.'),
    );
  } catch (error) {
    const again = el('button', { type: 'button', onclick: () => void showBot(place, chatId) }, 'Try again');
    place.replaceChildren(error.message, ' ', again);
  }
}
