import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../common/json';
import { HandoffError } from '../../../handoff/errors';
import type { HandoffEvent } from '../../../handoff/events';
import type { CloseReason, ListenInbound } from '../../../handoff/provider';
import type { CustomerMessage, HandoffRequest } from '../../../handoff/request';
import type { DeskChat } from '../../../sandbox/desk';
import type { ProviderHarness } from './harness';
import { EventTap, until } from './waiting';

const never = new AbortController().signal;

export function handoffRequest(harness: ProviderHarness, overrides: Partial<HandoffRequest> = {}): HandoffRequest {
  return {
    id: randomUUID(),
    target: harness.provider.parseTarget(harness.target),
    skill: 'cards',
    topic: 'Card was swallowed',
    language: 'en-US',
    customer: { id: 'user-1', name: 'Ada Example', email: 'ada@example.com', phone: '+15550100', isAuthenticated: false },
    fields: { 'Card type': 'Debit' },
    chatActivityId: '6f6d9c1e-0000-4000-8000-000000000001',
    channel: 'webchat',
    transcript: [
      { at: '2026-05-04T10:14:00.000Z', from: 'customer', text: 'The machine kept my card' },
      {
        at: '2026-05-04T10:14:02.000Z',
        from: 'bot',
        text: 'This may help:',
        articles: [{ number: 'KA-01024', title: 'Card swallowed by a cash machine' }],
      },
    ],
    requestedAt: '2026-05-04T10:15:00.000Z',
    ...overrides,
  };
}

export function customerMessage(overrides: Partial<CustomerMessage> = {}): CustomerMessage {
  return { id: randomUUID(), text: 'Hello', files: [], at: new Date().toISOString(), ...overrides };
}

/** One handoff as the relay would drive it: keeps the session as JSON, replaces its members, collects events. */
export class Conversation {
  readonly tap = new EventTap();
  readonly listenErrors: unknown[] = [];
  private readonly stopping = new AbortController();
  private listening: Promise<void> = Promise.resolve();
  /** Whether the desk said with the last message that the chat waits for an agent again. */
  waits = false;
  private moved = false;
  private detach: () => void = () => undefined;

  private constructor(
    readonly harness: ProviderHarness,
    readonly sessionKey: string,
    private stored: string,
  ) {}

  /** Asks for a chat. Events are collected from then on unless `collect` is false. */
  static async open(harness: ProviderHarness, request = handoffRequest(harness), collect = true): Promise<Conversation> {
    // A webhook may overtake the answer of `open`, as the vendors say; so collect from before.
    const early: { sessionKey: string; event: HandoffEvent }[] = [];
    const detachEarly = harness.webhook?.receiver.onEvent((inbound) => early.push(inbound));
    const opened = await harness.provider.open(request, never);
    detachEarly?.();
    const conversation = new Conversation(harness, opened.sessionKey, JSON.stringify(opened.session));
    if (collect) conversation.collect(early);
    return conversation;
  }

  /** The session after a round trip through JSON, as a store returns it. */
  get session(): JsonObject {
    return JSON.parse(this.stored) as JsonObject;
  }

  get chatId(): string {
    return this.harness.chatIdOf?.(this.sessionKey) ?? this.sessionKey;
  }

  /** The chat as the agent sees it. */
  chat(): DeskChat {
    const found = this.harness.desk.chats().find(({ id }) => id === this.chatId);
    if (!found) throw new Error(`the desk has no chat ${this.chatId}`);
    return found;
  }

  /** Resolves once the agent's view fulfils the condition. */
  shows(condition: (chat: DeskChat) => boolean): Promise<DeskChat> {
    return until(
      () => {
        const chat = this.chat();
        return condition(chat) ? chat : undefined;
      },
      (listener) => this.harness.desk.onChange(listener),
    );
  }

  /** Opens, lets the agent accept and waits until the provider said so. */
  async accept(agentName = 'Grace'): Promise<this> {
    await this.shows((chat) => chat.state === 'waiting');
    await this.harness.desk.accept(this.chatId, agentName);
    await this.tap.next('agentJoined');
    return this;
  }

  async send(message: string | CustomerMessage, signal: AbortSignal = never): Promise<CustomerMessage> {
    const whole = typeof message === 'string' ? customerMessage({ text: message }) : message;
    await this.attempt(whole, undefined, signal);
    return whole;
  }

  /** One attempt, with what an earlier attempt reserved; returns this attempt's reservation. */
  async attempt(message: CustomerMessage, previous: JsonObject | undefined, signal: AbortSignal = never) {
    const { provider } = this.harness;
    const reserved = provider.reserve?.(this.session, message, previous);
    this.merge(reserved?.session);
    if (reserved?.alreadyDelivered) return reserved.reservation;
    try {
      const sent = await provider.send(this.session, message, reserved?.reservation, signal);
      this.merge(sent.session);
      this.waits = sent.waits === true;
    } catch (error) {
      if (error instanceof HandoffError && error.code === 'sessionMoved') this.moved = true;
      throw error;
    }
    return reserved?.reservation;
  }

  async type(isTyping: boolean): Promise<void> {
    const { provider } = this.harness;
    const reserved = provider.reserve?.(this.session, undefined, undefined);
    this.merge(reserved?.session);
    this.merge((await provider.sendTyping?.(this.session, isTyping, reserved?.reservation, never))?.session);
  }

  close(reason: CloseReason = 'customerLeft'): Promise<void> {
    return this.harness.provider.close(this.session, reason, never);
  }

  merge(changed: Partial<JsonObject> | undefined): void {
    if (changed) this.stored = JSON.stringify({ ...this.session, ...changed });
  }

  /** Stops collecting; resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.detach();
    await this.listening;
  }

  private collect(early: { sessionKey: string; event: HandoffEvent }[]): void {
    const { webhook, provider } = this.harness;
    if (webhook) {
      const take = ({ sessionKey, event }: { sessionKey: string; event: HandoffEvent }) => {
        if (sessionKey === this.sessionKey) this.tap.push(event);
      };
      early.forEach(take);
      this.detach = webhook.receiver.onEvent(take);
    } else if (provider.inbound.kind === 'listen') {
      this.listening = this.listen(provider.inbound);
    }
  }

  private async listen(inbound: ListenInbound<JsonObject>): Promise<void> {
    while (!this.stopping.signal.aborted && this.listenErrors.length < 20) {
      try {
        const { moved } = this;
        this.moved = false;
        for await (const batch of inbound.listen(this.session, { moved }, this.stopping.signal)) {
          this.merge(batch.session);
          for (const event of batch.events) this.tap.push(event);
        }
        return;
      } catch (error) {
        this.listenErrors.push(error);
      }
    }
  }
}
