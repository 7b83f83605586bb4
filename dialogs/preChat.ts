import type { FormField } from '../cards/formCard';
import type { EscalationSkill, SkillField } from './collaborators';
import type { FormValues } from './form';
import type { CustomerData } from './state';

/** What is known before a handoff; grows with every answer until nothing is missing. */
export interface HandoffFacts {
  /** Name of the skill. */
  skill?: string;
  topic?: string;
  /** Answers to the skill's own fields by their names. */
  fields: Record<string, string>;
  /** Optional fields the customer has seen and may leave empty. */
  asked?: string[];
}

/** The texts of the form, looked up by the caller. */
export type FormTexts = (key: string, params?: Record<string, string | number>) => string;

export const fieldPrefix = 'field_';
const limits = { name: 100, email: 254, phone: 40, topic: 500, text: 300, multiline: 2_000, choice: 300 };

/** The inputs still to be asked. Empty when all that is needed is known. */
export function missingFields(
  facts: HandoffFacts,
  customer: CustomerData,
  skills: readonly EscalationSkill[],
  suggestedSkill: string | undefined,
  texts: FormTexts,
): FormField[] {
  const skill = skills.find((candidate) => candidate.name === facts.skill);
  const fields: FormField[] = [];
  if (!skill) fields.push(skillField(skills, suggestedSkill, texts));
  fields.push(...contactFields(customer, texts));
  if (facts.topic === undefined) fields.push(basicField('topic', 'multiline', true, texts));
  for (const field of skill?.fields ?? []) {
    const isAnswered = facts.fields[field.name] !== undefined || facts.asked?.includes(field.name);
    if (!isAnswered) fields.push(ownField(field, texts));
  }
  return fields;
}

/** Name, e-mail and phone as far as they are not known; one of the two addresses is enough. */
export function contactFields(customer: CustomerData, texts: FormTexts): FormField[] {
  const fields: FormField[] = [];
  if (customer.name === undefined) fields.push(basicField('name', 'text', true, texts));
  if (customer.email === undefined && customer.phone === undefined) {
    fields.push(basicField('email', 'email', false, texts), basicField('phone', 'phone', false, texts));
  }
  return fields;
}

/** Takes over what was typed without a problem. */
export function learn(facts: HandoffFacts, customer: CustomerData, fields: readonly FormField[], values: FormValues): void {
  learnContact(customer, values);
  const { skill, topic } = values;
  if (skill !== undefined) facts.skill = skill;
  if (topic !== undefined) facts.topic = topic;
  for (const { id } of fields) {
    if (!id.startsWith(fieldPrefix)) continue;
    const name = id.slice(fieldPrefix.length);
    const value = values[id];
    if (value !== undefined) facts.fields[name] = value;
    facts.asked = [...new Set([...(facts.asked ?? []), name])];
  }
}

export function learnContact(customer: CustomerData, values: FormValues): void {
  const { name, email, phone } = values;
  if (name !== undefined) customer.name = name;
  if (email !== undefined) customer.email = email;
  if (phone !== undefined) customer.phone = phone;
}

function basicField(
  id: 'name' | 'email' | 'phone' | 'topic',
  kind: FormField['kind'],
  required: boolean,
  texts: FormTexts,
): FormField {
  return {
    id,
    kind,
    required,
    label: texts(`form.${id}`),
    placeholder: texts(`form.${id}Placeholder`),
    requiredMessage: texts('form.missing', { label: texts(`form.${id}`) }),
    maxLength: limits[id],
  };
}

function skillField(skills: readonly EscalationSkill[], suggested: string | undefined, texts: FormTexts): FormField {
  return {
    id: 'skill',
    kind: 'choice',
    required: true,
    label: texts('form.skill'),
    requiredMessage: texts('form.missing', { label: texts('form.skill') }),
    maxLength: limits.choice,
    choices: skills.map((skill) => ({
      title: skill.description ? `${skill.title} – ${skill.description}` : skill.title,
      value: skill.name,
    })),
    ...(suggested !== undefined && { value: suggested }),
  };
}

function ownField(field: SkillField, texts: FormTexts): FormField {
  return {
    id: `${fieldPrefix}${field.name}`,
    kind: field.kind,
    required: field.required,
    label: field.label,
    requiredMessage: texts('form.missing', { label: field.label }),
    maxLength: limits[field.kind],
    ...(field.choices && { choices: field.choices.map((choice) => ({ title: choice, value: choice })) }),
  };
}
