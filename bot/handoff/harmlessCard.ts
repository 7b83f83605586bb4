import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';

/** Members of a card that a client loads something from. */
const loaded: ReadonlySet<string> = new Set(['url', 'iconUrl', 'backgroundImage', 'poster', 'backgroundImageUrl']);
/** What clients show as Markdown: also facts, choices and labels. */
const shown: ReadonlySet<string> = new Set([
  ...['text', 'title', 'subtitle', 'value', 'label', 'placeholder', 'errorMessage', 'altText', 'fallbackText', 'speak'],
]);
/** Buttons that lead to an address, with the member it stands in: those of Adaptive Cards and those of the Bot Framework's own. */
const leading: ReadonlyMap<string, string> = new Map([
  ['action.openurl', 'url'],
  ...['openurl', 'signin', 'downloadfile', 'showimage', 'playaudio', 'playvideo', 'call'].map((type) => [type, 'value'] as const),
]);
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
  const type = typeof value['type'] === 'string' ? value['type'].toLowerCase() : '';
  const address = leading.get(type);
  if (address !== undefined && !isLink(value[address])) return undefined;
  const isLoading = type === 'image' || type === 'media';
  if (isLoading && value['url'] !== undefined && !isPicture(value['url'])) return undefined;
  const members = Object.entries(value).flatMap(([name, inner]): [string, JsonValue][] => {
    if (name === address) return [[name, inner]];
    // What comes back from the customer is nobody's to change, and shown to nobody before.
    if (name === 'data' && type.startsWith('action.')) return isShallow(inner, depth) ? [[name, inner]] : [];
    if (typeof inner === 'string' && loaded.has(name) && !isPicture(inner)) return [];
    if (typeof inner === 'string' && shown.has(name)) return [[name, withoutUnsafeLinks(inner)]];
    const kept = clean(inner, depth + 1);
    return kept === undefined ? [] : [[name, kept]];
  });
  return Object.fromEntries(members);
}

function isShallow(value: JsonValue, depth: number): boolean {
  if (depth > deepest) return false;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every((inner) => isShallow(inner, depth + 1));
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

/**
 * Markdown links lose their address when it does not begin as a link may, however it is written (escapes and entities are
 * undone by clients); their words stay. In the three ways Markdown has: behind the words, at the end of the text, in angle brackets.
 * These begin no HTML either, of which some clients (Web Chat) let pictures and links pass.
 */
function withoutUnsafeLinks(text: string): string {
  return text
    .replace(/\]\((?![ \t]*<?(?:https?:|mailto:|tel:|#))[ \t]*/gi, '](#')
    .replace(/^([ \t>]*\[[^\]\n]{1,999}\]:)(?!\s*<?(?:https?:|mailto:|tel:|#))[ \t]*/gim, '$1 #')
    .replace(/<(?=[a-z/!?])(?!(?:https?:|mailto:|tel:))/gi, '‹');
}
