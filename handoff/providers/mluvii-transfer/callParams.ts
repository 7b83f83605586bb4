import type { HandoffRequest, TranscriptEntry } from '../../request';
import type { MluviiTransferSettings } from './settings';
import type { Target } from './target';

/** Parameters in which mluvii itself keeps who the guest is. */
const guest = { name: 'oo1_guest_ident', email: 'oo1_guest_email', phone: 'oo1_guest_phone' } as const;
const speakers = { customer: 'Customer', bot: 'Bot', agent: 'Agent' } as const;

/** What routing and operators find in the session. */
export function callParams(request: HandoffRequest, target: Target, settings: MluviiTransferSettings): Record<string, string> {
  const { customer, topic, chatActivityId } = request;
  const params: Record<string, string | undefined> = {
    ...target.params,
    [guest.name]: customer.name,
    [guest.email]: customer.email,
    [guest.phone]: customer.phone,
    [settings.MLUVII_CHATBOT_TOPIC_PARAM]: topic,
    [settings.MLUVII_CHATBOT_CHAT_ID_PARAM]: chatActivityId,
    [settings.MLUVII_CHATBOT_CONTACT_ID_PARAM]: customer.contactId,
    [settings.MLUVII_CHATBOT_SUMMARY_PARAM]: summary(request, settings.MLUVII_CHATBOT_SUMMARY_LENGTH),
    [settings.MLUVII_CHATBOT_HANDOFF_PARAM]: target.reason ?? request.skill,
  };
  return Object.fromEntries(
    Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

/** The answers to the form first, then what was said; of that the newest is kept. */
export function summary({ fields, transcript }: Pick<HandoffRequest, 'fields' | 'transcript'>, limit: number): string {
  const head = Object.entries(fields).map(([label, value]) => `${label}: ${value}`);
  const said: string[] = [];
  let length = head.join('\n').length;
  for (const entry of transcript.toReversed()) {
    const line = lineOf(entry);
    if (line === '') continue;
    length += line.length + 1;
    if (length > limit) break;
    said.unshift(line);
  }
  return [...head, ...said].join('\n').slice(0, limit).toWellFormed();
}

function lineOf({ from, text, articles, files }: TranscriptEntry): string {
  const what = [
    text.replace(/\s+/g, ' ').trim(),
    ...(articles ?? []).map(({ number, title }) => `[${number} ${title}]`),
    ...(files ?? []).map(({ name }) => `[${name}]`),
  ].filter((part) => part !== '');
  return what.length === 0 ? '' : `${speakers[from]}: ${what.join(' ')}`;
}
