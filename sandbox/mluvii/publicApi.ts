import { isoTime, systemClock } from '../../common/clock';
import type { Answer } from './answer';
import type { Groups } from './groups';
import type { Behavior } from './options';
import type { State } from './state';

/** `GET /api/v1/Users/operatorStates`: who is at work. Newer versions answer with a page instead of a list. */
export function operatorStates(state: State, groups: Groups, behavior: Behavior): Answer {
  const changed = isoTime(systemClock.now());
  const stateKind = state.isStaffed ? 'ONLINE' : 'OFFLINE';
  const data = groups.operators.map(({ userId }) => ({ userId, stateKind, changed, forced: false }));
  if (!behavior.pagedOperatorStates) return { status: 200, json: data };
  return { status: 200, json: { lastModified: changed, limit: 100, page: 0, totalCount: data.length, data } };
}
