import type { Clock } from '../../../common/clock';
import type { JsonObject } from '../../../common/json';
import type { Log } from '../../../common/log';
import { ConnectorError } from '../../adapter/leanConnector';
import { groupsOf, operatorsOf } from './decode';
import { Loose } from './looseJson';
import { type Mailbox, NoAnswer } from './mailbox';
import type { Sender } from './sender';
import type { Sessions } from './session';
import { channelId, sessionOfGuest } from './toActivity';
import type { Group, Operator, Query, WireCommand } from './wire';

/** What became of something that was asked of a session. */
export type Outcome<T> =
  | { is: 'done'; value: T }
  /** The session is not ours, or over. */
  | { is: 'lost' }
  | { is: 'noAnswer' }
  | { is: 'failed'; code: string; status?: number; delivered: 'no' | 'unknown'; retryAfterInMs?: number };

/** Where a session is given to. */
export type Leaving = { by: 'routing' } | { by: 'forward'; operatorGroupId?: number; userId?: number };

export interface SessionControlOptions {
  sessions: Sessions;
  mailbox: Mailbox;
  sender: Sender;
  clock: Clock;
  log: Log;
}

/** What can be done with a session as a whole, for whoever gives it to an operator. Customers are named by their id. */
export class SessionControl {
  constructor(private readonly options: SessionControlOptions) {}

  /** Whether the customer is in a session of ours. */
  has(channel: string, customerId: string): boolean {
    return channel === channelId && sessionOfGuest(customerId) !== undefined;
  }

  async setCallParams(customerId: string, callParams: Record<string, string>, signal: AbortSignal): Promise<Outcome<boolean>> {
    const answer = await this.ask(customerId, { activity: 'SetCallParams', callParams }, signal);
    return answer.is === 'done' ? { is: 'done', value: new Loose(answer.value).truth('success') === true } : answer;
  }

  /** The groups with these ids, or those that routing would choose for the present parameters. */
  async groups(customerId: string, groupIds: number[] | undefined, signal: AbortSignal): Promise<Outcome<Group[]>> {
    const answer = await this.ask(customerId, { activity: 'GetAvailableGroups', ...(groupIds && { groupIds }) }, signal);
    return answer.is === 'done' ? { is: 'done', value: groupsOf(answer.value) } : answer;
  }

  /** Operators that are logged in and free, of a group or of those that routing would choose. */
  async operators(customerId: string, groupId: number | undefined, signal: AbortSignal): Promise<Outcome<Operator[]>> {
    const query = { activity: 'GetAvailableOperators' as const, ...(groupId !== undefined && { groupId }) };
    const answer = await this.ask(customerId, query, signal);
    return answer.is === 'done' ? { is: 'done', value: operatorsOf(answer.value) } : answer;
  }

  /** Whether the session has been given away already; settles what a crash left open. */
  async isAway(customerId: string, signal: AbortSignal): Promise<Outcome<boolean>> {
    const sessionId = sessionOfGuest(customerId) ?? '';
    const { state } = await this.options.sessions.get(sessionId);
    if (state === 'leaving') return this.probe(customerId, sessionId, signal);
    return state === 'ended' ? { is: 'lost' } : { is: 'done', value: state === 'operator' };
  }

  /**
   * Gives the session away; from then on nothing is written in it. When it is not known whether mluvii did it, mluvii is asked
   * whether the session is still ours: it must not be given away twice.
   */
  async leave(customerId: string, leaving: Leaving, signal: AbortSignal): Promise<Outcome<true>> {
    const { sessions, sender } = this.options;
    const sessionId = sessionOfGuest(customerId) ?? '';
    const before = await sessions.change(sessionId, (session) =>
      session.state === 'bot' ? { ...session, state: 'leaving' } : undefined,
    );
    if (before.state === 'operator') return { is: 'done', value: true };
    if (before.state === 'ended') return { is: 'lost' };
    try {
      if (!(await sender.command(sessionId, toCommand(leaving)))) return { is: 'lost' };
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (error.delivered === 'unknown') {
        const away = await this.probe(customerId, sessionId, signal);
        if (away.is !== 'done') return away;
        return away.value ? { is: 'done', value: true } : failed(error, 'no');
      }
      const isGone = error.status === 400 || error.status === 404;
      await this.become(sessionId, isGone ? 'ended' : 'bot');
      return isGone ? { is: 'lost' } : failed(error, 'no');
    }
    await this.become(sessionId, 'operator');
    return { is: 'done', value: true };
  }

  /** A session we lost answers nothing, or with an error. */
  private async probe(customerId: string, sessionId: string, signal: AbortSignal): Promise<Outcome<boolean>> {
    const answer = await this.ask(customerId, { activity: 'GetCallParams' }, signal);
    if (answer.is === 'failed' || signal.aborted) return answer.is === 'failed' ? answer : { is: 'noAnswer' };
    const isAway = answer.is !== 'done';
    this.options.log.info('it was found out whether a session was given away', { session: sessionId, isAway });
    await this.become(sessionId, isAway ? 'operator' : 'bot');
    return { is: 'done', value: isAway };
  }

  private async become(sessionId: string, state: 'bot' | 'operator' | 'ended'): Promise<void> {
    const leftAt = this.options.clock.now();
    await this.options.sessions.change(sessionId, ({ leftAt: _leftAt, asked: _asked, ...session }) => ({
      ...session,
      state,
      ...(state === 'operator' && { leftAt }),
    }));
  }

  private async ask(
    customerId: string,
    command: WireCommand & { activity: Query },
    signal: AbortSignal,
  ): Promise<Outcome<JsonObject>> {
    const sessionId = sessionOfGuest(customerId) ?? '';
    try {
      const body = await this.options.mailbox.ask(sessionId, command, signal);
      return body ? { is: 'done', value: body } : { is: 'lost' };
    } catch (error) {
      if (error instanceof NoAnswer) return { is: 'noAnswer' };
      if (!(error instanceof ConnectorError)) throw error;
      return error.status === 400 || error.status === 404 ? { is: 'lost' } : failed(error, error.delivered);
    }
  }
}

function failed(error: ConnectorError, delivered: 'no' | 'unknown'): Outcome<never> {
  return {
    is: 'failed',
    code: error.code,
    delivered,
    ...(error.status !== undefined && { status: error.status }),
    ...(error.retryAfterInMs !== undefined && { retryAfterInMs: error.retryAfterInMs }),
  };
}

function toCommand(leaving: Leaving): WireCommand {
  if (leaving.by === 'routing') return { activity: 'HandOff' };
  const { operatorGroupId, userId } = leaving;
  return {
    activity: 'Forward',
    ...(operatorGroupId !== undefined && { operatorGroupId }),
    ...(userId !== undefined && { userId }),
  };
}
