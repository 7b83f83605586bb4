import { backoffInMs } from '../common/backoff';
import type { JsonObject } from '../common/json';
import { errorCode } from '../common/log';
import { count } from '../common/telemetry';
import { HandoffError } from '../handoff/errors';
import type { HandoffProvider, Reserved, Sent } from '../handoff/provider';
import type { CustomerMessage } from '../handoff/request';
import type { QueuedMessage } from '../store/links';
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
/** How much of the idle time has to pass before its deadline is moved. */
const idleMovesBy = 1 / 200;
const previewLength = 80;
/** Channels limit a message's length; the rest is only counted. */
const quotedAtMost = 10;

/** The customer's messages to the desk, one after the other. */
export class Outbound {
  private failures = 0;
  private firstFailureAt: number | undefined;
  /** Sent, and not sent again when the store is out of reach at the moment it is noted. */
  private sent: { seq: number; sessionKey: string | undefined; sent: Sent<JsonObject> } | undefined;

  constructor(
    private readonly actor: LinkActor,
    private readonly typing: CustomerTyping,
    private readonly reading: CustomerReading,
  ) {}

  /** Sends what may be sent now. Resolves with the pause before the next try, or undefined when there is nothing to do. */
  async run(): Promise<number | undefined> {
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

  private async attempt(queued: QueuedMessage): Promise<number | undefined> {
    const { actor } = this;
    // Written by Relay.accept from this very type.
    const message = queued.payload as unknown as CustomerMessage;
    const { sessionKey } = actor.link;
    try {
      if (this.sent?.seq === queued.seq && this.sent.sessionKey === sessionKey) {
        await this.settle(queued, message, this.sent.sent);
        return undefined;
      }
      if (queued.attempts > 0 && (await this.isKnownDelivered(message))) {
        await this.settle(queued, message);
        return undefined;
      }
      const reserved = await this.begin(queued, message);
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
    const { actor } = this;
    let reserved: Reserved<JsonObject> | undefined;
    await actor.mutate((link) => {
      const session = link.data.session;
      reserved = session && reserve(actor.provider(), session, message, reservedIn(link, queued.reservation));
      const data = session && reserved?.session ? { ...link.data, session: merged(session, reserved.session) } : undefined;
      return {
        attempt: {
          seq: queued.seq,
          ...(reserved && { reservation: taggedWith(link, reserved.reservation) }),
        },
        ...(data && { data }),
      };
    });
    return reserved;
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
      // Most messages change nothing else: a deadline of hours is moved about once a minute, not with each of them.
      const isStale = now + options.idleForInMs - (link.data.deadlines.idle ?? 0) >= options.idleForInMs * idleMovesBy;
      const isNews = !isOver && message.author !== 'bot' && (isStale || isAwaited(link.data));
      if (!session && !isNews && !isResumed) return { settled };
      let data = session && link.data.session ? { ...link.data, session: merged(link.data.session, session) } : link.data;
      if (isNews) data = stillGoing({ ...link, data: customerSpoke(data) }, options, now);
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
