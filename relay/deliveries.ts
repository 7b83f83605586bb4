import { backoffInMs } from '../common/backoff';
import { asJson } from '../common/json';
import { errorCode } from '../common/log';
import { count, span } from '../common/telemetry';
import type { QueuedMessage } from '../store/links';
import type { LinkActor } from './actor';
import type { CustomerReading } from './customerReading';
import { ChannelError, type Delivery } from './delivery';
import { isFinished, type Step } from './steps';
import { noteCarried, retrying } from './watching';

const batchSize = 20;

/** A delivery that was written down together with its first attempt. */
export interface BegunDelivery {
  id: string;
  delivery: Delivery;
  seq: number;
  /** Whether others were written with it. */
  hasFollowers: boolean;
}

/** What the agent and the relay say, to the customer, one after the other. */
export class Deliveries {
  private failures = 0;
  private firstFailureAt: number | undefined;
  /** The newest message the channel took: not delivered again when the store is out of reach at the moment it is noted. */
  private deliveredSeq: number | undefined;
  private begun: BegunDelivery | undefined;
  /** Of the newest message that was attempted. */
  private newestSeq = 0;

  constructor(
    private readonly actor: LinkActor,
    private readonly reading: CustomerReading,
  ) {}

  /** Delivers what is pending. Resolves with the pause before the next try, or undefined when nothing is left. */
  async run(): Promise<number | undefined> {
    const { begun } = this;
    this.begun = undefined;
    // Whoever has looked in the meantime has found it as well.
    if (begun && begun.seq > this.newestSeq) {
      const pauseInMs = await this.attempt(this.toQueued(begun), true);
      if (pauseInMs !== undefined || this.actor.signal.aborted || !begun.hasFollowers) return pauseInMs;
    }
    for (;;) {
      const messages = await this.actor.deps.store.pending(this.actor.link.id, 'toCustomer', batchSize);
      if (messages.length === 0) return undefined;
      for (const message of messages) {
        const pauseInMs = await this.attempt(message);
        if (pauseInMs !== undefined || this.actor.signal.aborted) return pauseInMs;
      }
      // Whatever came meanwhile has poked: no need to look once more.
      if (messages.length < batchSize) return undefined;
    }
  }

  /** Takes what is the next to be delivered. */
  take(begun: BegunDelivery): void {
    this.begun = begun;
  }

  private toQueued({ id, delivery, seq }: BegunDelivery): QueuedMessage {
    const { link, deps } = this.actor;
    const written = { seq, linkId: link.id, messageId: id, payload: asJson(delivery), acceptedAt: deps.clock.now() };
    return { ...written, direction: 'toCustomer', attempts: 1 };
  }

  private async attempt(queued: QueuedMessage, isBegun = false): Promise<number | undefined> {
    const { actor } = this;
    this.newestSeq = Math.max(this.newestSeq, queued.seq);
    // Written by the worker from this very type.
    const delivery = queued.payload as unknown as Delivery;
    try {
      if (this.deliveredSeq === queued.seq) {
        await this.settle(queued, delivery, undefined);
        return undefined;
      }
      if (!isBegun) await actor.mutate(() => ({ attempt: { seq: queued.seq } }));
      actor.assertLease();
      const { handoff, conversation } = actor.link.request;
      const context = {
        handoffId: actor.link.id,
        deliveryId: queued.messageId,
        skill: handoff.skill,
        provider: actor.link.provider,
        language: handoff.language,
      };
      const { channel, clock } = actor.deps;
      const begunAt = clock.monotonic();
      await span('deliver', { attributes: { 'switchboard.delivery': delivery.kind } }, () =>
        channel.deliver(conversation, delivery, context, actor.callSignal()),
      );
      const carried = { acceptedAt: queued.acceptedAt, deliveredAt: clock.now(), callInMs: clock.monotonic() - begunAt };
      this.deliveredSeq = queued.seq;
      await this.settle(queued, delivery, undefined);
      if (delivery.kind === 'agentMessage') this.reading.delivered(queued.messageId);
      if (delivery.kind === 'agentMessage') noteCarried({ direction: 'toCustomer', ...carried }, actor.link);
      return undefined;
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      return this.failed(queued, delivery, error);
    }
  }

  private async settle(queued: QueuedMessage, delivery: Delivery, error: string | undefined): Promise<void> {
    this.failures = 0;
    if (error === undefined) this.firstFailureAt = undefined;
    await this.actor.mutate((link) => {
      const settled: Step['settled'] = [
        { seq: queued.seq, as: error === undefined ? 'done' : 'failed', ...(error !== undefined && { error }) },
      ];
      if (delivery.kind !== 'giveBack') return { settled };
      const data = { ...link.data, finalDelivered: true };
      return { settled, data, isOpen: false, isFinished: isFinished(data) };
    });
  }

  private async failed(queued: QueuedMessage, delivery: Delivery, error: ChannelError): Promise<number | undefined> {
    const { actor } = this;
    const { clock, options } = actor.deps;
    if (actor.signal.aborted) return undefined;
    this.failures += 1;
    this.firstFailureAt ??= clock.now();
    actor.log.warn('delivery to customer failed', { code: error.code, kind: delivery.kind, attempt: this.failures });
    const isOverdue = clock.now() - Math.max(this.firstFailureAt, queued.acceptedAt) > options.deliverForInMs;
    if (error.retriable && !isOverdue)
      return retrying('deliver', backoffInMs(this.failures, options.deliverBackoff, error.retryAfterInMs));
    count('switchboard.dead_letters', { where: 'toCustomer' });
    if (delivery.kind === 'agentMessage') await this.tellAgent(queued);
    await this.settle(queued, delivery, errorCode(error));
    return undefined;
  }

  /** Nothing is lost silently: the agent reads that the customer did not get it. */
  private async tellAgent(queued: QueuedMessage): Promise<void> {
    const { store, clock } = this.actor.deps;
    const now = clock.now();
    await store.append(
      this.actor.link.id,
      'toDesk',
      {
        messageId: `undelivered:${queued.messageId}`,
        payload: {
          id: `undelivered:${queued.messageId}`,
          author: 'bot',
          text: 'Automatic note: your last message could not be delivered to the customer.',
          files: [],
          at: new Date(now).toISOString(),
        },
      },
      now,
    );
    await store.wake(this.actor.link.id);
  }
}
