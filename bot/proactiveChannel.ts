import { type Activity, ActivityTypes, type ConversationReference, type TurnContext } from 'botbuilder';
import { type Clock, isoTime } from '../common/clock';
import type { JsonObject } from '../common/json';
import { errorCode, type Log } from '../common/log';
import { ownStatus } from '../dialogs/handoffContext';
import { ChannelError, type CustomerChannel, type Delivery, type DeliveryContext, type GiveBack } from '../relay/delivery';
import { ETagMismatch } from '../store/store';
import { StoreFailure } from '../store/storeFailure';
import { ConnectorError } from './adapter';
import { conversationKey } from './conversationKey';
import { type DeliveryTexts, toActivities } from './handoff/deliveryActivity';
import { statusEvent } from './handoff/initiation';
import type { Transcript } from './transcript';

export interface ProactiveChannelDependencies {
  /** Runs a turn of our own in the conversation. */
  runTurn(reference: Partial<ConversationReference>, logic: (context: TurnContext) => Promise<void>): Promise<void>;
  /** Gives the turn to the bot and its dialogs. */
  runBot(context: TurnContext): Promise<void>;
  /** Resolves when a turn that is just opening a link in the conversation is over. */
  turnEnded(key: string): Promise<void>;
  texts: DeliveryTexts;
  transcript: Transcript;
  clock: Clock;
  log: Log;
}

/** The way to the customer over the Bot Framework: what the relay delivers becomes activities in the stored conversation. */
export class ProactiveChannel implements CustomerChannel {
  constructor(private readonly deps: ProactiveChannelDependencies) {}

  async deliver(conversation: JsonObject, delivery: Delivery, context: DeliveryContext): Promise<void> {
    // Stored by handoffMiddleware from this very type.
    const reference = conversation as unknown as Partial<ConversationReference>;
    const key = conversationKey(reference);
    await this.deps.turnEnded(key);
    const activities = toActivities(delivery, context, reference.channelId ?? '', this.deps.texts);
    try {
      await this.deps.runTurn(reference, async (turn) => {
        await this.send(turn, activities);
        if (delivery.kind === 'giveBack') await this.giveBack(turn, delivery, context);
      });
    } catch (error) {
      throw toChannelError(error);
    }
    if (delivery.kind === 'agentMessage') await this.note(key, delivery, context);
  }

  async typing(conversation: JsonObject, isTyping: boolean): Promise<void> {
    // Channels know only "is typing"; it fades by itself.
    if (!isTyping) return;
    try {
      await this.deps.runTurn(conversation as unknown as Partial<ConversationReference>, async (turn) => {
        await turn.sendActivity({ type: ActivityTypes.Typing });
      });
    } catch (error) {
      this.deps.log.debug('typing not shown to customer', { code: errorCode(error) });
    }
  }

  /** Events are for programs: a channel that refuses them, as the Agents Playground does, still shows the words. */
  private async send(turn: TurnContext, activities: Partial<Activity>[]): Promise<void> {
    for (const activity of activities) {
      try {
        await turn.sendActivity(activity);
      } catch (error) {
        if (activity.type !== ActivityTypes.Event || !isFinalRefusal(error)) throw error;
        this.deps.log.debug('the channel takes no events', { code: errorCode(error) });
      }
    }
  }

  /** The bot's dialogs see the outcome as the event they wait for, and go on. */
  private async giveBack(turn: TurnContext, { outcome }: GiveBack, context: DeliveryContext): Promise<void> {
    const told =
      outcome.kind === 'failed'
        ? { state: 'failed', reason: outcome.reason }
        : {
            state: 'completed',
            endedBy: outcome.by,
            wasConnected: outcome.wasConnected,
            ...(outcome.reason !== undefined && { reason: outcome.reason }),
          };
    Object.assign(turn.activity, {
      type: ActivityTypes.Event,
      name: statusEvent,
      locale: context.language,
      value: { ...told, handoffId: context.handoffId, skill: context.skill },
    });
    turn.turnState.set(ownStatus, true);
    await this.deps.runBot(turn);
  }

  private async note(key: string, said: Extract<Delivery, { kind: 'agentMessage' }>, context: DeliveryContext): Promise<void> {
    await this.deps.transcript.add(key, context.deliveryId, {
      at: isoTime(this.deps.clock.now()),
      from: 'agent',
      text: said.text,
      ...(said.cards.length > 0 && { cards: said.cards }),
    });
  }
}

/** Whether the channel may take it later: its answer decides; what never reached it may be tried again. */
function toChannelError(error: unknown): ChannelError {
  // The store may be back soon, and another turn may have changed the state in between.
  if (error instanceof StoreFailure || error instanceof ETagMismatch) return new ChannelError(error.name, true, undefined, error);
  // A fault of ours would only happen again; the relay goes on with what comes next.
  if (!(error instanceof ConnectorError)) return new ChannelError(`fault: ${errorCode(error)}`, false, undefined, error);
  const { status } = error;
  return new ChannelError(
    status === undefined ? error.code : `${status} ${error.code}`,
    !isFinalRefusal(error),
    error.retryAfterInMs,
    error,
  );
}

function isFinalRefusal(error: unknown): boolean {
  const status = error instanceof ConnectorError ? error.status : undefined;
  return status !== undefined && status >= 400 && status < 500 && ![401, 408, 409, 425, 429].includes(status);
}
