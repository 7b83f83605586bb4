import type { Activity } from 'botbuilder';
import type { JsonObject } from '../../../common/json';
import { mediaTypeOf } from '../../../common/mediaType';
import { Loose } from './looseJson';
import type { Session } from './session';
import type { WireEvent } from './wire';

export const channelId = 'mluvii';
const botId = 'mluvii-chatbot';

/** Where and when something was said. */
export interface Place {
  /** The session's id, which is the conversation's. */
  sessionId: string;
  /** Unique, and equal when the same is taken up again. */
  id: string;
  /** Milliseconds since 1970. */
  receivedAt: number;
  serviceUrl: string;
  session: Session;
}

/** The guest of a session, as the bot knows customers: guests of different sessions are not told to be the same person. */
export function guestId(sessionId: string): string {
  return `guest-${sessionId}`;
}

/** The session of a guest's id. */
export function sessionOfGuest(id: string): string | undefined {
  return id.startsWith('guest-') ? id.slice('guest-'.length) : undefined;
}

/** What an event is to the bot; undefined when it is nothing to it. */
export function toActivity(event: WireEvent, place: Place): Activity | undefined {
  const parts = partsOf(event);
  if (!parts) return undefined;
  const locale = event.language ?? place.session.language;
  return {
    ...parts,
    id: place.id,
    channelId,
    serviceUrl: place.serviceUrl,
    timestamp: new Date(event.at ?? place.receivedAt),
    from: { id: guestId(place.sessionId), name: '', role: 'user' },
    recipient: { id: botId, name: '', role: 'bot' },
    conversation: { id: place.sessionId, isGroup: false, conversationType: 'personal', name: '' },
    ...(locale !== undefined && { locale }),
    channelData: { source: event.source ?? place.session.source ?? null },
  } as unknown as Activity;
}

function partsOf(event: WireEvent): Partial<Activity> | undefined {
  switch (event.kind) {
    case 'started':
      return { type: 'conversationUpdate', membersAdded: [{ id: botId, name: '' }] };
    case 'text':
      return message(event.text);
    case 'file':
      return event.fileUrl === '' ? undefined : { ...message(''), attachments: [fileOf(event.fileUrl)] };
    case 'cardSubmission':
      return named('HeroCardSubmission', event.params);
    case 'quickReply':
      return { ...message(event.text), value: event.value };
    case 'location':
      return {
        ...message(`${event.latitude}, ${event.longitude}`),
        entities: [{ type: 'GeoCoordinates', latitude: event.latitude, longitude: event.longitude }],
      };
    case 'ended':
      return { type: 'endOfConversation' };
    case 'answer':
      return uploaded(event.body) ?? named(event.name, event.body);
    case 'ping':
    case 'unknown':
      return undefined;
  }
}

function message(text: string): Partial<Activity> {
  return { type: 'message', text, textFormat: 'plain' };
}

/** A file that was put into a prompt is a file like any other. */
function uploaded(body: JsonObject): Partial<Activity> | undefined {
  const loose = new Loose(body);
  const isPrompt = loose.text('activity')?.toLowerCase() === 'chatbotopenfileuploadpromptresponse';
  const url = isPrompt ? loose.text('fileUrl') : undefined;
  return url ? { ...message(''), attachments: [fileOf(url)] } : undefined;
}

/** Events carry what only a bot that knows mluvii asks for. */
function named(name: string, value: JsonObject): Partial<Activity> {
  return { type: 'event', name: `mluvii/${name}`, value };
}

/** The address is all that is told; its last part is most likely the file's name. */
function fileOf(url: string): { contentType: string; contentUrl: string; name: string } {
  const last = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : undefined;
  const name = decodeName(last ?? '') || 'file';
  return { contentType: mediaTypeOf(name), contentUrl: url, name };
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text).slice(-120);
  } catch {
    // Not every percent sign in an address begins an encoded character.
    return text.slice(-120);
  }
}
