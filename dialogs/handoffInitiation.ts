import { EventFactory } from 'botbuilder';
import { errorCode } from '../common/log';
import type { EscalationSkill, Said } from './collaborators';
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
  estimatedWaitSeconds: number | undefined,
): Promise<void> {
  const { data, collaborators } = turn;
  const request = { skill: skill.name, topic: facts.topic ?? skill.title };
  await continueVisit(turn, request.topic);
  const prepared = await keep(turn, 'handoff', () =>
    collaborators.chatRecords.prepareHandoff(turn.conversationKey, {
      topic: request.topic,
      ...(turn.customer.email !== undefined && { email: turn.customer.email }),
    }),
  );
  const transcript = await readTranscript(turn);
  await announce(turn, skill, estimatedWaitSeconds);
  const context = handoffContext(turn, skill, facts, request.topic, prepared?.chatActivityId);
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

function handoffContext(
  turn: Turn,
  skill: EscalationSkill,
  facts: HandoffFacts,
  topic: string,
  chatActivityId: string | undefined,
): HandoffContext {
  const { data } = turn;
  const labels = new Map(skill.fields.map((field) => [field.name, field.label]));
  return {
    skill: skill.name,
    topic,
    language: turn.language,
    customer: { ...turn.customer, ...turn.identity },
    fields: Object.fromEntries(Object.entries(facts.fields).map(([name, value]) => [labels.get(name) ?? name, value])),
    ...(chatActivityId !== undefined && { chatActivityId }),
    articles: data.articles.map(({ number, title }) => ({ number, title })),
    ...(data.sourcePageUrl !== undefined && { sourcePageUrl: data.sourcePageUrl }),
    ...(data.lastVisitEndedAt !== undefined && { since: data.lastVisitEndedAt }),
  };
}

/** Says what is true at this point: that the chat is passed on, not that somebody is there. */
async function announce(turn: Turn, skill: EscalationSkill, waitSeconds: number | undefined): Promise<void> {
  const minutes = waitSeconds === undefined ? undefined : Math.max(1, Math.ceil(waitSeconds / 60));
  const wait = minutes === undefined ? '' : ` ${text(turn, 'handoff.wait', { count: minutes })}`;
  await send(turn, {
    text: `${text(turn, 'handoff.passingOn', { skill: skill.title })}${wait} ${text(turn, 'handoff.howToLeave')}`,
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
