import { backoffInMs } from '../common/backoff';
import type { JsonObject } from '../common/json';
import { errorCode } from '../common/log';
import { count } from '../common/telemetry';
import { HandoffError } from '../handoff/errors';
import type { HandoffProvider, Reserved, Sent } from '../handoff/provider';
import type { CustomerMessage } from '../handoff/request';
import { LeaseLost, type NewMessage, type QueuedMessage } from '../store/links';
import type { LinkActor } from './actor';
import type { CustomerReading } from './customerReading';
import type { CustomerTyping } from './customerTyping';
import type { HandoffNotice } from './delivery';
import { isTerminal, type LiveLink } from './linkData';
import { reservedIn, taggedWith } from './operating/reservations';
import { customerSpoke, isAwaited, stillGoing } from './reminders';
import { reserve } from './reserve';
import { merged } from './session';
import { ending, type Step, waitingAgain } from './steps';
import { noteCarried, retrying } from './watching';

const batchSize = 20;
const previewLength = 80;
/** Channels limit a message's length; the rest is only counted. */
const quotedAtMost = 10;

/** A message that is being written down and sent in one go; `written` tells its sender whether it was. */
interface Arriving {
  message: NewMessage;
  written: PromiseWithResolvers<boolean>;
}

/** An attempt that was noted together with the message. */
interface BegunAttempt {
  reserved: Reserved<JsonObject> | undefined;
  sessionKey: string | undefined;
}

/** The customer's messages to the desk, one after the other. */
export class Outbound {
  private failures = 0;
  private firstFailureAt: number | undefined;
  /** Sent, and not sent again when the store is out of reach at the moment it is noted. */
  private sent: { seq: number; sessionKey: string | undefined; sent: Sent<JsonObject> } | undefined;
  private arriving: Arriving | undefined;

  constructor(
    private readonly actor: LinkActor,
    private readonly typing: CustomerTyping,
    private readonly reading: CustomerReading,
  ) {}

  /**
   * Writes a message down together with its first attempt, and sends it. Resolves with true when it is written; with false, and
   * nothing done, when this is not for sure the next one to be sent. `begin` runs this part, if it has nothing to do.
   */
  async accept(message: NewMessage, begin: () => boolean): Promise<boolean> {
    if (this.arriving || !canSend(this.actor.link, this.actor.provider())) return false;
    const written = Promise.withResolvers<boolean>();
    this.arriving = { message, written };
    if (begin()) return written.promise;
    this.arriving = undefined;
    return false;
  }

  /** Sends what may be sent now. Resolves with the pause before the next try, or undefined when there is nothing to do. */
  async run(): Promise<number | undefined> {
    const { arriving } = this;
    this.arriving = undefined;
    if (arriving) return this.carry(arriving);
    if (this.actor.link.state === 'transferred') return this.leaveToChannel();
    while (canSend(this.actor.link, this.actor.provider())) {
      const messages = await this.actor.deps.store.pending(this.actor.link.id, 'toDesk', batchSize);
      if (messages.length === 0) {
        await this.flush();
        return undefined;
      }
      for (const message of messages) {
        if (!canSend(this.actor.link, this.actor.provider())) return undefined;
        const pauseInMs = await this.attempt(message);
        if (pauseInMs !== undefined) return pauseInMs;
      }
      // Whatever came meanwhile has poked: no need to look once more.
      if (messages.length < batchSize) {
        await this.flush();
        return undefined;
      }
    }
    return undefined;
  }

  /** Whatever else there is to send pokes. */
  private async carry({ message, written }: Arriving): Promise<number | undefined> {
    let queued: QueuedMessage | undefined;
    let attempt: BegunAttempt;
    try {
      [queued, attempt] = await this.beginArriving(message);
    } catch (error) {
      // Appended in the usual way it finds whoever owns the link, and a failure to reserve its end.
      if (error instanceof LeaseLost || error instanceof HandoffError) written.resolve(false);
      else written.reject(error);
      if (error instanceof HandoffError) return undefined;
      throw error;
    }
    written.resolve(queued !== undefined);
    if (!queued) return undefined;
    const pauseInMs = await this.attempt(queued, attempt);
    if (pauseInMs === undefined) await this.flush();
    return pauseInMs;
  }

