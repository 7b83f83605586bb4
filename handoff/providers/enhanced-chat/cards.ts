import type { JsonObject } from '../../../common/json';
import type { Card } from '../../events';

/** An Adaptive Card of the version all channels draw. */
export function adaptiveCard(body: JsonObject[], actions: JsonObject[]): Card {
  return {
    contentType: 'application/vnd.microsoft.card.adaptive',
    content: { type: 'AdaptiveCard', version: '1.3', body, actions },
  };
}

/** A text block that shows these very characters, though clients take its text for Markdown. */
export function plain(text: string, look: JsonObject = {}): JsonObject {
  return { type: 'TextBlock', text: text.replace(/[\\`*_{}[\]()#+.!|>~-]/g, '\\$&'), wrap: true, ...look };
}

export function input(type: string, id: string, members: JsonObject): JsonObject {
  return { type, id, ...members };
}

export function submit(title: string, data: JsonObject): JsonObject {
  return { type: 'Action.Submit', title, data };
}
