import type { JsonObject } from '../../../common/json';

/** Names of activities we send, in the spelling of the vendor. */
export const outgoingNames = [
  'GetAvailableOperators',
  'GetAvailableGroups',
  'GetCallParams',
  'SetCallParams',
  'GetGuestIdentity',
  'ObtainCrmIdentity',
  'AssignCrmIdentity',
  'SetTag',
  'UnsetTag',
  'Text',
  'RichCardList',
  'Typing',
  'EnableGuestInput',
  'DisableGuestInput',
  'RequestLocation',
  'GetHeroCards',
  'SendHeroCard',
  'SendGuestOfflineEmail',
  'EndConversation',
  'ChatbotOpenFileUploadPrompt',
  'EnableGuestUpload',
  'DisableGuestUpload',
  'GetMediaObjects',
  'ShareFile',
  'Forward',
  'HandOff',
] as const;
export type OutgoingName = (typeof outgoingNames)[number];

const byLowerCase = new Map(outgoingNames.map((name) => [name.toLowerCase(), name]));

/** The vendor's spelling of a name in any letter case; undefined when there is no such activity. */
export function outgoingName(name: string): OutgoingName | undefined {
  return byLowerCase.get(name.toLowerCase());
}

/** An activity on its way out, without the session: a command, a text, or cards in the message form. */
export type WireCommand = JsonObject & { activity: OutgoingName };
export type WireMessage = JsonObject & { type: 'message'; attachments: JsonObject[] };
export type WireActivity = WireCommand | WireMessage;

/** The one answer to a query. */
export const answerNames = {
  GetAvailableOperators: 'GetAvailableOperatorsResponse',
  GetAvailableGroups: 'GetAvailableGroupsResponse',
  GetCallParams: 'GetCallParamsResponse',
  SetCallParams: 'SetCallParamsResponse',
  GetGuestIdentity: 'GetGuestIdentityResponse',
  ObtainCrmIdentity: 'ObtainCrmIdentityResponse',
  AssignCrmIdentity: 'AssignCrmIdentityResponse',
  GetHeroCards: 'GetHeroCardsResponse',
  SendHeroCard: 'SendHeroCardResponse',
  ChatbotOpenFileUploadPrompt: 'ChatbotOpenFileUploadPromptResponse',
  EnableGuestUpload: 'EnableGuestUploadResponse',
  DisableGuestUpload: 'DisableGuestUploadResponse',
  GetMediaObjects: 'GetMediaObjectsResponse',
  ShareFile: 'ShareFileResponse',
  EnableGuestInput: 'GuestInputChangeResponse',
  DisableGuestInput: 'GuestInputChangeResponse',
} as const;
export type Query = keyof typeof answerNames;

/** Common to what comes in about a session. */
interface Incoming {
  /** ISO time, when it was told with an offset. */
  at?: string;
  language?: string;
  source?: string;
}

/** What comes in, after all liberties of spelling were taken out of it. */
export type WireEvent =
  | ({ kind: 'ping' } & Incoming)
  | ({ kind: 'started' } & Incoming)
  | ({ kind: 'text'; text: string } & Incoming)
  | ({ kind: 'file'; fileUrl: string } & Incoming)
  | ({ kind: 'cardSubmission'; params: Record<string, string> } & Incoming)
  | ({ kind: 'quickReply'; text: string; value: JsonObject } & Incoming)
  | ({ kind: 'location'; latitude: number; longitude: number } & Incoming)
  | ({ kind: 'ended' } & Incoming)
  | ({ kind: 'answer'; name: string; body: JsonObject; isRefusal: boolean } & Incoming)
  | ({ kind: 'unknown'; name: string } & Incoming);

/** State of an operator group. */
export type GroupState = 'ONLINE' | 'BUSY' | 'OFFLINE';

export interface Group {
  groupId: number;
  displayName: string;
  state: GroupState;
  /** Why it is offline; names that are not known stay as they came. */
  reasons: string[];
  waiting: number;
}

export interface Operator {
  userId: number;
  displayName: string;
}

/** A contact in the vendor's directory that may be this guest; scores run to 100. */
export interface CrmMatch {
  crmIdentityId: number;
  score: number;
  data: Record<string, string[]>;
}
