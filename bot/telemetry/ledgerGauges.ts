import type { Clock } from '../../common/clock';
import { observe } from '../../common/telemetry';
import type { TaskStore } from '../../store/tasks';

/** Offers how far the records of chats are behind. */
export function observeLedger(tasks: Pick<TaskStore, 'backlog'>, clock: Clock): void {
  observe('switchboard.ledger.tasks', async () => [{ value: (await tasks.backlog()).count, attributes: {} }]);
  observe('switchboard.ledger.lag', async () => {
    const { oldestAddedAt } = await tasks.backlog();
    const lagInMs = oldestAddedAt === undefined ? 0 : Math.max(0, clock.now() - oldestAddedAt);
    return [{ value: lagInMs / 1000, attributes: {} }];
  });
}
