import { errorCode, type Log } from '../../common/log';
import { inputKey } from './inputKey';
import { ModelBytesError } from './modelBytes';
import { readModelFile, writeModelFile } from './modelFile';
import type { Train } from './trainInChild';

/**
 * Learning that keeps its last result in a file and takes it from there when the input is the same again, so that a restart
 * answers at once. A file that cannot be read or written is logged and costs only the time to learn.
 */
export function cachedTraining(train: Train, file: string, log: Log): Train {
  return async (input, signal) => {
    signal.throwIfAborted();
    const key = inputKey(input);
    const startedAt = performance.now();
    try {
      const kept = await readModelFile(file, key);
      if (kept) {
        log.debug('The kept article ranking is used', { tookInMs: Math.round(performance.now() - startedAt) });
        return kept;
      }
    } catch (error) {
      log.warn('The kept article ranking cannot be used; it is learned again', {
        file,
        error: errorCode(error),
        reason: error instanceof ModelBytesError ? error.message : undefined,
      });
    }
    const model = await train(input, signal);
    try {
      await writeModelFile(file, key, model);
    } catch (error) {
      log.warn('The article ranking cannot be kept; the next start learns it again', { file, error: errorCode(error) });
    }
    return model;
  };
}
