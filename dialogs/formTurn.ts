import type { FormField } from '../cards/formCard';
import type { JsonObject } from '../common/json';
import { type FormProblem, type FormReading, type FormValues, readForm } from './form';
import type { CustomerData } from './state';
import { type Turn, text } from './turn';

const problemKeys: Record<FormProblem, string> = {
  missing: 'form.missing',
  tooLong: 'form.tooLong',
  email: 'form.notAnEmail',
  phone: 'form.notAPhone',
  choice: 'form.notAChoice',
};

/** Reads a submitted form and also asks for one way to reach the customer, which no single field can. */
export function readSubmittedForm(fields: readonly FormField[], customer: CustomerData, data: JsonObject): FormReading {
  const reading = readForm(fields, data);
  const asksContact = fields.some((field) => field.id === 'email');
  const hasContact = ['email', 'phone'].some((id) => reading.typed[id] !== undefined) || customer.email || customer.phone;
  if (asksContact && !hasContact) reading.problems['email'] = 'missing';
  return reading;
}

/** The same fields with what was typed, and a sentence at each one that has to be corrected. */
export function correctedFields(turn: Turn, fields: readonly FormField[], reading: FormReading): FormField[] {
  return fields.map((field) => {
    const problem = reading.problems[field.id];
    const error = problem && problemText(turn, field, problem);
    const value = reading.typed[field.id] ?? field.value;
    return { ...field, ...(value !== undefined && { value }), ...(error !== undefined && { error }) };
  });
}

function problemText(turn: Turn, field: FormField, problem: FormProblem): string {
  if (problem === 'missing' && field.id === 'email') return text(turn, 'form.contactMissing');
  return text(turn, problemKeys[problem], { label: field.label, count: field.maxLength });
}

/** The values of the fields that have no problem. */
export function goodValues(reading: FormReading): FormValues {
  return Object.fromEntries(Object.entries(reading.typed).filter(([id]) => reading.problems[id] === undefined));
}
