import { isoTime } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import type { ChatRecords } from '../../dynamics/ledger';
import type { Relay } from '../../relay/relay';
import type { Direction } from '../../store/links';
import type { OperationsStore } from '../../store/operations';
import type { Task, TaskStore } from '../../store/tasks';
import { answerJson, HttpProblem } from './answer';
import { bodyOf, textOf } from './operatorRequest';
import type { AddAct, AddView } from './operatorRoute';

const mostListed = 500;

export interface OperatorQueuesOptions {
  relay: Pick<Relay, 'deadLetters' | 'retry'>;
  operations: Pick<OperationsStore, 'discard'>;
  tasks: Pick<TaskStore, 'waiting' | 'buried' | 'backlog' | 'hurry'>;
  records: Pick<ChatRecords, 'tryAgain'>;
}

/** Messages that were given up, and work for Dynamics and others that waits or was refused. */
export function addOperatorQueues(
  view: AddView,
  act: AddAct,
  { relay, operations, tasks, records }: OperatorQueuesOptions,
): void {
  view('/operator/dead-letters', async (_request, response) => {
    const letters = await relay.deadLetters(mostListed);
    answerJson(response, 200, {
      deadLetters: letters.map(({ conversationKey: _conversation, acceptedAt, ...letter }) => ({
        id: `${letter.linkId}/${letter.direction}/${letter.messageId}`,
        ...letter,
        acceptedAt: isoTime(acceptedAt),
      })),
    });
  });

  act('/operator/dead-letters/retry', async (request) => {
    const letter = letterOf(await bodyOf(request));
    return {
      act: 'replay dead letter',
      target: idOf(letter),
      work: async () => {
        const outcome = await relay.retry(letter.linkId, letter.direction, letter.messageId);
        if (outcome === 'unknown') throw new HttpProblem(404, 'there is no such dead letter');
        if (outcome === 'closed') throw new HttpProblem(409, 'the handoff of this message is over: discard it');
        return { outcome };
      },
    };
  });

  act('/operator/dead-letters/discard', async (request) => {
    const letter = letterOf(await bodyOf(request));
    return {
      act: 'discard dead letter',
      target: idOf(letter),
      work: async () => {
        if (await operations.discard(letter.linkId, letter.direction, letter.messageId)) return { outcome: 'discarded' };
        throw new HttpProblem(404, 'there is no such dead letter');
      },
    };
  });

  view('/operator/ledger', async (_request, response) => {
    const [backlog, waiting, dead] = await Promise.all([tasks.backlog(), tasks.waiting(mostListed), tasks.buried(mostListed)]);
    answerJson(response, 200, {
      backlog: backlog.count,
      ...(backlog.oldestAddedAt !== undefined && { oldestAddedAt: isoTime(backlog.oldestAddedAt) }),
      tasks: [
        ...dead.map((task) => ({ ...entryOf(task), state: 'dead' })),
        ...waiting.map((task) => ({
          ...entryOf(task),
          state: task.lastError === undefined ? 'due' : 'failing',
          dueInMs: task.dueInMs,
        })),
      ],
    });
  });

  act('/operator/ledger/retry', async (request) => {
    const id = textOf(await bodyOf(request), 'id', 500);
    return {
      act: 'retry ledger task',
      target: id,
      work: async () => {
        const isWaiting = await tasks.hurry(id);
        // Revives a dead one, and makes the worker look.
        const isRevived = await records.tryAgain(id);
        if (!isWaiting && !isRevived) throw new HttpProblem(404, 'there is no such unfinished task');
        return { outcome: isRevived ? 'replayed' : 'due now' };
      },
    };
  });
}

interface Letter {
  linkId: string;
  direction: Direction;
  messageId: string;
}

const idOf = ({ linkId, direction, messageId }: Letter) => `${linkId}/${direction}/${messageId}`;

/** A dead letter by its id in the list, or by the three parts of it. */
function letterOf(body: JsonObject): Letter {
  const [, ofId = '', directionOfId = '', rest = ''] = /^([^/]+)\/([^/]+)\/(.+)$/s.exec(String(body['id'] ?? '')) ?? [];
  const { linkId = ofId, direction = directionOfId, messageId = rest } = body;
  if (typeof linkId !== 'string' || typeof messageId !== 'string' || linkId === '' || messageId === '' || !isDirection(direction))
    throw new HttpProblem(
      400,
      'give the id of a dead letter as in the list, or linkId, messageId and direction (toDesk or toCustomer)',
    );
  return { linkId, direction, messageId };
}

function isDirection(value: unknown): value is Direction {
  return value === 'toDesk' || value === 'toCustomer';
}

/** What a task is about, without what is in it. */
function entryOf({ id, group, payload, attempts, addedAt, lastError }: Task): JsonObject {
  const kind = payload['kind'];
  return {
    id,
    group,
    ...(typeof kind === 'string' && /^[a-zA-Z]{1,40}$/.test(kind) && { kind }),
    attempts,
    addedAt: isoTime(addedAt),
    ...(lastError !== undefined && { lastError }),
  };
}
