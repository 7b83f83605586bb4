import type { Activity } from 'botbuilder';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import { ConnectorError } from '../../adapter/leanConnector';
import type { ChannelHost, JsonReference } from '../servedChannel';
import type { Transport } from './transport';
import type { WireActivity } from './wire';

/** Dictionaries whose keys are data and keep their letter case. */
const dictionaries = new Set(['callParams', 'initialParams', 'additionalParams']);

/** The Bot Framework chatbot's way out: mluvii is a Direct Line client, its own activities travel in `channelData`. */
export function createDirectLineTransport(options: { host(): ChannelHost; letterCase: 'camel' | 'pascal' }): Transport {
  return {
    async send(_sessionId, session, activity) {
      const { reference } = session;
      if (!reference) throw new ConnectorError(404, 'conversationUnknown', 'no');
      await options.host().sendThrough(reference as unknown as JsonReference, toActivity(activity, options.letterCase));
    },
  };
}

/** Text and cards are what they are in the Bot Framework; everything else is an event that carries the command. */
export function toActivity(activity: WireActivity, letterCase: 'camel' | 'pascal'): Partial<Activity> {
  if (!('activity' in activity)) return { inputHint: 'expectingInput', ...activity } as unknown as Partial<Activity>;
  if (activity['activity'] === 'Text')
    return { type: 'message', inputHint: 'expectingInput', text: String(activity['text'] ?? '') };
  return { type: 'event', name: 'mluvii', channelData: letterCase === 'pascal' ? pascal(activity as JsonObject) : activity };
}

function pascal(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      dictionaries.has(name) ? member : pascalValue(member),
    ]),
  );
}

function pascalValue(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(pascalValue);
  return isJsonObject(value) ? pascal(value) : value;
}
