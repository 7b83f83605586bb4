import { shorten, singleLine } from '../cards/markdown';
import { wordIn } from '../common/json';
import { errorCode } from '../common/log';
import type { EndReason } from './collaborators';
import { now, type Turn } from './turn';

const maxSubjectLength = 200;

/**
 * Makes sure the record of the visit is open. A visit that has been idle too long is closed at its last question
 * first, because a Teams conversation never ends by itself.
 */
export async function continueVisit(turn: Turn, subject: string): Promise<void> {
  const { data, collaborators } = turn;
  const idleInMs = data.visit ? collaborators.clock.now() - Date.parse(data.visit.lastAt) : 0;
  if (data.visit && idleInMs > collaborators.visitIdleInMs) await endVisit(turn, 'visitorDisconnected', data.visit.lastAt);
  if (data.visit) {
    data.visit.lastAt = now(turn);
    return;
  }
  const startedAt = now(turn);
  data.visit = { startedAt, lastAt: startedAt };
  const opened = await keep(turn, 'open', async () => {
    await collaborators.chatRecords.openChat({
      conversationKey: turn.conversationKey,
      startedAt,
      subject: shorten(singleLine(subject), maxSubjectLength),
      channel: turn.context.activity.channelId,
      botName: collaborators.botName,
      origin: origin(turn),
      ...(data.sourcePageUrl !== undefined && { sourcePageUrl: data.sourcePageUrl }),
      ...turn.identity,
    });
    return true;
  });
  // The next question then tries again.
  if (!opened) delete data.visit;
}

/** Closes the record of the visit, if one is open. Twice is fine. */
export async function endVisit(
  turn: Turn,
  endReason: EndReason,
  endedAt: string = now(turn),
  deskOwnsRecord = false,
): Promise<void> {
  if (!turn.data.visit) return;
  delete turn.data.visit;
  turn.data.lastVisitEndedAt = endedAt;
  await keep(turn, 'close', () =>
    turn.collaborators.chatRecords.closeChat(turn.conversationKey, {
      endReason,
      endedAt,
      ...(deskOwnsRecord && { deskOwnsRecord }),
    }),
  );
}

/**
 * Does something with the records of the visit. A failure is logged and costs the customer nothing: undefined is
 * given instead of the result.
 */
export async function keep<T>(turn: Turn, what: string, job: () => Promise<T>): Promise<T | undefined> {
  try {
    return await job();
  } catch (error) {
    turn.collaborators.log.error('A chat record could not be kept', {
      what,
      code: errorCode(error),
      conversation: turn.conversationKey,
    });
    return undefined;
  }
}

function origin(turn: Turn): 'web' | 'mobile' {
  const entities = Array.isArray(turn.context.activity.entities) ? turn.context.activity.entities : [];
  const client = entities.find((entity) => entity?.type === 'clientInfo');
  return /^(ios|android)$/i.test(wordIn(client?.['platform'])) ? 'mobile' : 'web';
}
