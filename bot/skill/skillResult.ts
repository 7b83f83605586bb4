import { type Activity, ActivityTypes, EndOfConversationCodes, type TurnContext } from 'botbuilder';
import type { HandoffStatus } from '../../dialogs/handoffContext';
import type { PersonCall } from '../../dialogs/personCall';

/** How a conversation that another bot had passed on to this one has ended. */
export type Outcome =
  /** `escalate`: a person had the chat, and who ended it. */
  | 'agentEnded'
  | 'customerLeft'
  | 'systemEnded'
  /** `escalate`: closed, no agent, or nobody accepted in time. The customer has been told. */
  | 'nobodyAvailable'
  /** `escalate`: the customer broke the form off. */
  | 'canceled'
  /** `answer` */
  | 'answered'
  | 'notFound'
  /** A conversation in plain words: the customer is done. */
  | 'completed'
  /** The customer wants a person, who cannot be brought in over replies alone. */
  | 'personWanted'
  | 'failed';

/** The value of the `endOfConversation` activity. */
export interface SkillResult {
  outcome: Outcome;
  /** For `nobodyAvailable` and `failed`: why. */
  reason?: string;
  /** For `failed` with `invalidRequest`: what is wrong with the call. */
  problem?: string;
  /** ISO time at which the team opens again. */
  opensAt?: string;
  handoffId?: string;
  chatActivityId?: string;
  skill?: string;
  topic?: string;
  /** Whether an agent had joined. */
  wasConnected?: boolean;
  found?: boolean;
  articles?: FoundArticle[];
  /** Of the best article, for builders that know no lists. */
  articleNumber?: string;
  articleTitle?: string;
  articleSummary?: string;
  articleUrl?: string;
}

/** An article as the other bot gets it. */
export interface FoundArticle {
  articleId: string;
  number: string;
  title: string;
  summary: string;
  /** 0 … 1 */
  confidence: number;
  /** Where the customer can read it; reading is noted. Only for articles that were shown. */
  url?: string;
}

const codes: Record<Outcome, EndOfConversationCodes> = {
  agentEnded: EndOfConversationCodes.CompletedSuccessfully,
  customerLeft: EndOfConversationCodes.CompletedSuccessfully,
  systemEnded: EndOfConversationCodes.CompletedSuccessfully,
  nobodyAvailable: EndOfConversationCodes.CompletedSuccessfully,
  canceled: EndOfConversationCodes.UserCancelled,
  answered: EndOfConversationCodes.CompletedSuccessfully,
  notFound: EndOfConversationCodes.CompletedSuccessfully,
  completed: EndOfConversationCodes.CompletedSuccessfully,
  personWanted: EndOfConversationCodes.CompletedSuccessfully,
  failed: EndOfConversationCodes.Unknown,
};

/** Tells the other bot that the conversation is its again. Throws when it cannot be reached. */
export async function sendResult(context: TurnContext, result: SkillResult): Promise<void> {
  const isInvalid = result.reason === 'invalidRequest';
  const end: Partial<Activity> = {
    type: ActivityTypes.EndOfConversation,
    code: isInvalid ? EndOfConversationCodes.BotIssuedInvalidMessage : codes[result.outcome],
    value: result,
  };
  await context.sendActivity(end);
}

const nobodyReasons: readonly (string | undefined)[] = ['noAgentAvailable', 'closed', 'timedOut'];

/** The outcome of a handoff as the relay told it. */
export function resultOfHandoff(status: HandoffStatus, call: PersonCall): SkillResult {
  const facts = {
    ...(status.reason !== undefined && { reason: status.reason }),
    ...(status.handoffId !== undefined && { handoffId: status.handoffId }),
    ...(status.skill !== undefined && { skill: status.skill }),
    ...(call.chatActivityId !== undefined && { chatActivityId: call.chatActivityId }),
    wasConnected: status.wasConnected ?? false,
  };
  if (status.state === 'failed')
    return { outcome: nobodyReasons.includes(status.reason) ? 'nobodyAvailable' : 'failed', ...facts };
  if (status.endedBy === 'agent') return { outcome: 'agentEnded', ...facts };
  return { outcome: status.endedBy === 'customer' ? 'customerLeft' : 'systemEnded', ...facts };
}
