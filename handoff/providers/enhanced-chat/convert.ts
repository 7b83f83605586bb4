import type { Log } from '../../../common/log';
import { entryHandlers } from './entryEvents';
import type { EntryView } from './entryView';
import type { ServerEvent } from './eventParser';
import { messageHandler } from './messageEvents';
import type { EnhancedChatSettings } from './settings';
import { readEvent, type WireEntry } from './wire';

export interface ConvertContext {
  settings: EnhancedChatSettings;
  log: Log;
}

/** Shown and forgotten: these are in no listing and need no memory. */
const passing = new Set(['TypingStartedIndicator', 'TypingStoppedIndicator']);

/** Converts one entry, unless it was handled before or the conversation is over. Types nobody knows are skipped. */
export function convertEntry(context: ConvertContext, view: EntryView, entry: WireEntry, place = ''): void {
  if (view.session.state === 'ended' || view.isHandled(entry)) return;
  const handler =
    entry.type === 'Message' ? messageHandler : Object.hasOwn(entryHandlers, entry.type) ? entryHandlers[entry.type] : undefined;
  if (!handler) {
    context.log.debug('The desk sent an event that means nothing here', { type: entry.type.slice(0, 80) });
    return;
  }
  view.begin(entry, `${view.session.conversationId}:${place}`);
  handler(view, entry, context);
  if (!passing.has(entry.type)) view.remember(entry);
}

/** Converts one event of the stream and moves the position behind it. */
export function convertEvent(context: ConvertContext, view: EntryView, event: ServerEvent): void {
  const entry = event.name === 'ping' ? undefined : readEvent(event, view.session.conversationId);
  if (entry) convertEntry(context, view, entry, event.id ?? '');
  if (event.id !== undefined && event.id !== '') view.change({ lastEventId: event.id });
}
