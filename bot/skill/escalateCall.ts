import { isEmail, isPhone } from '../../dialogs/form';
import { type HandoffOptions, handoffDialogId } from '../../dialogs/handoffDialog';
import type { PersonCall } from '../../dialogs/personCall';
import type { Turn } from '../../dialogs/turn';
import type { TurnKeeper } from '../aroundTurns';
import type { Transcript } from '../transcript';
import { type EscalateRequest, InvalidRequest, readEscalate } from './skillRequest';
import type { SkillResult } from './skillResult';
import { setPersonCall } from './skillTurn';

const maxTopicLength = 500;

/**
 * Begins the way to a person for another bot: what it tells is not asked again. Resolves with a result when it ends here; without
 * one the dialog has begun, and may be over already. Throws `InvalidRequest`.
 */
export async function beginEscalation(
  turn: Turn,
  bot: TurnKeeper,
  transcript: Pick<Transcript, 'addEarlier'>,
): Promise<SkillResult | undefined> {
  const request = readEscalate(turn.context.activity.value);
  const { collaborators, data } = turn;
  if (request.language !== undefined) {
    turn.language = collaborators.texts.resolve(request.language);
    data.language = turn.language;
  }
  const skills = collaborators.skills.list(turn.language);
  if (skills.length === 0) return { outcome: 'failed', reason: 'notOffered' };
  const skill = skills.find(({ name }) => name === request.skill);
  if (request.skill !== undefined && !skill)
    throw new InvalidRequest(`"skill": is none of ${skills.map(({ name }) => name).join(', ')}`);

  await transcript.addEarlier(turn.conversationKey, request.transcript);
  takeFacts(turn, request);
  const call: PersonCall = {
    ...(request.chatActivityId !== undefined && { chatActivityId: request.chatActivityId, ownsRecord: true }),
    ...(request.events && { events: true }),
    identity: {
      isAuthenticated: request.customer.isAuthenticated ?? false,
      ...(request.customer.contactId !== undefined && { contactId: request.customer.contactId }),
    },
  };
  data.call = call;
  delete data.handoff;
  setPersonCall(turn.context, call);

  const topic = topicOf(request);
  const suggestedSkill = topic === undefined ? undefined : collaborators.skills.match(topic, turn.language);
  const options: HandoffOptions = {
    ...(skill && { skill: skill.name }),
    ...(suggestedSkill !== undefined && { suggestedSkill }),
    ...(topic !== undefined && { topic }),
    fields: knownFields(request.fields, skill?.fields ?? []),
  };
  await bot.dialogs.begin(turn, handoffDialogId, options);
  return undefined;
}

/** The caller's own word, or else the last thing the customer said to it. */
function topicOf({ topic, transcript }: EscalateRequest): string | undefined {
  const said = topic ?? transcript.findLast(({ from }) => from === 'customer')?.text;
  return said?.slice(0, maxTopicLength);
}

/** What is not good enough to reach the customer by is asked by the form. */
function takeFacts(turn: Turn, { customer, sourcePageUrl }: EscalateRequest): void {
  const { name, email, phone } = customer;
  if (name !== undefined) turn.customer.name = name;
  if (email !== undefined && isEmail(email)) turn.customer.email = email;
  if (phone !== undefined && isPhone(phone)) turn.customer.phone = phone;
  if (sourcePageUrl !== undefined) turn.data.sourcePageUrl = sourcePageUrl;
}

/** Without answers that the form would not have let the customer give. */
function knownFields(
  given: Record<string, string>,
  asked: readonly { name: string; choices?: string[] }[],
): Record<string, string> {
  const isGood = ([name, value]: [string, string]) => {
    const choices = asked.find((field) => field.name === name)?.choices;
    return !choices || choices.includes(value);
  };
  return Object.fromEntries(Object.entries(given).filter(isGood));
}
