import { EventFactory } from 'botbuilder';
import { errorCode } from '../common/log';
import type { Availability, EscalationSkill, Said } from './collaborators';
import { type HandoffContext, toTranscript } from './handoffContext';
import { tellInitiationFailed } from './personOffer';
import type { HandoffFacts } from './preChat';
import { send, type Turn, text } from './turn';
import { continueVisit, keep } from './visit';

/**
 * Makes sure of the chat activity, tells the customer, and sends `handoff.initiate` with everything the desk gets.
 * When that fails the customer is told so and offered the next step.
 */
export async function initiateHandoff(
  turn: Turn,
  skill: EscalationSkill,
  facts: HandoffFacts,
  availability: Availability | undefined,
): Promise<void> {
  const { data, collaborators } = turn;
  const request = { skill: skill.name, topic: facts.topic ?? skill.title };
  const record = await prepareRecord(turn, request.topic);
  const transcript = await readTranscript(turn);
  await announce(turn, skill, availability);
  const context = handoffContext(turn, skill, facts, request.topic, record);
  const event = EventFactory.createHandoffInitiation(turn.context, context, transcript && toTranscript(transcript));
  try {
    await turn.context.sendActivity(event);
  } catch (error) {
    collaborators.log.error('A handoff could not be initiated', { skill: skill.name, code: errorCode(error) });
    return tellInitiationFailed(turn, request);
  }
  data.handoff = { ...request, state: 'requested' };
  data.misses = 0;
  delete data.unmet;
}

/** Makes sure of the chat activity that desk and bot share; a caller may have given its own. Undefined when none could be made. */
export async function recordFor(turn: Turn, topic: string): Promise<string | undefined> {
  return (await prepareRecord(turn, topic)).chatActivityId;
}

interface PreparedRecord {
  chatActivityId?: string;
  /** The one contact with the customer's e-mail address. */
  contactId?: string;
}

async function prepareRecord(turn: Turn, topic: string): Promise<PreparedRecord> {
  const { call } = turn.data;
  if (call?.ownsRecord) return call.chatActivityId === undefined ? {} : { chatActivityId: call.chatActivityId };
  await continueVisit(turn, topic);
  const prepared = await keep(turn, 'handoff', () =>
    turn.collaborators.chatRecords.prepareHandoff(turn.conversationKey, {
      topic,
      ...(turn.customer.email !== undefined && { email: turn.customer.email }),
    }),
  );
  if (call && prepared) call.chatActivityId = prepared.chatActivityId;
  return prepared ?? {};
}

function handoffContext(
  turn: Turn,
  skill: EscalationSkill,
  facts: HandoffFacts,
  topic: string,
  { chatActivityId, contactId }: PreparedRecord,
): HandoffContext {
  const { data } = turn;
  const labels = new Map(skill.fields.map((field) => [field.name, field.label]));
  return {
    skill: skill.name,
    topic,
    language: turn.language,
    // Who signed in counts for more than who has the address.
    customer: { ...turn.customer, ...(contactId !== undefined && { contactId }), ...turn.identity, ...data.call?.identity },
    fields: Object.fromEntries(Object.entries(facts.fields).map(([name, value]) => [labels.get(name) ?? name, value])),
    ...(chatActivityId !== undefined && { chatActivityId }),
    articles: data.articles.map(({ number, title }) => ({ number, title })),
    ...(data.sourcePageUrl !== undefined && { sourcePageUrl: data.sourcePageUrl }),
    ...(data.lastVisitEndedAt !== undefined && { since: data.lastVisitEndedAt }),
  };
}

/** Says what is true at this point: that the chat is passed on, not that somebody is there. */
async function announce(turn: Turn, skill: EscalationSkill, availability: Availability | undefined): Promise<void> {
  const waitSeconds = availability?.estimatedWaitSeconds;
  const howToLeave = availability?.handsOver ? '' : ` ${text(turn, 'handoff.howToLeave')}`;
  const minutes = waitSeconds === undefined ? undefined : Math.max(1, Math.ceil(waitSeconds / 60));
  const wait = minutes === undefined ? '' : ` ${text(turn, 'handoff.wait', { count: minutes })}`;
  await send(turn, {
    text: `${text(turn, 'handoff.passingOn', { skill: skill.title })}${wait}${howToLeave}`,
  });
}

async function readTranscript(turn: Turn): Promise<Said[] | undefined> {
  try {
    return await turn.collaborators.transcript?.read(turn.conversationKey, turn.data.lastVisitEndedAt);
  } catch (error) {
    turn.collaborators.log.error('The transcript could not be read', {
      code: errorCode(error),
      conversation: turn.conversationKey,
    });
    return undefined;
  }
}
