// The bar above the chat for as long as a person is asked for or has the chat.
import { onLanguage, t } from './pageLanguage.js';

const bar = document.getElementById('agent-bar');
const line = document.getElementById('agent-line');
const leaveButton = document.getElementById('leave');

export class HandoffBar {
  #state = 'none';
  #agentName;

  /** `leave` tells the bot that the customer leaves and resolves with whether it arrived; `onEnd` is called after a handoff. */
  constructor({ leave, onEnd }) {
    this.onEnd = onEnd;
    leaveButton.addEventListener('click', async () => {
      leaveButton.disabled = true;
      leaveButton.disabled = await leave();
    });
    onLanguage(() => this.#show());
  }

  get isHandedOff() {
    return this.#state !== 'none';
  }

  /** Whether an agent has the chat. */
  get isChatting() {
    return this.#state === 'accepted';
  }

  /** Follows what the bot tells about the handoff. */
  take(activity) {
    const { state, agentName } = activity.value || {};
    if (activity.type === 'event' && activity.name === 'handoff.status') this.#change(state, agentName);
    // Not every desk tells who took the chat over after a transfer, nor names whoever writes; who writes has it.
    const { from, agentName: writer } = activity.channelData?.switchboard || {};
    if (activity.type === 'message' && from === 'agent' && this.isHandedOff) this.#change('accepted', writer ?? this.#agentName);
  }

  #change(state, agentName) {
    const wasHandedOff = this.isHandedOff;
    this.#state = state === 'queued' || state === 'accepted' ? state : 'none';
    this.#agentName = agentName;
    leaveButton.disabled = false;
    this.#show();
    if (wasHandedOff && !this.isHandedOff) this.onEnd();
  }

  #show() {
    const isQueued = this.#state === 'queued';
    const chatting = () => t('agent.chatting', { name: this.#agentName || t('agent.unnamed') });
    const text = isQueued ? t('agent.waiting') : this.isHandedOff ? chatting() : '';
    bar.hidden = !this.isHandedOff;
    leaveButton.textContent = t(isQueued ? 'agent.leaveQueue' : 'agent.leave');
    // Written only on change: a live region is read out whenever it is written.
    if (line.textContent !== text) line.textContent = text;
  }
}

/** What other channels offer as a quick reply, this page offers in its bar for as long as the handoff lasts. */
export function withoutLeaveReply(activity) {
  if (!activity.channelData?.switchboard?.leaveReply) return activity;
  const { suggestedActions: _inTheBar, ...rest } = activity;
  return rest;
}
