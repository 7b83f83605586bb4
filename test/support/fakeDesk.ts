import type { JsonObject } from '../../common/json';
import type { HandoffCapabilities } from '../../handoff/capabilities';
import { HandoffError, type HandoffErrorInit } from '../../handoff/errors';
import type { HandoffEvent } from '../../handoff/events';
import type { Availability, CloseReason, HandoffProvider, InboundEvent, SessionStatus } from '../../handoff/provider';
import type { CustomerMessage, HandoffRequest } from '../../handoff/request';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A provider whose desk is a few arrays; a test decides how it behaves. Events come by webhook. */
export class FakeDesk implements HandoffProvider {
  readonly inbound = { kind: 'webhook' as const, receive: () => Promise.reject(new Error('not used')) };
  readonly opened: HandoffRequest[] = [];
  readonly received: CustomerMessage[] = [];
  readonly closed: { sessionKey: string; reason: CloseReason }[] = [];
  readonly typing: boolean[] = [];
  readonly capabilities: HandoffCapabilities;
  /** Thrown by the next calls, first come first served. */
  failures: { call: string; error: HandoffErrorInit; afterEffect?: boolean }[] = [];
  availability: Availability = { available: true };
  status: SessionStatus = 'ended';
  /** Event ids of messages that the customer has read. */
  readonly read: string[] = [];
  reserve?: NonNullable<HandoffProvider['reserve']>;
  adopt?: (sessionKey: string, request: HandoffRequest) => JsonObject;
  wasDelivered?: (session: JsonObject, message: CustomerMessage) => Promise<boolean | undefined>;
  private events = 0;

  constructor(
    readonly name = 'fake',
    capabilities: Partial<HandoffCapabilities> = {},
  ) {
    this.capabilities = {
      mode: 'relay',
      typingToAgent: true,
      typingToCustomer: true,
      filesToAgent: 'upload',
      filesToCustomer: true,
      cardsToCustomer: true,
      queuePosition: true,
      estimatedWait: true,
      availability: true,
      transcript: 'history',
      acceptsWhileQueued: true,
      deduplicatesMessages: true,
      agentLeftGraceInMs: 5_000,
      ...capabilities,
    };
  }

  fail(call: string, error: Partial<HandoffErrorInit> = {}, times = 1, afterEffect = false): void {
    for (let n = 0; n < times; n += 1) {
      this.failures.push({
        call,
        error: { provider: this.name, code: 'outage', retriable: true, delivered: 'no', ...error },
        afterEffect,
      });
    }
  }

  parseTarget(target: JsonObject): JsonObject {
    return target;
  }

  open(request: HandoffRequest) {
    return this.call('open', () => {
      this.opened.push(request);
      const sessionKey = `s${this.opened.length}`;
      return { session: { sessionKey }, sessionKey };
    });
  }

  send(_session: JsonObject, message: CustomerMessage) {
    return this.call('send', () => {
      if (!this.received.some((known) => known.id === message.id) || !this.capabilities.deduplicatesMessages)
        this.received.push(message);
      return {};
    });
  }

  close(session: JsonObject, reason: CloseReason) {
    return this.call('close', () => {
      this.closed.push({ sessionKey: String(session['sessionKey']), reason });
    });
  }

  sendTyping(_session: JsonObject, isTyping: boolean) {
    return this.call('sendTyping', () => {
      this.typing.push(isTyping);
      return {};
    });
  }

  markRead(_session: JsonObject, eventId: string) {
    return this.call('markRead', () => {
      this.read.push(eventId);
      return {};
    });
  }

  checkAvailability() {
    return this.call('checkAvailability', () => this.availability);
  }

  checkSession() {
    return this.call('checkSession', () => this.status);
  }

  /** An event as its webhook would bring it; ids count up unless given. */
  event(
    event: Without<HandoffEvent, 'eventId' | 'at'> & { eventId?: string; at?: string },
    sessionKey = 's1',
    handoffId?: string,
  ): InboundEvent {
    this.events += 1;
    const full = {
      eventId: `e${this.events}`,
      at: new Date(Date.UTC(2026, 0, 5, 9, 0, this.events)).toISOString(),
      ...event,
    } as HandoffEvent;
    return { sessionKey, event: full, ...(handoffId !== undefined && { handoffId }) };
  }

  private async call<T>(call: string, effect: () => T): Promise<T> {
    const index = this.failures.findIndex((failure) => failure.call === call);
    const failure = this.failures[index];
    if (failure) this.failures.splice(index, 1);
    if (failure && !failure.afterEffect) throw new HandoffError(failure.error);
    const result = effect();
    if (failure) throw new HandoffError(failure.error);
    return result;
  }
}
