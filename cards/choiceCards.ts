import type { Attachment } from 'botframework-schema';
import { cardTemplate } from './cardTemplate';
import { escapeMarkdown, shorten } from './markdown';
import { type SubmitAction, submitData } from './submitAction';
import payload from './templates/choices.json';

export interface ChoiceCardData {
  language: string;
  title: string;
  text: string;
  /** A quieter line below, such as an example or an opening time. */
  detail?: string;
  actions: SubmitAction[];
}

const expand = cardTemplate<object>(payload);

/** Says what the assistant can do and suggests topics to start with. */
export function welcomeCard(data: ChoiceCardData): Attachment {
  return choiceCard(data);
}

/** Tells plainly that no person is available, and what can be done instead. */
export function notAvailableCard(data: ChoiceCardData): Attachment {
  return choiceCard(data);
}

/** What is left of a card whose buttons have done their work: nothing on it can be pressed any more. */
export function doneCard(data: Omit<ChoiceCardData, 'actions'>): Attachment {
  return choiceCard({ ...data, actions: [] });
}

function choiceCard(data: ChoiceCardData): Attachment {
  return expand({
    lang: data.language,
    title: escapeMarkdown(shorten(data.title, 200)),
    text: escapeMarkdown(shorten(data.text, 2_000)),
    detail: escapeMarkdown(shorten(data.detail ?? '', 1_000)),
    fallbackText: shorten(`${data.title} ${data.text}`.trim(), 1_000),
    submits: data.actions.map((action) => {
      const title = shorten(action.title, 120);
      return { title, data: submitData({ ...action, title }) };
    }),
  });
}
