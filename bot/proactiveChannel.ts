import { type Activity, ActivityTypes, type ConversationReference, type TurnContext } from 'botbuilder';
import { type Clock, isoTime } from '../common/clock';
import type { JsonObject } from '../common/json';
import { errorCode, type Log } from '../common/log';
import { ownStatus } from '../dialogs/handoffContext';
import { ChannelError, type CustomerChannel, type Delivery, type DeliveryContext, type GiveBack } from '../relay/delivery';
import { type DocumentStore, ETagMismatch } from '../store/store';
import { StoreFailure } from '../store/storeFailure';
import { ConnectorError } from './adapter';
import { passingStatuses } from './adapter/passingStatuses';
import { abilitiesOf } from './channels/channelAbilities';
import { conversationKey } from './conversationKey';
import { AgentTyping } from './handoff/agentTyping';
import { type DeliveryTexts, toActivities } from './handoff/deliveryActivity';
import { statusEvent } from './handoff/initiation';
import type { MovedPlaces } from './handoff/movedPlaces';
import { QueueNotices } from './handoff/queueNotices';
import type { CanceledCalls } from './skill/canceledCalls';
import { type StoredReference, setSkillPlace } from './skill/skillTurn';
import type { Transcript } from './transcript';

export interface ProactiveChannelDependencies {
  /** Runs a turn of our own in the conversation. */
  runTurn(reference: Partial<ConversationReference>, logic: (context: TurnContext) => Promise<void>): Promise<void>;
  /** Gives the turn to the bot and its dialogs. */
  runBot(context: TurnContext): Promise<void>;
  /** Resolves when a turn that is just opening a link in the conversation is over. */
  turnEnded(key: string): Promise<void>;
  /** Conversations that another bot has taken back, whose skill this one is. */
  canceled?: Pick<CanceledCalls, 'has'>;
  /** Knows conversations that their channel has moved to another address. */
  moved?: Pick<MovedPlaces, 'apply' | 'hasMoved'>;
  texts: DeliveryTexts;
  transcript: Transcript;
  /** Remembers which message shows the place in the queue. */
  documents: Pick<DocumentStore, 'read' | 'write' | 'delete'>;
  clock: Clock;
  log: Log;
}

/** The way to the customer over the Bot Framework: what the relay delivers becomes activities in the stored conversation. */
export class ProactiveChannel implements CustomerChannel {
  private readonly queueNotices: QueueNotices;
  private readonly agentTyping: AgentTyping;

  constructor(private readonly deps: ProactiveChannelDependencies) {
    this.queueNotices = new QueueNotices(deps.documents, deps.clock, deps.log);
    this.agentTyping = new AgentTyping(deps.clock);
  }

  async deliver(conversation: JsonObject, delivery: Delivery, context: DeliveryContext): Promise<void> {
    // Stored by handoffMiddleware from this very type.
    const stored = conversation as unknown as StoredReference;
    const reference = this.deps.moved?.apply(context.handoffId, stored) ?? stored;
    const { skill } = reference;
    const key = conversationKey(reference);
    await this.deps.turnEnded(key);
    this.agentTyping.stop(key);
    const isMute = skill !== undefined && (await this.deps.canceled?.has(key)) === true;
    // Whoever took the conversation back has nobody to show it to; our own records are still to be put in order.
    if (isMute && delivery.kind !== 'giveBack') return;
    const activities = skill
      ? forCaller(delivery, context, reference, this.deps.texts)
      : toActivities(delivery, context, reference.channelId ?? '', this.deps.texts);
    // The messages of another bot's channel are not ours to change.
    const channelId = skill ? undefined : reference.channelId;
    try {
      await this.deps.runTurn(reference, async (turn) => {
        if (isMute) turn.onSendActivities(async () => []);
        if (skill) setSkillPlace(turn, skill);
        if (this.queueNotices.handles(delivery, channelId)) await this.showQueue(turn, activities, context);
        else {
          await this.queueNotices.passed(delivery, channelId, context);
          await this.send(turn, activities);
        }
        if (delivery.kind === 'giveBack') await this.giveBack(turn, delivery, context);
      });
    } catch (error) {
      const isElsewhere =
        error instanceof ConnectorError && (await this.deps.moved?.hasMoved(context.handoffId, reference.serviceUrl));
      throw isElsewhere ? new ChannelError('moved', true, undefined, error) : toChannelError(error);
    }
    if (delivery.kind === 'agentMessage') await this.note(key, delivery, context);
  }

  async typing(conversation: JsonObject, isTyping: boolean): Promise<void> {
    const reference = conversation as unknown as Partial<ConversationReference>;
    const key = conversationKey(reference);
    // Channels know only "is typing"; it fades by itself.
    if (!isTyping) this.agentTyping.stop(key);
    else if (abilitiesOf(reference.channelId).typingFades) await this.agentTyping.start(key, () => this.showTyping(reference));
    else await this.showTyping(reference);
  }

  private async showTyping(reference: Partial<ConversationReference>): Promise<void> {
    try {
      await this.deps.runTurn(reference, async (turn) => {
        await turn.sendActivity({ type: ActivityTypes.Typing });
      });
    } catch (error) {
      this.deps.log.debug('typing not shown to customer', { code: errorCode(error) });
    }
  }

  private async showQueue(turn: TurnContext, activities: Partial<Activity>[], context: DeliveryContext): Promise<void> {
    for (const activity of activities) await this.queueNotices.show(turn, activity, context);
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
            ...(outcome.deskOwnsRecord && { deskOwnsRecord: true }),
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
      ...(said.agentName !== undefined && { name: said.agentName }),
      ...(said.cards.length > 0 && { cards: said.cards }),
      ...(said.files.length > 0 && { fileNames: said.files.map(({ name }) => name) }),
    });
  }
}

/** The events of a handoff are for another bot only when it wants them; whether its users' channel takes any does not matter then. */
function forCaller(
  delivery: Delivery,
  context: DeliveryContext,
  { channelId = '', skill }: StoredReference,
  texts: DeliveryTexts,
): Partial<Activity>[] {
  const said = toActivities(delivery, context, channelId, texts).filter(({ type }) => type !== ActivityTypes.Event);
  if (!skill?.call?.events) return said;
  const events = toActivities(delivery, context, 'directline', texts).filter(({ type }) => type === ActivityTypes.Event);
  return [...events, ...said];
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
  return status !== undefined && status >= 400 && status < 500 && !passingStatuses.has(status);
}
