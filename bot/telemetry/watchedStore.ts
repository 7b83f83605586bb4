import { errorCode } from '../../common/log';
import { isMetered, record } from '../../common/telemetry';
import type { Store } from '../../store/store';

/** The same store, with the time its calls take told to the metrics. */
export function watchStore(store: Store): Store {
  return {
    ...store,
    links: watched('links', store.links),
    tasks: watched('tasks', store.tasks),
    documents: watched('documents', store.documents),
    transcripts: watched('transcripts', store.transcripts),
    turns: watched('turns', store.turns),
  };
}

type Method = (...given: unknown[]) => unknown;

function watched<T extends object>(part: string, repository: T): T {
  const methods = Object.entries(repository).map(([name, method]) => [name, watchedMethod(part, method as Method)]);
  return Object.fromEntries(methods) as T;
}

function watchedMethod(part: string, method: Method): Method {
  return (...given) => {
    if (!isMetered()) return method(...given);
    const begunAt = performance.now();
    const result = method(...given);
    if (!(result instanceof Promise)) return result;
    const note = (outcome: string) =>
      record('switchboard.store.duration', (performance.now() - begunAt) / 1000, { part, outcome });
    result.then(
      () => note('ok'),
      (error: unknown) => note(errorCode(error)),
    );
    return result;
  };
}
