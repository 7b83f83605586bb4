import type { Attachment } from 'botframework-schema';
import { cardTemplate, fittingCard } from './cardTemplate';
import { escapeMarkdown, shorten } from './markdown';
import { formData, type SubmitAction } from './submitAction';
import payload from './templates/form.json';

/** One input of a form. Value and label are shown as they are. */
export interface FormField {
  id: string;
  kind: 'text' | 'email' | 'phone' | 'multiline' | 'choice';
  label: string;
  required: boolean;
  /** In characters. */
  maxLength: number;
  value?: string;
  placeholder?: string;
  choices?: { title: string; value: string }[];
  /** Said by the client when a required input is empty. */
  requiredMessage: string;
  /** What is wrong with the value; shown below the input. */
  error?: string;
}

export interface FormCardData {
  language: string;
  title: string;
  text: string;
  /** One sentence above the inputs when something has to be corrected. */
  problem?: string;
  fields: FormField[];
  submit: SubmitAction;
  /** Buttons that leave the inputs alone. */
  others: SubmitAction[];
}

const styles = { text: 'Text', email: 'Email', phone: 'Tel', multiline: 'Text' } as const;
const expand = cardTemplate<object>(payload);

/** The form in which the customer tells what a person needs to know: only what is not known yet is asked. */
export function preChatCard(data: FormCardData): Attachment {
  return formCard(data);
}

/** The form for a message that is read later, when nobody can take the chat now. */
export function offlineMessageCard(data: FormCardData): Attachment {
  return formCard(data);
}

/** A form with inputs, one button that sends them and others that do not. */
export function formCard(data: FormCardData): Attachment {
  // Only what was typed can be long: nothing that fits the inputs is ever shortened in practice.
  return fittingCard(12_000, (limit) =>
    expand({
      lang: data.language,
      fallbackText: `${data.title} ${data.text}`.trim(),
      title: escapeMarkdown(data.title),
      text: escapeMarkdown(data.text),
      problem: escapeMarkdown(data.problem ?? ''),
      fields: data.fields.map((field) => input(field, limit)),
      submits: [
        { title: data.submit.title, style: 'positive', inputs: 'auto', data: formData(data.submit) },
        ...data.others.map((other) => ({ title: other.title, style: 'default', inputs: 'none', data: formData(other) })),
      ],
    }),
  );
}

function input(field: FormField, limit: number): object {
  const common = {
    id: field.id,
    label: field.label,
    required: field.required,
    requiredMessage: field.requiredMessage,
    error: escapeMarkdown(field.error ?? ''),
  };
  if (field.kind === 'choice') {
    const choices = field.choices ?? [];
    const value = choices.some((choice) => choice.value === field.value) ? field.value : '';
    return { ...common, kind: 'choice', value, style: choices.length > 5 ? 'compact' : 'expanded', choices };
  }
  return {
    ...common,
    kind: 'text',
    value: shorten(field.value ?? '', limit),
    // Web Chat reads a form out with nothing but the placeholders as names of its fields.
    placeholder: field.placeholder ?? field.label,
    style: styles[field.kind],
    isMultiline: field.kind === 'multiline',
    maxLength: field.maxLength,
  };
}