  private async flush(): Promise<void> {
    await this.reading.flush();
    await this.typing.flush();
  }

  /** What was written while the channel was being handed over stands in the channel, before the agent's eyes. */
  private async leaveToChannel(): Promise<undefined> {
    for (;;) {
      const messages = await this.actor.deps.store.pending(this.actor.link.id, 'toDesk', batchSize);
      if (messages.length === 0) return undefined;
      await this.actor.mutate(() => ({ settled: messages.map(({ seq }) => ({ seq, as: 'done' as const })) }));
    }
  }

  private async attempt(queued: QueuedMessage, begun?: BegunAttempt): Promise<number | undefined> {
    const { actor } = this;
    // Written by Relay.accept from this very type.
    const message = queued.payload as unknown as CustomerMessage;
    const { sessionKey } = begun ?? actor.link;
    try {
      if (this.sent?.seq === queued.seq && this.sent.sessionKey === sessionKey) {
        await this.settle(queued, message, this.sent.sent);
        return undefined;
      }
      if (!begun && queued.attempts > 0 && (await this.isKnownDelivered(message))) {
        await this.settle(queued, message);
        return undefined;
      }
      const reserved = begun ? begun.reserved : await this.begin(queued, message);
      if (reserved?.alreadyDelivered) {
        await this.settle(queued, message);
        return undefined;
      }
      actor.assertLease();
      const session = actor.link.data.session;
      if (!session) return undefined;
      const provider = actor.provider();
      const { clock } = actor.deps;
      const begunAt = clock.monotonic();
      const sent = await actor.deps.desks.call(provider.name, 'send', () =>
        provider.send(session, message, reserved?.reservation, actor.callSignal()),
      );
      // Sent to another desk in the meantime: whoever takes the chat there has not read it.
      if (actor.link.sessionKey !== sessionKey) return 0;
      this.sent = { seq: queued.seq, sessionKey, sent };
      const carried = { acceptedAt: queued.acceptedAt, deliveredAt: clock.now(), callInMs: clock.monotonic() - begunAt };
      await this.settle(queued, message, sent);
      noteCarried({ direction: 'toDesk', ...carried }, actor.link);
      return undefined;
    } catch (error) {
      if (!(error instanceof HandoffError)) throw error;
      // What a session says that is closed by now counts no more.
      if (actor.link.sessionKey !== sessionKey && !isTerminal(actor.link.state)) return 0;
      return this.failed(queued, message, error);
    }
  }

  /** After an attempt with unknown outcome: asks the desk where it can tell. Unreachable means: ask again later. */
  private async isKnownDelivered(message: CustomerMessage): Promise<boolean> {
    const { actor } = this;
    const provider = actor.provider();
    const session = actor.link.data.session;
    if (!session || !provider.wasDelivered) return false;
    const ask = provider.wasDelivered.bind(provider);
    return (await actor.deps.desks.call(provider.name, 'wasDelivered', () => ask(session, message, actor.callSignal()))) === true;
  }

  private async begin(queued: QueuedMessage, message: CustomerMessage): Promise<Reserved<JsonObject> | undefined> {
    let reserved: Reserved<JsonObject> | undefined;
    await this.actor.mutate((link) => {
      const made = this.reserveIn(link, message, reservedIn(link, queued.reservation));
      reserved = made.reserved;
      return { attempt: { seq: queued.seq, ...made.note }, ...made.change };
    });
    return reserved;
  }

  /** No message when it has to be appended in the usual way. */
  private async beginArriving(arrived: NewMessage): Promise<[QueuedMessage | undefined, BegunAttempt]> {
    const { actor } = this;
    const message = arrived.payload as unknown as CustomerMessage;
    const attempt: BegunAttempt = { reserved: undefined, sessionKey: undefined };
    let noted: JsonObject | undefined;
    const seq = await actor.mutate((link) => {
      if (!canSend(link, actor.provider())) return undefined;
      const { reserved, note, change } = this.reserveIn(link, message, undefined);
      Object.assign(attempt, { reserved, sessionKey: link.sessionKey });
      noted = note.reservation;
      return { begin: { message: arrived, ...note }, ...change };
    });
    if (seq === undefined) return [undefined, attempt];
    const queued: QueuedMessage = {
      ...arrived,
      seq,
      linkId: actor.link.id,
      direction: 'toDesk',
      attempts: 1,
      ...(noted && { reservation: noted }),
      acceptedAt: actor.deps.clock.now(),
    };
    return [queued, attempt];
  }

