import type { Log } from '../../../common/log';
import type { HandoffRequest } from '../../request';
import { callParams } from './callParams';
import { failure, failureOf } from './errors';
import type { MluviiTransferSettings } from './settings';
import type { Target } from './target';
import type { Group, Leaving, Outcome, SessionControl } from './wire';

export interface OpeningOptions {
  control: SessionControl;
  settings: MluviiTransferSettings;
  log: Log;
}

/**
 * Parameters first, then whether somebody can take it, and only then away with it: what was set is not there for routing before
 * it is confirmed, and a customer given to a closed group gets a form instead of an answer. Throws `HandoffError`: `unavailable`
 * when nobody can take it.
 */
export async function transfer(options: OpeningOptions, request: HandoffRequest, signal: AbortSignal): Promise<void> {
  const { control, settings } = options;
  const { id: customer } = request.customer;
  if (!control.has(request.channel, customer)) throw failure('rejected', 'the customer is on another channel');
  // Another attempt, or another process, may have done it.
  const away = await control.isAway(customer, signal);
  if (away.is !== 'done') throw failureOf(away, 'state');
  if (away.value) return;
  // Written by parseTarget from this very type.
  const target = request.target as Target;
  await setParams(options, customer, callParams(request, target, settings), signal);
  await makeSure(options, customer, target, signal);
  const left = await control.leave(customer, leavingOf(target), signal);
  if (left.is !== 'done') throw failureOf(left, 'leave');
}

async function setParams(
  options: OpeningOptions,
  customer: string,
  params: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const { control, settings, log } = options;
  const set = await twice(() => control.setCallParams(customer, params, signal), signal);
  if (set.is === 'noAnswer' && settings.MLUVII_CHATBOT_WHEN_SILENT === 'transfer') {
    log.warn('parameters were not confirmed; the session is handed off all the same');
    return;
  }
  if (set.is === 'noAnswer' && !signal.aborted) throw failure('unavailable', 'parameters not confirmed');
  if (set.is !== 'done') throw failureOf(set, 'parameters');
  if (!set.value) throw failure('rejected', 'parameters refused');
}

async function makeSure(options: OpeningOptions, customer: string, target: Target, signal: AbortSignal): Promise<void> {
  const { control, settings, log } = options;
  const { forward } = target;
  const isForOperator = forward?.userId !== undefined && forward.operatorGroupId === undefined;
  const groupIds = target.groupIds ?? (forward?.operatorGroupId !== undefined ? [forward.operatorGroupId] : undefined);
  const found: Outcome<boolean> = isForOperator
    ? mapped(await twice(() => control.operators(customer, target.groupIds?.[0], signal), signal), (operators) =>
        operators.some(({ userId }) => userId === forward.userId),
      )
    : mapped(await twice(() => control.groups(customer, groupIds, signal), signal), (groups) => canTake(groups, options));
  if (found.is === 'noAnswer' && settings.MLUVII_CHATBOT_WHEN_SILENT === 'transfer') {
    log.warn('availability was not told; the session is handed off all the same');
    return;
  }
  if (found.is === 'noAnswer' && !signal.aborted) throw failure('unavailable', 'availability not told');
  if (found.is !== 'done') throw failureOf(found, 'availability');
  if (!found.value) throw failure('unavailable', 'nobody can take it');
}

function canTake(groups: Group[], { settings, log }: OpeningOptions): boolean {
  const states = groups.map(({ state }) => state);
  log.info('groups were asked about', {
    online: states.filter((state) => state === 'ONLINE').length,
    busy: states.filter((state) => state === 'BUSY').length,
    reasons: [...new Set(groups.flatMap(({ reasons }) => reasons))].filter((reason) => /^\w{1,40}$/.test(reason)).join(','),
  });
  return states.includes('ONLINE') || (settings.MLUVII_CHATBOT_TRANSFER_WHEN_BUSY && states.includes('BUSY'));
}

function leavingOf({ forward }: Target): Leaving {
  if (!forward) return { by: 'routing' };
  const { operatorGroupId, userId } = forward;
  return {
    by: 'forward',
    ...(operatorGroupId !== undefined && { operatorGroupId }),
    ...(userId !== undefined && { userId }),
  };
}

/** Answers can get lost; to ask once more changes nothing. */
async function twice<T>(ask: () => Promise<Outcome<T>>, signal: AbortSignal): Promise<Outcome<T>> {
  const first = await ask();
  return first.is === 'noAnswer' && !signal.aborted ? ask() : first;
}

function mapped<T, U>(outcome: Outcome<T>, map: (value: T) => U): Outcome<U> {
  return outcome.is === 'done' ? { is: 'done', value: map(outcome.value) } : outcome;
}
