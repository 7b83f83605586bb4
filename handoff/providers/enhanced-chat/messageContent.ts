import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import type { AgentFile, Card } from '../../events';
import { choicesContent } from './choices';
import { formContent } from './forms';
import type { OpenForm } from './session';
import { objectOf, objectsOf, titleOf, wordOf } from './wire';

export interface Content {
  text: string;
  attachments: AgentFile[];
  cards: Card[];
  form?: OpenForm;
  /** False when the desk's word for it is none we know; the text is then whatever was found. */
  isKnown: boolean;
  type: string;
}

/** Shown for what has no text in it at all. */
const notice = '[This message cannot be shown here.]';

/** What the customer gets of an `abstractMessage`. */
export function readContent(messageId: string, message: JsonObject): Content {
  const messageType = wordOf(message, 'messageType') ?? '';
  const none = { attachments: [], cards: [], isKnown: true, type: messageType };
  if (messageType === 'StaticContentMessage') return staticContent(objectOf(message, 'staticContent'), message);
  if (messageType === 'ChoicesMessage') return shown({ ...none, ...choicesContent(messageId, message) });
  if (messageType === 'FormMessage') return shown({ ...none, ...formContent(messageId, message) });
  return { ...none, text: anyText(message) ?? notice, isKnown: false };
}

function staticContent(content: JsonObject, message: JsonObject): Content {
  const type = wordOf(content, 'formatType') ?? '';
  const text = wordOf(content, 'text') ?? '';
  const none = { attachments: [], cards: [], isKnown: true, type };
  const lines = (...words: (string | undefined)[]) => words.filter((word) => word !== undefined && word !== '').join('\n');
  switch (type) {
    case 'Text':
      return { ...none, text };
    case 'RichLink': {
      const link = objectOf(content, 'linkItem');
      const title = objectOf(link, 'titleItem');
      return shown({ ...none, text: lines(wordOf(title, 'title'), wordOf(title, 'subTitle'), wordOf(link, 'url')) });
    }
    case 'WebView':
      return shown({ ...none, text: lines(titleOf(content, 'title'), wordOf(content, 'url')) });
    case 'Attachments':
    case 'ExternalAttachment': {
      const found = objectsOf(content, 'attachments');
      const attachments = (found.length > 0 ? found : [content]).flatMap((attachment) => toFile(attachment, message));
      return shown({ ...none, text, attachments });
    }
    case 'ExperienceType':
      return shown({ ...none, text: wordOf(content, 'message') ?? text });
    default:
      return { ...none, text: anyText(content) ?? notice, isKnown: false };
  }
}

/** Known content with nothing in it is still something the agent sent. */
function shown(content: Content): Content {
  const isEmpty = content.text === '' && content.attachments.length === 0 && content.cards.length === 0;
  return isEmpty ? { ...content, text: notice } : content;
}

/** How long an address works and whether it needs the token is not known: the bytes are fetched by us when asked for. */
function toFile(attachment: JsonObject, message: JsonObject): AgentFile[] {
  const known = objectsOf(message, 'references').find((reference) => reference['id'] === attachment['referenceId']);
  const url = wordOf(attachment, 'url') ?? (known && wordOf(known, 'url'));
  if (url === undefined || !URL.canParse(url)) return [];
  const contentType = wordOf(attachment, 'mimeType') ?? 'application/octet-stream';
  return [{ name: wordOf(attachment, 'name') ?? 'file', contentType, reference: { url, contentType } }];
}

/** The first text found, nearest to the surface. */
function anyText(value: JsonValue): string | undefined {
  let level: JsonValue[] = [value];
  while (level.length > 0) {
    for (const item of level) {
      const text = isJsonObject(item) ? (wordOf(item, 'text') ?? wordOf(item, 'title')) : undefined;
      if (text !== undefined) return text;
    }
    level = level.flatMap((item) => (Array.isArray(item) ? item : isJsonObject(item) ? Object.values(item) : []));
  }
  return undefined;
}
