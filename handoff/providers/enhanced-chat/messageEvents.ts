import { type Handler, join } from './entryEvents';
import { readContent } from './messageContent';
import type { OpenForm } from './session';
import { objectOf, wordOf } from './wire';

/** Forms that can be answered at a time; older ones are answered in words. */
const mostForms = 3;

const persons = new Set(['Agent', 'Supervisor']);

/**
 * What was said. The customer's own words come back and are dropped; what the desk's bot and automation say is not a
 * person's word, and goes on as the settings want it.
 */
export const messageHandler: Handler = (view, { role, senderKey, senderName, payload, identifier }, { settings, log }) => {
  if (role === 'EndUser') return;
  const isPerson = persons.has(role) && wordOf(payload, 'messageReason') === undefined;
  if (!isPerson) {
    const when = settings.ENHANCED_CHAT_AUTOMATIC_MESSAGES;
    const isWithAgent = view.session.state === 'connected' && view.session.agents.length > 0;
    if (when === 'never' || (when === 'withAgent' && !isWithAgent)) return;
  }
  const message = objectOf(payload, 'abstractMessage');
  const messageId = wordOf(message, 'id') ?? wordOf(payload, 'id') ?? identifier;
  const content = readContent(messageId, message);
  if (!content.isKnown) log.warn('The desk sent content of a type that is not known', { type: content.type.slice(0, 80) });
  // Whoever writes is there, even if the entry that should have said so came late or never.
  if (role === 'Agent' && isPerson) join(view, senderKey, senderName ?? view.session.agentName);
  if (content.form) view.change({ forms: withForm(view.session.forms, content.form) });
  const { text, attachments, cards } = content;
  if (text === '' && attachments.length === 0 && cards.length === 0) return;
  view.emit({ kind: 'agentMessage', text, attachments, cards, ...(senderName !== undefined && { agentName: senderName }) });
};

function withForm(forms: readonly OpenForm[], form: OpenForm): OpenForm[] {
  return [...forms.filter(({ messageId }) => messageId !== form.messageId), form].slice(-mostForms);
}
