import { type Activity, type BotAdapter, type ConversationReference, RoleTypes, type TurnContext } from 'botbuilder';
import type { AuthenticateRequestResult } from 'botframework-connector';
import { SkillValidation } from 'botframework-connector';
import type { PersonCall } from '../../dialogs/personCall';

/** What is kept beside the reference of a conversation that another bot passes on to this one. */
export type SkillPlace = {
  /** For whom tokens to the other bot are made: its app id. */
  audience?: string;
  /** What it called for, when it waits for the outcome of a person. */
  call?: PersonCall;
};

/** A conversation reference as it is stored with a link. */
export type StoredReference = Partial<ConversationReference> & { skill?: SkillPlace };

const placeKey = Symbol('skill place');
const callKey = Symbol('person call');

/**
 * Makes `recipient.role` say truly whether another bot has sent the activity: by its token where callers are checked. The rest of
 * the bot goes by the role alone, which is also kept in references for later turns.
 */
export function markSkillCall(caller: AuthenticateRequestResult, activity: Activity, isUnchecked: boolean): void {
  const isSaid = activity.recipient?.role === RoleTypes.Skill;
  const isSkill = isUnchecked ? isSaid : SkillValidation.isSkillClaim(caller.claimsIdentity.claims);
  if (isSkill) activity.recipient = { ...activity.recipient, role: RoleTypes.Skill };
  else if (isSaid) delete activity.recipient.role;
}

/** Whether the turn belongs to a conversation that another bot passes on to this one. */
export function isSkillTurn({ recipient }: Pick<Activity, 'recipient'>): boolean {
  return recipient?.role === RoleTypes.Skill;
}

/** What to store beside the reference of this turn; nothing for conversations of our own. */
export function skillPlaceOf(context: TurnContext): { skill?: SkillPlace } {
  if (!isSkillTurn(context.activity)) return {};
  const audience = context.turnState.get((context.adapter as BotAdapter).OAuthScopeKey) as string | undefined;
  const call = context.turnState.get(callKey) as PersonCall | undefined;
  return { skill: { ...(audience !== undefined && { audience }), ...(call && { call }) } };
}

/** Tells what is asked for a handoff in this turn which call it serves. */
export function setPersonCall(context: TurnContext, call: PersonCall): void {
  context.turnState.set(callKey, call);
}

/** Gives a turn of our own what was stored with its conversation. */
export function setSkillPlace(context: TurnContext, place: SkillPlace): void {
  context.turnState.set(placeKey, place);
}

export function storedCall(context: TurnContext): PersonCall | undefined {
  return (context.turnState.get(placeKey) as SkillPlace | undefined)?.call;
}
