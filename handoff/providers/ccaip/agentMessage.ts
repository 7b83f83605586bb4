import type { JsonObject, JsonValue } from '../../../common/json';
import { objectOf, objectsOf, textOf, wordOf } from '../../../common/jsonMembers';
import { mediaTypeOf } from '../../../common/mediaType';
import type { AgentFile } from '../../events';
import { plainText } from './markdown';

/** What a message says, whoever sent it. */
export interface Said {
  text: string;
  attachments: AgentFile[];
}

/**
 * Reads a message: its content as text or as an object with a text, files by their media id. Kinds nobody documented are read for
 * whatever text or file is in them. Undefined when there is neither.
 */
export function readMessage(message: JsonObject): Said | undefined {
  const type = wordOf(message['type'])?.toLowerCase() ?? 'text';
  const parts = Array.isArray(message['content']) ? message['content'] : [message['content'] ?? message['text']];
  const lines = parts.map((part) => textIn(part, type)).filter((line) => line !== '');
  const attachments = [message, ...parts.map(objectOf)].flatMap((place) => fileIn(place, type));
  const unique = [...new Map(attachments.map((file) => [file.reference?.['mediaId'], file])).values()];
  if (lines.length === 0 && unique.length === 0) return undefined;
  return { text: lines.join('\n'), attachments: unique };
}

const WORDS = ['title', 'subtitle', 'text', 'body', 'caption'] as const;

function textIn(part: JsonValue | undefined, type: string): string {
  if (typeof part === 'string') return type.startsWith('markdown') ? plainText(part) : part;
  const content = objectOf(part);
  const isMarkdown = type.startsWith('markdown') || wordOf(content['type'])?.startsWith('markdown') === true;
  const own = WORDS.map((name) => textOf(content[name]) ?? '');
  // Buttons of a template cannot be pressed here; what is on them can be written.
  const labels = [content['buttons'], content['options']].flatMap(objectsOf).map((button) => {
    const label = wordOf(button['label']) ?? wordOf(button['title']) ?? wordOf(button['text']);
    return label === undefined ? '' : `- ${label}`;
  });
  const text = [...own, ...labels].filter((line) => line.trim() !== '').join('\n');
  return isMarkdown ? plainText(text) : text;
}

function fileIn(place: JsonObject, type: string): AgentFile[] {
  const mediaId = wordOf(place['media_id']) ?? wordOf(objectOf(place['media'])['id']);
  if (mediaId === undefined) return [];
  const told = ['file_name', 'filename', 'name'].map((key) => wordOf(place[key])).find((name) => name !== undefined);
  const name = told ?? nameFor(type, mediaId);
  return [{ name, contentType: mediaTypeOf(name), reference: { mediaId, name } }];
}

/** A name for a file that came without one, by the kind of its message. */
function nameFor(kind: string, mediaId: string): string {
  const extension = { photo: '.jpg', image: '.jpg', video: '.mp4', audio: '.mp3' }[kind] ?? '';
  return `${/^[a-z]+$/.test(kind) ? kind : 'file'}-${mediaId}${extension}`;
}
