import fc from 'fast-check';
import type { Target } from './target';
import { targets } from './targets';
import { findStranger, pollutedPrototypes } from './verdict';

/** How many inputs each parser gets; half of them from a fixed seed, half from one of the run's own. */
const cases = Number(process.env['FUZZ_CASES'] ?? 2_000);
const ownSeed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const only = process.env['FUZZ_ONLY'] ?? '';
const fixedSeed = 20_261_121;

const chosen = targets.filter(({ name }) => name.includes(only));

async function attempt({ read, refuses = [] }: Target, input: unknown): Promise<void> {
  let result: unknown;
  try {
    result = await read(input as never);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    if (!refuses.includes(name)) throw error;
  }
  const stranger = findStranger(result);
  if (stranger !== undefined) throw new Error(`the result holds what is no data: ${stranger}`);
}

describe(`every parser of outside input takes anything (seeds ${fixedSeed} and ${ownSeed})`, () => {
  it.each(chosen.map((each) => [each.name, each] as const))(
    '%s',
    async (_name, each) => {
      const numRuns = Math.ceil(cases / 2);
      for (const seed of [fixedSeed, ownSeed]) {
        await fc.assert(
          fc.asyncProperty(each.input, (input) => attempt(each, input)),
          { numRuns, seed },
        );
        expect(pollutedPrototypes()).toEqual([]);
      }
    },
    30_000 + cases * 60,
  );
});
