import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';

/** Members of an Adaptive Card that a client loads something from. */
const loaded: ReadonlySet<string> = new Set(['url', 'iconUrl', 'backgroundImage', 'poster', 'backgroundImageUrl']);
const deepest = 40;

/**
 * An agent's card without what could do more than show and lead somewhere: links to no web address or way to write or call, pictures that do
 * not come over https. An action or picture like that is left out, the rest of the card stays. Desks are trusted to send cards, not to
 * run anything in the customer's page, and clients differ in what they let through.
 */
export function harmlessCard(content: JsonObject): JsonObject {
  const card = clean(content, 0);
  return isJsonObject(card) ? card : {};
}

function clean(value: JsonValue, depth: number): JsonValue | undefined {
  if (depth > deepest) return undefined;
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1)).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  const leadsTo = value['type'] === 'Action.OpenUrl' ? value['url'] : undefined;
  if (value['type'] === 'Action.OpenUrl' && !isLink(leadsTo)) return undefined;
  const isLoading = value['type'] === 'Image' || value['type'] === 'Media';
  if (isLoading && value['url'] !== undefined && !isPicture(value['url'])) return undefined;
  const members = Object.entries(value).flatMap(([name, inner]): [string, JsonValue][] => {
    if (typeof inner === 'string' && loaded.has(name) && value['type'] !== 'Action.OpenUrl' && !isPicture(inner)) return [];
    if (name === 'text' && typeof inner === 'string') return [[name, withoutUnsafeLinks(inner)]];
    const kept = clean(inner, depth + 1);
    return kept === undefined ? [] : [[name, kept]];
  });
  return Object.fromEntries(members);
}

function isLink(url: JsonValue | undefined): boolean {
  return typeof url === 'string' && /^(?:https?:\/\/|mailto:|tel:)/i.test(url);
}

function isPicture(url: JsonValue | undefined): boolean {
  return (
    typeof url === 'string' &&
    /^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1)[:/]|data:image\/(?:png|jpe?g|gif|webp);)/i.test(url)
  );
}

/** Markdown links to other schemes lose their address; their words stay. */
function withoutUnsafeLinks(text: string): string {
  return text.replace(/\]\(\s*<?\s*(?!https?:|mailto:|tel:)[a-z][a-z0-9+.\-\s]*:/gi, '](#');
}
