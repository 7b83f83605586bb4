import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { Refusal } from '../http';
import type { Settled } from './options';

/** A `ChasitorInit` body, checked. */
export interface ChatRequest {
  visitorName: string;
  buttonId: string;
  wantsQueueUpdates: boolean;
  isPost: boolean;
  /** What the agent sees: label → value. */
  details: Record<string, string>;
  /** Values of more than one line, to be shown as part of the conversation too. */
  transcript: string[];
}

const requiredTexts = ['userAgent', 'language', 'screenResolution', 'visitorName'] as const;

export function readChatRequest(body: JsonObject, sessionId: string, options: Settled): ChatRequest {
  must(body['organizationId'] === options.organizationId, 'organizationId is missing or wrong');
  must(body['deploymentId'] === options.deploymentId, 'deploymentId is missing or wrong');
  must(body['sessionId'] === sessionId, 'sessionId is missing or wrong');
  for (const name of requiredTexts) must(typeof body[name] === 'string' && body[name] !== '', `${name} has to be a text`);
  must(typeof body['receiveQueueUpdates'] === 'boolean', 'receiveQueueUpdates has to be true or false');
  must(typeof body['isPost'] === 'boolean', 'isPost has to be true or false');
  const buttonId = readButton(body);
  must(
    options.buttons.some((button) => button.id === buttonId),
    'buttonId is unknown',
  );
  const details = readDetails(body['prechatDetails']);
  checkEntities(body['prechatEntities'], new Set(details.map(({ label }) => label)));
  const shown = details.filter(({ isShown }) => isShown);
  return {
    visitorName: String(body['visitorName']),
    buttonId,
    wantsQueueUpdates: body['receiveQueueUpdates'] === true,
    isPost: body['isPost'] === true,
    details: Object.fromEntries(shown.map(({ label, value }) => [label, value])),
    transcript: shown.flatMap(({ value }) => (value.includes('\n') ? [value] : [])),
  };
}

/** The first of the ordered targets replaces the button when there are any. */
function readButton(body: JsonObject): string {
  const overrides = body['buttonOverrides'];
  if (overrides === undefined) return typeof body['buttonId'] === 'string' ? body['buttonId'] : '';
  must(
    Array.isArray(overrides) && overrides.every((entry) => typeof entry === 'string'),
    'buttonOverrides has to be a list of texts',
  );
  const first = (overrides as string[]).flatMap((entry) => entry.split('_')).find((id) => id.startsWith('573'));
  return first ?? String(body['buttonId']);
}

function readDetails(value: JsonValue | undefined): { label: string; value: string; isShown: boolean }[] {
  must(Array.isArray(value), 'prechatDetails has to be a list');
  return (value as JsonValue[]).map((detail) => {
    must(isJsonObject(detail), 'a pre-chat detail has to be an object');
    const { label, value: text, transcriptFields, displayToAgent } = detail as JsonObject;
    must(typeof label === 'string' && label !== '', 'a pre-chat detail has to have a label');
    must(typeof text === 'string', 'the value of a pre-chat detail has to be a text');
    must(Array.isArray(transcriptFields), 'transcriptFields has to be a list');
    return { label: label as string, value: text as string, isShown: displayToAgent !== false };
  });
}

/** Records are silently not made when a mapped label is missing; here that is refused. */
function checkEntities(value: JsonValue | undefined, labels: Set<string>): void {
  must(Array.isArray(value), 'prechatEntities has to be a list');
  for (const entity of value as JsonValue[]) {
    must(isJsonObject(entity) && typeof entity['entityName'] === 'string', 'an entity has to have an entityName');
    const maps = (entity as JsonObject)['entityFieldsMaps'];
    must(Array.isArray(maps) && maps.length > 0, 'an entity has to have entityFieldsMaps');
    for (const map of (maps as JsonValue[]).filter(isJsonObject)) {
      must(typeof map['label'] === 'string' && labels.has(map['label']), 'an entity maps a label that no detail has');
    }
  }
}

function must(isTrue: boolean, text: string): void {
  if (!isTrue) throw new Refusal(400, text);
}
