import type { EndReason } from './collaborators';
import type { CustomerDialogs } from './customerDialogs';
import { feedbackDialogId } from './feedbackDialog';
import { type HandoffStatus, ownStatus, readHandoffStatus } from './handoffContext';
import { offerNextStep } from './personOffer';
import type { PendingHandoff } from './state';
import { now, type Turn } from './turn';
import { endVisit } from './visit';

const endReasons: Record<NonNullable<HandoffStatus['endedBy']>, EndReason> = {
  agent: 'agentEnded',
  customer: 'visitorEnded',
  system: 'agentDisconnected',
};
const endingsKept = 5;

/**
 * Acts on what became of a handoff. What happened has been told to the customer with the event; this offers the next
 * step. A status nobody waits for, or one that came before, changes nothing, as events may be repeated; nor does one that did not come
 * from the relay, as a client can send anything.
 */
export async function handleHandoffStatus(turn: Turn, dialogs: CustomerDialogs): Promise<void> {
  if (turn.context.turnState.get(ownStatus) !== true) {
    turn.collaborators.log.warn('A client told how a handoff went, and was not believed');
    return;
  }
  await actOnHandoffStatus(turn, dialogs, readHandoffStatus(turn.context.activity.value));
}

/** The same for a status that came another way. */
export async function actOnHandoffStatus(turn: Turn, dialogs: CustomerDialogs, status: HandoffStatus | undefined): Promise<void> {
  const pending = turn.data.handoff ?? unsaved(turn, dialogs, status);
  if (!status || !pending || isRepeated(turn, status)) {
    turn.collaborators.log.debug('A handoff status was ignored', { state: status?.state, handoff: status?.handoffId });
    return;
  }
  if (status.state === 'accepted') {
    pending.state = 'accepted';
    if (status.handoffId !== undefined) pending.handoffId = status.handoffId;
    return;
  }
  delete turn.data.handoff;
  noteEnd(turn, status);
  if (status.state === 'failed') {
    await offerNextStep(turn, { skill: pending.skill, topic: pending.topic });
    return;
  }
  await comeBack(turn, dialogs, pending, status);
}

/**
 * The relay tells of a handoff whose asking turn never ended: the process was killed before the state was kept. The
 * handoff happened all the same, and the form that asked for it is done with.
 */
function unsaved(turn: Turn, dialogs: CustomerDialogs, status: HandoffStatus | undefined): PendingHandoff | undefined {
  if (turn.context.turnState.get(ownStatus) !== true || status?.skill === undefined) return undefined;
  dialogs.cancel(turn);
  return { skill: status.skill, topic: turn.data.lastQuestion ?? status.skill, state: 'requested' };
}

async function comeBack(turn: Turn, dialogs: CustomerDialogs, pending: PendingHandoff, status: HandoffStatus): Promise<void> {
  const endedBy = status.endedBy ?? 'system';
  const hadAgent = status.wasConnected ?? (pending.state === 'accepted' || endedBy === 'agent');
  if (!hadAgent) {
    // Whoever left the queue goes on with the visit; whoever waited in vain is offered what is left.
    if (endedBy !== 'customer') await offerNextStep(turn, { skill: pending.skill, topic: pending.topic });
    return;
  }
  await endVisit(turn, endReasons[endedBy], now(turn), status.deskOwnsRecord);
  const handoffId = status.handoffId ?? pending.handoffId;
  turn.data.rating = { id: handoffId ?? now(turn), ...(handoffId !== undefined && { handoffId }) };
  delete turn.data.lastQuestion;
  turn.data.misses = 0;
  // Nobody took the chat up again: what is missing is an answer, not a rating.
  if (status.reason === 'timedOut') return offerNextStep(turn, { skill: pending.skill, topic: pending.topic });
  await dialogs.begin(turn, feedbackDialogId, {});
}

function isRepeated(turn: Turn, status: HandoffStatus): boolean {
  return status.handoffId !== undefined && (turn.data.endedHandoffs ?? []).includes(status.handoffId);
}

function noteEnd(turn: Turn, status: HandoffStatus): void {
  if (status.handoffId === undefined) return;
  turn.data.endedHandoffs = [...(turn.data.endedHandoffs ?? []), status.handoffId].slice(-endingsKept);
}
