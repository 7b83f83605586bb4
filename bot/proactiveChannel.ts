import { ActivityTypes, type ConversationReference, type TurnContext } from 'botbuilder';
import { type Clock, isoTime } from '../common/clock';
import type { JsonObject } from '../common/json';
import { errorCode, type Log } from '../common/log';
import { ChannelError, type CustomerChannel, type Delivery, type DeliveryContext, isFinal } from '../relay/delivery';
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
        if (activities.length > 0) await turn.sendActivities(activities);
        if (isFinal(delivery)) await this.giveBack(turn, delivery, context);
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

  /** The bot's dialogs see the outcome as the event they wait for, and go on. */
  private async giveBack(turn: TurnContext, delivery: Delivery, context: DeliveryContext): Promise<void> {
    const outcome =
      delivery.kind === 'ended'
        ? {
            state: 'completed',
            endedBy: delivery.by,
            wasConnected: delivery.wasConnected,
            ...(delivery.reason && { reason: delivery.reason }),
          }
        : { state: 'failed', reason: delivery.kind === 'failed' ? delivery.reason : 'error' };
    Object.assign(turn.activity, {
      type: ActivityTypes.Event,
      name: statusEvent,
      locale: context.language,
      value: { ...outcome, handoffId: context.handoffId, skill: context.skill },
    });
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
  // A fault of ours would only happen again; the relay goes on with what comes next.
  if (!(error instanceof ConnectorError)) return new ChannelError(`fault: ${errorCode(error)}`, false, undefined, error);
  const status = error.status;
  const isFinalRefusal = status !== undefined && status >= 400 && status < 500 && ![401, 408, 409, 425, 429].includes(status);
  return new ChannelError(
    status === undefined ? error.code : `${status} ${error.code}`,
    !isFinalRefusal,
    error.retryAfterInMs,
    error,
  );
}
