import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../common/packageRoot';

/**
 * `npm run fuzz -- [--cases 100000] [--seed n] [--only text]`: throws that many inputs at every parser of outside input (half of them
 * from a fixed seed) and looks at how their time grows. Ends with 1 when one fails; the seed to repeat it with stands in the output.
 */
const { values } = parseArgs({
  options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const jest = path.join(packageRoot, 'node_modules', 'jest', 'bin', 'jest.js');
const { status } = spawnSync(process.execPath, [jest, '--selectProjects', 'fuzz', '--runInBand', '--verbose'], {
  cwd: packageRoot,
  stdio: 'inherit',
  env: {
    ...process.env,
    FUZZ_CASES: values.cases,
    ...(values.seed !== undefined && { FUZZ_SEED: values.seed }),
    ...(values.only !== undefined && { FUZZ_ONLY: values.only }),
  },
});
process.exitCode = status ?? 1;
