import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readOptions } from './options';
import { findingsOf, resultOf, tableOf } from './report';
import { runSoak } from './soak';

/** Exit code 0: all promises were kept; 1: one was broken; 2: the soak itself could not run. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  const begunAt = performance.now();
  const say = (text: string) => {
    if (!options.json) console.log(`${((performance.now() - begunAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  };
  say(`seed ${options.seed}; each side of a chat speaks every ${(options.everyInMs / 1000).toFixed(1)} s`);
  const run = await runSoak(options, say);
  const { result, isGood } = resultOf(run);
  if (!options.json) console.log(`\n${tableOf(run)}`);
  writeFileSync(path.join(run.logFolder, 'findings.jsonl'), `${findingsOf(run).join('\n')}\n`);
  if (isGood) run.forgetLogs();
  else if (!options.json) console.log(`logs         ${run.logFolder}`);
  console.log(JSON.stringify(result));
  process.exit(isGood ? 0 : 1);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2));
main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
});
