import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { serialize } from 'node:v8';
import { decodeModel, ModelBytesError, modelLength } from './modelBytes';
import type { RankingModel } from './rankingModel';
import { type TrainingInput, train } from './train';

/** Learns a ranking; rejects with the signal's reason when it aborts. */
export type Train = (input: TrainingInput, signal: AbortSignal) => Promise<RankingModel>;

/** The learning process ended without a model; the message tells its exit code or signal. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  readonly code = 'TRAINING_FAILED';
}

/**
 * Learns a ranking in a process of its own, at low priority, so that the event loop goes on answering. A process and not a
 * thread, because its memory, ten times that of the model, really goes back to the system when it ends. Resolves with the model
 * when the process has ended; aborting kills it. Rejects with {@link TrainingError}. Calling it twice runs two processes.
 * Run from sources (unit tests), where there is no compiled entry file, it learns in place.
 */
export const trainInChild: Train = async (input, signal) => {
  const file = path.join(__dirname, 'trainChild.js');
  return existsSync(file) ? runChild(file, input, signal) : trainInPlace(input, signal);
};

/** Learns in this thread. It cannot be interrupted once it has begun. */
export const trainInPlace: Train = async (input, signal) => {
  signal.throwIfAborted();
  return train(input);
};

/** Runs a program that reads its input, serialized by V8, from standard input and writes the bytes of a model to standard output. */
export async function runChild(file: string, input: TrainingInput, signal: AbortSignal): Promise<RankingModel> {
  signal.throwIfAborted();
  // An empty environment: the process needs no setting, least of all a secret one.
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'ignore'], env: {}, signal, killSignal: 'SIGKILL' });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, killedBy) => {
      if (code === 0) resolve();
      else reject(new TrainingError(`The learning process ended with ${killedBy ?? `code ${code}`}`));
    });
  });
  // Fails when the process dies before it has read everything; `ended` then tells why.
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.end(serialize(input));
  const [end, output] = await Promise.allSettled([ended, receive(child.stdout)]);
  signal.throwIfAborted();
  // How the process ended says more than that its output is incomplete.
  if (end.status === 'rejected') throw end.reason;
  if (output.status === 'rejected') throw output.reason;
  return decodeModel(output.value);
}

/** Collects the bytes of a model in one buffer of the length they begin with; gathering the pieces first would take twice the memory. */
async function receive(stream: AsyncIterable<Uint8Array>): Promise<ArrayBuffer> {
  let start = Buffer.alloc(0);
  let whole: Uint8Array<ArrayBuffer> | undefined;
  let received = 0;
  for await (const piece of stream) {
    let rest = piece;
    if (!whole) {
      start = Buffer.concat([start, piece]);
      const length = modelLength(start);
      if (length === undefined) continue;
      whole = new Uint8Array(length);
      rest = start;
    }
    if (received + rest.length > whole.length) throw new ModelBytesError('There are more bytes than announced');
    whole.set(rest, received);
    received += rest.length;
  }
  if (!whole || received < whole.length) throw new ModelBytesError('The bytes are cut off');
  return whole.buffer;
}
