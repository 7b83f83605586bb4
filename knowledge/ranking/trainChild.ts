import os from 'node:os';
import { buffer } from 'node:stream/consumers';
import { deserialize } from 'node:v8';
import { encodeModel } from './modelBytes';
import { type TrainingInput, train } from './train';

/** Less urgent than answering customers: the system gives this process what others leave. */
const PRIORITY = 10;

/** Entry point of the learning process: reads the texts from standard input, writes the model to standard output and ends. */
async function main(): Promise<void> {
  os.setPriority(PRIORITY);
  const input = deserialize(await buffer(process.stdin)) as TrainingInput;
  for (const piece of encodeModel(train(input))) process.stdout.write(piece);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.name : 'Error'}\n`);
  process.exitCode = 1;
});
