import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';

/** A button, with what a press of it means to the bot. */
export type Choice = {
  title: string;
  /** Said as text. */
  text?: string;
  /** Submitted as the value of a message. */
  value?: JsonObject;
};

/** A question of a form. */
export type Question = {
  id: string;
  label: string;
  isRequired: boolean;
  /** What is wrong with the value that was given before. */
  problem?: string;
  /** What the form already holds. */
  value?: string;
  choices?: { title: string; value: string }[];
};

/** An Adaptive Card as a list of what it says, asks and offers. Texts are Markdown. */
export interface FlatCard {
  title: string;
  texts: string[];
  images: string[];
  questions: Question[];
  /** Buttons that send what the questions asked for. */
  submits: Choice[];
  /** Buttons that leave the questions alone, or all of them when nothing is asked. */
  buttons: Choice[];
  links: { title: string; url: string }[];
}

/** Reads an Adaptive Card; parts that nobody could show in a chat are left out. */
export function flatten(content: JsonObject): FlatCard {
  const card: FlatCard = { title: '', texts: [], images: [], questions: [], submits: [], buttons: [], links: [] };
  for (const item of list(content['body'])) readItem(item, card);
  for (const action of list(content['actions'])) readAction(action, card);
  if (card.questions.length === 0) card.buttons = [...card.submits.splice(0), ...card.buttons];
  return card;
}

function readItem(item: JsonObject, card: FlatCard): void {
  const type = text(item['type']);
  if (type === 'TextBlock') readText(item, card);
  else if (type === 'RichTextBlock') {
    const runs = Array.isArray(item['inlines']) ? item['inlines'] : [];
    card.texts.push(runs.map((run) => (isJsonObject(run) ? text(run['text']) : text(run))).join(''));
  } else if (type === 'Image') card.images.push(text(item['url']));
  else if (type === 'FactSet') {
    for (const fact of list(item['facts'])) card.texts.push(`${text(fact['title'])}: ${text(fact['value'])}`);
  } else if (type === 'ActionSet') {
    for (const action of list(item['actions'])) readAction(action, card);
  } else if (type.startsWith('Input.')) card.questions.push(question(item, type));
  for (const name of ['items', 'columns', 'images']) for (const inner of list(item[name])) readItem(inner, card);
}

function readText(item: JsonObject, card: FlatCard): void {
  const said = text(item['text']);
  if (said === '') return;
  const last = card.questions.at(-1);
  // What stands below an input in the color of warnings is about that input.
  if (last && item['color'] === 'Attention') last.problem = said;
  else if (card.title === '' && card.texts.length === 0 && card.questions.length === 0) card.title = said;
  else card.texts.push(said);
}

function question(item: JsonObject, type: string): Question {
  const value = text(item['value']);
  const choices =
    type === 'Input.ChoiceSet'
      ? list(item['choices']).map((choice) => ({ title: text(choice['title']), value: text(choice['value']) }))
      : type === 'Input.Toggle'
        ? [text(item['valueOn']) || 'true', text(item['valueOff']) || 'false'].map((each) => ({ title: each, value: each }))
        : undefined;
  return {
    id: text(item['id']),
    label: text(item['label']) || text(item['placeholder']) || text(item['title']) || text(item['id']),
    isRequired: item['isRequired'] === true,
    ...(value !== '' && { value }),
    ...(choices && { choices }),
  };
}

function readAction(action: JsonObject, card: FlatCard): void {
  const title = text(action['title']);
  if (action['type'] === 'Action.OpenUrl') {
    card.links.push({ title, url: text(action['url']) });
    return;
  }
  if (action['type'] !== 'Action.Submit' && action['type'] !== 'Action.Execute') return;
  const data = isJsonObject(action['data']) ? action['data'] : { value: action['data'] ?? null };
  const { msteams: _onlyForTeams, ...rest } = data;
  const value = action['verb'] === undefined ? rest : { verb: action['verb'], ...rest };
  (action['associatedInputs'] === 'none' ? card.buttons : card.submits).push({ title, value });
}

function list(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