  /** What has to be written down before the attempt. */
  private reserveIn(link: LiveLink, message: CustomerMessage, previous: JsonObject | undefined) {
    const { session } = link.data;
    const reserved = session && reserve(this.actor.provider(), session, message, previous);
    const data = session && reserved?.session ? { ...link.data, session: merged(session, reserved.session) } : undefined;
    return {
      reserved,
      note: { ...(reserved && { reservation: taggedWith(link, reserved.reservation) }) },
      change: { ...(data && { data }) },
    };
  }

  private async settle(
    queued: QueuedMessage,
    message: CustomerMessage,
    { session, waits }: Sent<JsonObject> = {},
  ): Promise<void> {
    this.failures = 0;
    this.firstFailureAt = undefined;
    this.typing.clear();
    const { clock, options } = this.actor.deps;
    await this.actor.mutate((link) => {
      const settled: Step['settled'] = [{ seq: queued.seq, as: 'done' }];
      const now = clock.now();
      const isOver = isTerminal(link.state);
      const isResumed = !isOver && (waits === true || link.data.isPaused === true);
      let data = session && link.data.session ? { ...link.data, session: merged(link.data.session, session) } : link.data;
      if (!isOver && message.author !== 'bot') {
        if (isAwaited(data)) data = customerSpoke(data);
        data = stillGoing({ ...link, data }, options, now);
      }
      // Most messages change nothing else.
      if (data === link.data && !isResumed) return { settled };
      return isResumed ? { settled, ...waitingAgain({ ...link, data }, queued.messageId, now) } : { settled, data };
    });
  }

  private async failed(queued: QueuedMessage, message: CustomerMessage, error: HandoffError): Promise<number | undefined> {
    const { actor } = this;
    const { clock, options } = actor.deps;
    if (error.code === 'aborted' && actor.signal.aborted) return undefined;
    this.failures += 1;
    this.firstFailureAt ??= clock.now();
    const isOverdue = clock.now() - Math.max(this.firstFailureAt, queued.acceptedAt) > options.sendForInMs;
    actor.log.warn('message to desk failed', { code: error.code, detail: error.detail ?? null, attempt: this.failures });
    if (error.code === 'sessionEnded') {
      await actor.mutate((link) =>
        isTerminal(link.state) ? undefined : ending(link, { by: 'system', reason: error.code }, 'afterEnd', clock.now()),
      );
      return undefined;
    }
    if (error.code === 'sessionMoved') actor.relocate();
    if (error.retriable && !isOverdue)
      return retrying('send', backoffInMs(this.failures, options.sendBackoff, error.retryAfterInMs));
    this.failures = 0;
    count('switchboard.dead_letters', { where: 'toDesk' });
    await actor.mutate(() => ({
      settled: [{ seq: queued.seq, as: 'failed', error: errorCode(error) }],
      ...(message.author !== 'bot' && {
        deliveries: [{ id: `undelivered:${queued.messageId}:${queued.attempts}`, delivery: undelivered([message], true) }],
      }),
    }));
    return undefined;
  }
}

/** The notice that names messages which did not arrive, each by its beginning. */
export function undelivered(messages: CustomerMessage[], canRetry: boolean): Extract<HandoffNotice, { kind: 'undelivered' }> {
  return {
    kind: 'undelivered',
    canRetry,
    count: messages.length,
    messages: messages.slice(0, quotedAtMost).map((message) => ({
      id: message.id,
      text: message.text.length > previewLength ? `${message.text.slice(0, previewLength)}…` : message.text,
    })),
  };
}

function canSend(link: LiveLink, provider: HandoffProvider): boolean {
  if (!link.data.session) return false;
  return link.state === 'connected' || (link.state === 'queued' && provider.capabilities.acceptsWhileQueued);
}
