import type { FormField } from '../cards/formCard';
import type { JsonObject } from '../common/json';
import { textMember } from './customerInput';

/** Values of a form by the ids of its fields; an empty field is absent. */
export type FormValues = Record<string, string>;
export type FormProblem = 'missing' | 'tooLong' | 'email' | 'phone' | 'choice';

export interface FormReading {
  /** Everything that was typed, good or not, so that the form can be shown again with it. */
  typed: FormValues;
  problems: Record<string, FormProblem>;
}

/** Reads what was submitted against the fields that were asked. Members that were not asked are ignored. */
export function readForm(fields: readonly FormField[], data: JsonObject): FormReading {
  const typed: FormValues = {};
  const problems: Record<string, FormProblem> = {};
  for (const field of fields) {
    const value = textMember(data, field.id);
    if (value !== '') typed[field.id] = value.slice(0, field.maxLength * 2);
    const problem = check(field, value);
    if (problem) problems[field.id] = problem;
  }
  return { typed, problems };
}

function check(field: FormField, value: string): FormProblem | undefined {
  if (value === '') return field.required ? 'missing' : undefined;
  if (value.length > field.maxLength) return 'tooLong';
  if (field.kind === 'email' && !isEmail(value)) return 'email';
  if (field.kind === 'phone' && !isPhone(value)) return 'phone';
  if (field.kind === 'choice' && !field.choices?.some((choice) => choice.value === value)) return 'choice';
  return undefined;
}

/** Strict enough to catch slips; only a message sent to it would prove an address. */
export function isEmail(value: string): boolean {
  return (
    value.length <= 254 && /^[^\s@<>()",;:\\]+@[^\s@<>()",;:\\.]+(\.[^\s@<>()",;:\\.]+)*\.[^\s@<>()",;:\\.\d]{2,}$/u.test(value)
  );
}

/** Digits of any script in any usual grouping: 6 to 15 of them (E.164 allows no more). */
export function isPhone(value: string): boolean {
  if (!/^\+?[\p{Nd}\s().\-/–]+$/u.test(value)) return false;
  const digits = value.match(/\p{Nd}/gu)?.length ?? 0;
  return digits >= 6 && digits <= 15;
}
