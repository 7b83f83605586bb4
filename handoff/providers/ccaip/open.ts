import type { FileLinker, Opened } from '../../provider';
import type { HandoffRequest } from '../../request';
import type { AppsApi } from './client';
import { unseen } from './errors';
import { toLanguage } from './language';
import type { Openings } from './openings';
import { type CcaipSession, identifierOf } from './session';
import type { CcaipSettings } from './settings';
import { readTarget } from './target';
import { facts, toTranscript } from './transcript';
import { type CustomDatum, HANDOFF_KEY, type NewChat, type NewEndUser } from './wire';

export interface OpenDependencies {
  api: AppsApi;
  openings: Openings;
  settings: CcaipSettings;
  linkFile: FileLinker;
}

/** Makes or updates the end user, then asks for the chat. A lost answer leaves it to the chat's announcement. */
export async function open(
  { api, openings, settings, linkFile }: OpenDependencies,
  request: HandoffRequest,
  signal: AbortSignal,
): Promise<Opened<CcaipSession>> {
  const { menuId } = readTarget(request.target);
  const endUser = toEndUser(request);
  // A lost answer here has made no chat.
  const endUserId = await api.upsertEndUser(endUser, signal).catch((error: unknown) => {
    throw unseen(error);
  });
  const opening = { handoffId: request.id, endUserId, menuId };
  await openings.begin(opening);
  const chatId = await api.createChat(toNewChat(request, endUserId, settings, linkFile), signal);
  await openings.answered(opening, chatId);
  return { session: { chatId, identifier: endUser.identifier, endUserId }, sessionKey: String(chatId) };
}

export function toEndUser(request: HandoffRequest): NewEndUser {
  const [name, email, phone] = [request.customer.name, request.customer.email, request.customer.phone].map((value) =>
    value?.trim(),
  );
  return {
    identifier: identifierOf(request),
    ...(name && { name }),
    ...(email && { email }),
    ...(phone && { phone }),
  };
}

export function toNewChat(request: HandoffRequest, endUserId: number, settings: CcaipSettings, link: FileLinker): NewChat {
  return {
    menu_id: readTarget(request.target).menuId,
    end_user_id: endUserId,
    lang: toLanguage(request.language, settings.CCAIP_LANGUAGES),
    context: { value: toContext(request) },
    transcript: toTranscript(request, settings.CCAIP_TRANSCRIPT_BOT, link),
    ...(settings.CCAIP_CUSTOM_DATA === 'on' && { custom_data: toCustomData(request) }),
  };
}

/** For a queue-selection agent of the platform, which reads it by these names. */
function toContext(request: HandoffRequest): Record<string, string> {
  const values: Record<string, string | undefined> = {
    [HANDOFF_KEY]: request.id,
    chat_activity_id: request.chatActivityId,
    topic: request.topic,
    skill: request.skill,
    channel: request.channel,
    language: request.language,
    authenticated: request.customer.isAuthenticated ? 'yes' : 'no',
    contact_id: request.customer.contactId,
    page: request.sourcePageUrl,
  };
  const given = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim()));
  return Object.fromEntries(given);
}

function toCustomData(request: HandoffRequest): Record<string, CustomDatum> {
  const all = [...facts(request)].map(([label, value], index): [string, CustomDatum] => {
    const key = label.toLowerCase().replace(/[^a-z0-9]+/g, '_');
    return [`${key.replace(/^_|_$/g, '') || 'field'}_${index + 1}`, { label, value, type: 'string' }];
  });
  return Object.fromEntries(all);
}
