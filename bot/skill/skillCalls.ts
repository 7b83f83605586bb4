import { ActivityTypes, DeliveryModes, type TurnContext } from 'botbuilder';
import { errorCode, type Log } from '../../common/log';
import { handoffStatusEvent, ownStatus, readHandoffStatus } from '../../dialogs/handoffContext';
import type { Turn } from '../../dialogs/turn';
import { now } from '../../dialogs/turn';
import { endVisit } from '../../dialogs/visit';
import type { AroundTurns, Job, TurnKeeper } from '../aroundTurns';
import type { Transcript } from '../transcript';
import { answerCall } from './answerCall';
import { beginEscalation } from './escalateCall';
import { answerName, escalateName, InvalidRequest } from './skillRequest';
import { resultOfHandoff, type SkillResult, sendResult } from './skillResult';
import { isSkillTurn, setPersonCall, storedCall } from './skillTurn';

export interface SkillCallsOptions {
  transcript: Pick<Transcript, 'addEarlier'>;
  log: Log;
}

/**
 * The bot as the skill of another one: it can be asked for a person (`escalate`) or for an answer (`answer`), or be spoken to in
 * plain words. Whichever it was, the other bot learns by `endOfConversation` that the conversation is its again, and how it went.
 */
export class SkillCalls implements AroundTurns {
  constructor(private readonly options: SkillCallsOptions) {}

  around(context: TurnContext, own: Job | undefined, bot: TurnKeeper): Job | undefined {
    const { activity } = context;
    if (!isSkillTurn(activity)) return own;
    switch (activity.type) {
      case ActivityTypes.Event:
        if (activity.name === escalateName) return this.called((turn) => this.escalate(turn, bot));
        if (activity.name === answerName) return this.called((turn) => this.answer(turn));
        // Only the relay's own word counts; another bot could send such an event, too.
        if (activity.name !== handoffStatusEvent || context.turnState.get(ownStatus) !== true) return undefined;
        return (turn) => this.afterHandoff(turn, own, bot);
      case ActivityTypes.Message:
        if (activity.name === answerName) return this.called((turn) => this.answer(turn));
        return own && ((turn) => this.spokenTo(turn, own, bot));
      case ActivityTypes.Invoke:
        return own && ((turn) => this.spokenTo(turn, own, bot));
      case ActivityTypes.EndOfConversation:
        return (
          own &&
          (async (turn) => {
            await own(turn);
            delete turn.data.call;
          })
        );
      default:
        // The other bot has greeted the customer.
        return undefined;
    }
  }

  /** A call whose value cannot be read ends at once, with what is wrong with it. */
  private called(job: Job): Job {
    return async (turn) => {
      turn.data.isWelcomed = true;
      try {
        await job(turn);
      } catch (error) {
        if (!(error instanceof InvalidRequest)) throw error;
        this.options.log.warn('a call of another bot could not be read', { name: turn.context.activity.name ?? '' });
        await this.end(turn, { outcome: 'failed', reason: 'invalidRequest', problem: error.message });
      }
    };
  }

  private async escalate(turn: Turn, bot: TurnKeeper): Promise<void> {
    if (takesRepliesOnly(turn)) {
      // What an agent says later could not be brought to the customer.
      return this.end(turn, { outcome: 'failed', reason: 'expectReplies' });
    }
    const problem = await beginEscalation(turn, bot, this.options.transcript);
    if (problem) await this.end(turn, problem);
    else await this.afterDialog(turn, bot);
  }

  private async answer(turn: Turn): Promise<void> {
    const result = await answerCall(turn);
    await endVisit(turn, 'visitorEnded');
    await this.end(turn, result);
  }

  /** A message or a card of the customer's, in a call or in a conversation in plain words. */
  private async spokenTo(turn: Turn, own: Job, bot: TurnKeeper): Promise<void> {
    const { data } = turn;
    data.isWelcomed = true;
    if (data.call) setPersonCall(turn.context, data.call);
    if (takesRepliesOnly(turn)) {
      turn.elsewhere = async (wish) => {
        await endVisit(turn, 'visitorEnded');
        await this.end(turn, { outcome: 'personWanted', ...wish });
      };
    }
    const wasInDialog = bot.dialogs.isActive(turn);
    await own(turn);
    if (data.call) return this.afterDialog(turn, bot);
    const isOver =
      turn.command === 'bye' || turn.command === 'thanks' || (turn.command === 'cancel' && !wasInDialog && !data.handoff);
    if (isOver && !bot.dialogs.isActive(turn)) {
      await endVisit(turn, 'visitorEnded');
      await this.end(turn, { outcome: 'completed' });
    }
  }

  /** With the form closed and nobody asked, the call is over. */
  private async afterDialog(turn: Turn, bot: TurnKeeper): Promise<void> {
    const { call, handoff } = turn.data;
    if (!call || handoff || bot.dialogs.isActive(turn)) return;
    const { nobody, chatActivityId } = call;
    const record = chatActivityId === undefined ? {} : { chatActivityId };
    await endVisit(turn, nobody ? 'agentDisconnected' : 'visitorEnded');
    if (!nobody) return this.end(turn, { outcome: 'canceled', ...record });
    const outcome = nobody.reason === 'error' ? 'failed' : 'nobodyAvailable';
    await this.end(turn, { outcome, ...nobody, ...record });
  }

  /** The relay tells how the handoff went. The same may come twice. */
  private async afterHandoff(turn: Turn, own: Job | undefined, bot: TurnKeeper): Promise<void> {
    const { data } = turn;
    const status = readHandoffStatus(turn.context.activity.value);
    // A process that was killed before it kept the state has left the call with the link only.
    const call = data.call ?? storedCall(turn.context);
    if (!call || !status) return own?.(turn);
    if (status.state === 'accepted') return;
    const { handoffId } = status;
    if (handoffId !== undefined && data.endedHandoffs?.includes(handoffId)) return;
    await endVisit(
      turn,
      status.endedBy === 'agent' ? 'agentEnded' : status.endedBy === 'customer' ? 'visitorEnded' : 'agentDisconnected',
      now(turn),
      status.deskOwnsRecord,
    );
    bot.dialogs.cancel(turn);
    if (handoffId !== undefined) data.endedHandoffs = [...(data.endedHandoffs ?? []), handoffId].slice(-5);
    await this.end(turn, resultOfHandoff(status, call));
  }

  private async end(turn: Turn, result: SkillResult): Promise<void> {
    delete turn.data.call;
    delete turn.data.handoff;
    delete turn.data.unmet;
    try {
      await sendResult(turn.context, result);
    } catch (error) {
      this.options.log.error('another bot did not take the end of a conversation', {
        outcome: result.outcome,
        code: errorCode(error),
      });
      throw error;
    }
  }
}

/** Invokes want their answer at once whatever the way of delivery; it says nothing about what comes later. */
function takesRepliesOnly({ context }: Turn): boolean {
  const { deliveryMode, type } = context.activity;
  return deliveryMode === DeliveryModes.ExpectReplies && type !== ActivityTypes.Invoke;
}
