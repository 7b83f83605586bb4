import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { wordsOf } from './customerClient';
import type { FormAnswers } from './scenario';

/** The values of a card's inputs, by their ids, for answers by their labels. Throws for a label or choice the card does not show. */
export function inputsFor(activity: JsonObject, answers: FormAnswers): JsonObject {
  const inputs = new Map<string, JsonObject>();
  const collect = (value: JsonValue | undefined): void => {
    if (Array.isArray(value)) for (const item of value) collect(item);
    else if (isJsonObject(value)) {
      if (String(value['type']).startsWith('Input.')) inputs.set(String(value['label']), value);
      for (const item of Object.values(value)) collect(item);
    }
  };
  collect(activity['attachments']);
  const values: JsonObject = Object.fromEntries([...inputs.values()].map((input) => [String(input['id']), input['value'] ?? '']));
  for (const [label, answer] of Object.entries(answers)) {
    const input = inputs.get(label);
    if (!input) throw new Error(`there is no input "${label}" on: ${wordsOf(activity)}`);
    values[String(input['id'])] = typeof answer === 'string' ? answer : choiceOf(input, answer.choice);
  }
  return values;
}

function choiceOf(input: JsonObject, words: string): string {
  const choices = (input['choices'] ?? []) as { title: string; value: string }[];
  const found = choices.find(({ title }) => title.startsWith(words));
  if (!found) throw new Error(`"${words}" is none of: ${choices.map(({ title }) => title).join(', ')}`);
  return found.value;
}
