import type { FileLinker } from '../../provider';
import type { CustomerMessage } from '../../request';
import { failure } from './errors';
import { inParts, toWireText } from './outgoingText';
import type { MluviiSession } from './session';
import type { MluviiSettings } from './settings';
import type { IncomingActivity } from './wire';

/** One message as activities: more than one only when the text is long. Each is later than all before it. */
export function toActivities(
  { conversationId, lastAt }: MluviiSession,
  message: Pick<CustomerMessage, 'id' | 'text' | 'at'>,
  settings: MluviiSettings,
): IncomingActivity[] {
  const first = Math.max(Date.parse(message.at) || 0, lastAt + 1);
  return inParts(message.text, settings.MLUVII_MAX_TEXT_LENGTH).map((part, index) => ({
    id: index === 0 ? message.id : `${message.id}#${index + 1}`,
    conversationId,
    type: 'ChatMessage',
    timestamp: timestamp(first + index),
    text: toWireText(part, settings.MLUVII_TEXT_FORM),
  }));
}

export function guestLeft({ conversationId, lastAt }: MluviiSession, now: number): IncomingActivity {
  const id = `${conversationId}#left`;
  return { id, conversationId, type: 'GuestLeft', timestamp: timestamp(Math.max(now, lastAt + 1)) };
}

/** The words of a message; files go as links and what was submitted on a card is told, since the channel carries text only. */
export function textOf(message: CustomerMessage, linkFile: FileLinker): string {
  const submission = Object.entries(message.cardSubmission ?? {}).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const links = message.files.map((file) => `${file.name}: ${linkFile(file)}`);
  // The words of a submission, where there are any, are all that a person needs of it.
  const said = message.text.trim() === '' ? submission : [message.text];
  const text = [...said, ...links].filter((part) => part.trim() !== '').join('\n');
  if (text === '') throw failure('invalid', 'nothing to say');
  return message.author === 'bot' ? `[Bot] ${text}` : text;
}

/** Milliseconds are all we have to tell order by. */
export function lastTimeOf(activities: IncomingActivity[]): number {
  return Math.max(...activities.map((activity) => Date.parse(activity.timestamp)));
}

/** With the offset the model asks for. */
function timestamp(timeInMs: number): string {
  return new Date(timeInMs).toISOString().replace('Z', '+00:00');
}
