import type { Activity, Attachment, TurnContext } from 'botbuilder';
import { withoutTeamsData } from '../cards/submitAction';
import { forTeams } from '../cards/teamsCard';
import { isoTime } from '../common/clock';
import type { Collaborators } from './collaborators';
import type { CustomerInput } from './customerInput';
import { isShared } from './sharedPlace';
import type { ConversationData, CustomerData } from './state';
import type { Command } from './words';

/** One turn of the customer's, with all that the dialogs need to answer it. */
export interface Turn {
  readonly context: TurnContext;
  readonly input: CustomerInput;
  /** The command in the text, if it is one. */
  readonly command: Command | undefined;
  /** One of the supported languages. */
  language: string;
  /** The language the text names, when it does nothing else. */
  readonly namedLanguage: string | undefined;
  /** Changed in place; written once at the end of the turn. */
  readonly data: ConversationData;
  readonly customer: CustomerData;
  readonly conversationKey: string;
  readonly identity: { isAuthenticated: boolean; contactId?: string };
  readonly collaborators: Collaborators;
  /** Where a wish for a person goes instead of this bot's own desks. */
  elsewhere?: (wish: { skill?: string; topic?: string }) => Promise<void>;
  /** Set by a dialog that leaves the turn to the rest of the bot. */
  isPassedOn?: boolean;
  /** What the card whose button was pressed is to show from now on. */
  replacement?: Attachment;
}

export type TextParams = Readonly<Record<string, string | number>>;

const turnKey = Symbol('turn');

/** Makes the turn findable from its context, which is all that a dialog is given. */
export function setTurn(turn: Turn): void {
  turn.context.turnState.set(turnKey, turn);
}

export function turnOf(context: TurnContext): Turn {
  const turn = context.turnState.get(turnKey) as Turn | undefined;
  if (!turn) throw new Error('the dialog runs outside a turn of the bot');
  return turn;
}

export function text(turn: Turn, key: string, params?: TextParams): string {
  return turn.collaborators.texts.t(key, turn.language, params);
}

/** ISO time of now. */
export function now(turn: Turn): string {
  return isoTime(turn.collaborators.clock.now());
}

export interface Message {
  text?: string;
  attachments?: Attachment[];
  carousel?: boolean;
  /** Quick replies: what they show is what they say. */
  replies?: string[];
}

/** A card as the customer's channel takes it. */
export function forChannel(turn: Turn, card: Attachment): Attachment {
  return turn.context.activity.channelId === 'msteams' ? forTeams(card) : withoutTeamsData(card);
}

/** Sends one message. */
export async function send(turn: Turn, message: Message): Promise<void> {
  const activity: Partial<Activity> = { type: 'message', inputHint: 'expectingInput', locale: turn.language };
  if (message.text !== undefined && message.text !== '') activity.text = message.text;
  if (message.attachments) {
    activity.attachments = message.attachments.map((attachment) => forChannel(turn, attachment));
    activity.attachmentLayout = message.carousel ? 'carousel' : 'list';
  }
  // Where several people read along, quick replies are refused or shown to the wrong one.
  if (message.replies && message.replies.length > 0 && !isShared(turn.context.activity)) {
    activity.suggestedActions = {
      to: [],
      actions: message.replies.map((reply) => ({ type: 'imBack', title: reply, value: reply })),
    };
  }
  await turn.context.sendActivity(activity);
}

/** Sends the text of a key with quick replies by their keys below `replies`. */
export function say(turn: Turn, key: string, params?: TextParams, replies: string[] = []): Promise<void> {
  return send(turn, { text: text(turn, key, params), replies: replies.map((reply) => text(turn, `replies.${reply}`)) });
}
