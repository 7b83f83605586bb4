import type { Attachment } from 'botframework-schema';
import { consentCardType, fileInfoCardType } from '../../bot/teams/fileSaving';
import { heroCardType } from '../../cards/articleCarousel';
import { adaptiveCardType, sizeInBytes } from '../../cards/cardTemplate';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';

/** Teams refuses larger messages; the rest of the activity round a card stays below the difference to 28 KiB. */
export const maxMessageBytes = 28 * 1024;
const activityBytes = 1_500;
const maxButtons = 6;

/** What Teams draws of Adaptive Cards 1.5 (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference). */
const elements: ReadonlySet<string> = new Set([
  'AdaptiveCard',
  'TextBlock',
  'RichTextBlock',
  'TextRun',
  'Image',
  'ImageSet',
  'Media',
  'Container',
  'ColumnSet',
  'Column',
  'FactSet',
  'Table',
  'TableRow',
  'TableCell',
  'ActionSet',
  'Input.Text',
  'Input.Number',
  'Input.Date',
  'Input.Time',
  'Input.Toggle',
  'Input.ChoiceSet',
]);
const actions: ReadonlySet<string> = new Set([
  'Action.Submit',
  'Action.Execute',
  'Action.OpenUrl',
  'Action.ShowCard',
  'Action.ToggleVisibility',
]);
const heroActions: ReadonlySet<string> = new Set(['messageBack', 'openUrl', 'imBack', 'invoke', 'signin']);

/** Why Teams would refuse a card or show it wrongly; empty when it is fine there. */
export function teamsProblems(card: Attachment): string[] {
  // What goes over the wire, not what is in memory.
  const content: unknown = JSON.parse(JSON.stringify(card.content));
  const problems: string[] = [];
  const size = sizeInBytes(card) + activityBytes;
  if (size > maxMessageBytes) problems.push(`${size} bytes with the activity round it`);
  if (!isJsonObject(content)) return [...problems, 'has no content'];
  if (card.contentType === heroCardType) return [...problems, ...heroProblems(content)];
  if (card.contentType === consentCardType)
    return [...problems, ...missing(content, ['sizeInBytes', 'acceptContext', 'declineContext'])];
  if (card.contentType === fileInfoCardType) return [...problems, ...missing(content, ['uniqueId', 'fileType'])];
  if (card.contentType !== adaptiveCardType) return [...problems, `${card.contentType} is not shown`];
  const version = Number(content['version']);
  if (!(version >= 1.2 && version <= 1.5)) problems.push(`version ${String(content['version'])}`);
  if (listOf(content['actions']).length > maxButtons) problems.push('more buttons than Teams shows');
  if (version < 1.5 && JSON.stringify(content).includes('"Action.Execute"')) problems.push('Action.Execute needs version 1.5');
  return [
    ...problems,
    ...listOf(content['body']).flatMap(elementProblems),
    ...listOf(content['actions']).flatMap(actionProblems),
  ];
}

function elementProblems(element: JsonValue): string[] {
  if (!isJsonObject(element)) return ['an element is no object'];
  const type = String(element['type']);
  const below = ['items', 'columns', 'rows', 'cells', 'images', 'inlines'].flatMap((name) => listOf(element[name]));
  return [
    ...(elements.has(type) ? [] : [`${type} is not shown`]),
    ...below.filter(isJsonObject).flatMap(elementProblems),
    ...listOf(element['actions']).flatMap(actionProblems),
  ];
}

function actionProblems(action: JsonValue): string[] {
  if (!isJsonObject(action)) return ['an action is no object'];
  const type = String(action['type']);
  const problems = actions.has(type) ? [] : [`${type} is not carried out`];
  if ('isEnabled' in action) problems.push('isEnabled is not known');
  if (type === 'Action.Execute' && !isJsonObject(action['fallback']))
    problems.push('older clients have nothing in place of Action.Execute');
  return problems;
}

function missing(content: JsonObject, names: string[]): string[] {
  return names.filter((name) => content[name] === undefined).map((name) => `${name} is missing`);
}

function heroProblems(content: JsonObject): string[] {
  const buttons = listOf(content['buttons']).filter(isJsonObject);
  return [
    ...(buttons.length > maxButtons ? ['more buttons than Teams shows'] : []),
    ...buttons.flatMap(({ type }) => (heroActions.has(String(type)) ? [] : [`${String(type)} is not carried out`])),
  ];
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}
