import { type JsonObject, ownMember, wordIn } from '../../../common/json';
import { Loose } from './looseJson';
import type { CrmMatch, Group, GroupState, Operator, WireEvent } from './wire';

/** Something that came from the channel cannot be understood at all: it is no object, or says nothing about a session. */
export class NotAnActivity extends Error {
  override readonly name = 'NotAnActivity';
}

/** The session an activity is about; its id is misspelt in places. Undefined when there is none. */
export function sessionIdOf(body: JsonObject): string | undefined {
  const id = new Loose(body).text('sessionId', 'sesionId', 'sessinId');
  return id !== undefined && /^\d{1,19}$/.test(id) ? id : undefined;
}

/** Whether it is the health check, which is about no session. */
export function isPing(body: JsonObject): boolean {
  return new Loose(body).text('activity')?.toLowerCase() === 'ping';
}

/** Reads what came in, whatever its spelling. An activity that is not known comes out as `unknown`. */
export function decode(body: JsonObject): WireEvent {
  const loose = new Loose(body);
  const name = loose.text('activity') ?? (loose.text('type')?.toLowerCase() === 'message' ? 'Text' : '');
  const common = commonOf(loose);
  switch (name.toLowerCase()) {
    case 'ping':
      return { kind: 'ping', ...common };
    case 'conversationstarted':
      return { kind: 'started', ...common };
    case 'text':
      return { kind: 'text', text: loose.text('text') ?? '', ...common };
    case 'guestfileupload':
      return { kind: 'file', fileUrl: loose.text('fileUrl') ?? '', ...common };
    case 'herocardsubmission':
      return { kind: 'cardSubmission', params: loose.texts('params'), ...common };
    case 'herocardquickreply':
      return { kind: 'quickReply', text: loose.text('text') ?? '', value: quickReply(loose), ...common };
    case 'guestlocation':
      return location(loose, common);
    case 'conversationended':
      return { kind: 'ended', ...common };
    default:
      return /response$/i.test(name)
        ? { kind: 'answer', name, body, isRefusal: loose.truth('success', 'isSuccess') === false, ...common }
        : { kind: 'unknown', name: name.slice(0, 60), ...common };
  }
}

function commonOf(loose: Loose): { at?: string; language?: string; source?: string } {
  const [at, language, source] = [timeOf(loose.text('timestamp')), loose.text('language'), loose.text('source')];
  return {
    ...(at !== undefined && { at }),
    ...(language !== undefined && /^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/.test(language) && { language }),
    ...(source !== undefined && { source: sourceName(source) }),
  };
}

/** A time that comes without an offset is somebody's local time, and so no time that could be compared. */
export function timeOf(text: string | undefined): string | undefined {
  if (text === undefined || !/(Z|[+-]\d\d:?\d\d)$/i.test(text.trim())) return undefined;
  // More than three digits of a second are more than a date can hold.
  const date = new Date(text.trim().replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

const sources = [
  'Default',
  'Callback',
  'Invitation',
  'ChatInvitation',
  'IncomingCall',
  'OutgoingCall',
  'Campaign',
  'API',
  'Facebook',
  'WhatsApp',
  'VK',
  'Apple',
  'GenericChannel',
];

/** Known names in their own letter case, others as they came. */
function sourceName(text: string): string {
  return sources.find((source) => source.toLowerCase() === text.toLowerCase()) ?? text.slice(0, 40);
}

function quickReply(loose: Loose): JsonObject {
  const replyTo = loose.text('replyToActivityId');
  return {
    ...(replyTo !== undefined && { replyToActivityId: replyTo }),
    additionalParams: loose.textLists('additionalParams'),
    ...(loose.value('fieldValues') !== undefined && { fieldValues: loose.texts('fieldValues') }),
  };
}

function location(loose: Loose, common: ReturnType<typeof commonOf>): WireEvent {
  const [latitude, longitude] = [loose.number('latitude'), loose.number('longitude')];
  if (latitude === undefined || longitude === undefined) return { kind: 'unknown', name: 'GuestLocation', ...common };
  return { kind: 'location', latitude, longitude, ...common };
}

const stateNumbers: Record<string, GroupState> = { '0': 'OFFLINE', '1': 'ONLINE', '2': 'BUSY' };
const reasonNumbers: Record<string, string> = {
  '0': 'NONE',
  '1': 'BUSINESS_HOURS',
  '2': 'NO_OPERATORS',
  '4': 'QUEUE_FULL',
  '8': 'DELETED',
  '16': 'AWAY_IS_OFFLINE',
  '32': 'CHANNEL_BLOCKED',
};

/** Groups of a `GetAvailableGroupsResponse`; a state that is not known counts as offline. */
export function groupsOf(body: JsonObject): Group[] {
  return new Loose(body).objects('availableGroups').flatMap((group) => {
    const groupId = group.number('groupId');
    if (groupId === undefined) return [];
    const state = group.text('groupState')?.toUpperCase() ?? '';
    return {
      groupId,
      displayName: group.text('displayName') ?? '',
      state: ownMember(stateNumbers, state) ?? (state === 'ONLINE' || state === 'BUSY' ? state : 'OFFLINE'),
      reasons: group
        .list('groupOfflineReasons')
        .map((reason) => ownMember(reasonNumbers, wordIn(reason)) ?? wordIn(reason).toUpperCase())
        .filter((reason) => reason !== 'NONE' && reason !== ''),
      waiting: group.object('queueWorkload')?.number('inQueueCountTotal') ?? 0,
    };
  });
}

/** Operators of a `GetAvailableOperatorsResponse`. */
export function operatorsOf(body: JsonObject): Operator[] {
  return new Loose(body).objects('availableOperators').flatMap((operator) => {
    const userId = operator.number('userId');
    return userId === undefined ? [] : { userId, displayName: operator.text('displayName') ?? '' };
  });
}

/** Contacts of an `ObtainCrmIdentityResponse`, best first, and the one that is assigned already. */
export function crmMatchesOf(body: JsonObject): { assigned?: number; matches: CrmMatch[] } {
  const loose = new Loose(body);
  const assigned = loose.number('assignedCrmIdentityId');
  const matches = loose.objects('matchedCrmIdentities').flatMap((match) => {
    const crmIdentityId = match.number('crmIdentityId');
    return crmIdentityId === undefined ? [] : { crmIdentityId, score: match.number('score') ?? 0, data: match.textLists('data') };
  });
  return { ...(assigned !== undefined && { assigned }), matches: matches.sort((a, b) => b.score - a.score) };
}
