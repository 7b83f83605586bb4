import type { DialogState } from './botDialogs';
import type { PersonCall } from './personCall';

/** An article the customer was shown, so that a click on its card can be answered much later. */
export interface ShownArticle {
  articleId: string;
  number: string;
  title: string;
  /** ISO time. */
  shownAt: string;
  kbRecordId?: string;
  isRead?: true;
  opinion?: 'helped' | 'notThis';
}

/** What a person is asked for. */
export interface PersonRequest {
  skill: string;
  topic: string;
}

/** A handoff that was asked for and whose end has not been told yet. */
export interface PendingHandoff extends PersonRequest {
  state: 'requested' | 'accepted';
  handoffId?: string;
}

/** What is remembered of a conversation. Small, because it is written on most turns: no transcript in here. */
export interface ConversationData {
  isWelcomed?: true;
  /** The language the customer asked for; otherwise that of their client. */
  language?: string;
  /** Questions in a row that got no answer the customer wanted. */
  misses: number;
  lastQuestion?: string;
  /** The activity it came with, so that a correction of it is answered anew. */
  lastQuestionId?: string;
  /** The last thing said was an offer of a person, so that "yes" is understood. */
  isPersonOffered?: true;
  /** Oldest first. */
  articles: ShownArticle[];
  /** The visit whose record is open; ISO times. */
  visit?: { startedAt: string; lastAt: string };
  /** ISO time; what was said before belongs to an earlier visit. */
  lastVisitEndedAt?: string;
  sourcePageUrl?: string;
  handoff?: PendingHandoff;
  /** The last request that found nobody, for leaving a message about it. */
  unmet?: PersonRequest;
  /** The handoff that can still be, or has been, rated. */
  rating?: { id: string; handoffId?: string; isGiven?: true };
  /** Statuses already acted on, because the same event may come twice. */
  endedHandoffs?: string[];
  dialogs?: DialogState;
  /** Set while another bot waits for the outcome of a person it asked us for. */
  call?: PersonCall;
  /** The conversation is with another bot just now: the id it knows it by, and what was wished for. */
  lent?: { skillConversationId: string; handoffId: string };
}

/** What is known of a customer, over all their conversations. */
export interface CustomerData {
  name?: string;
  email?: string;
  phone?: string;
}

/** The state is written on most turns and costs by its size. */
const articlesKept = 12;

/** Gives stored data the members every turn relies on: it may be of an older version, or not there yet. */
export function completeConversationData(stored: Partial<ConversationData>): ConversationData {
  stored.misses ??= 0;
  stored.articles ??= [];
  return stored as ConversationData;
}

/** Remembers a shown article and forgets the oldest beyond the last dozen. */
export function rememberArticle(data: ConversationData, article: ShownArticle): void {
  data.articles = [...data.articles, article].slice(-articlesKept);
}

/** The article a click is about: by its record when the button had one, else the latest showing of it. */
export function shownArticle(
  data: ConversationData,
  articleId: string,
  kbRecordId: string | undefined,
): ShownArticle | undefined {
  const showings = data.articles.filter((shown) => shown.articleId === articleId);
  if (kbRecordId === undefined) return showings.at(-1);
  return showings.find((shown) => shown.kbRecordId === kbRecordId);
}
