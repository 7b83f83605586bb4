import { faultKinds, planFaults, seededRandom } from '../../../../bench/soak/faultPlan';
import { readOptions, UsageError } from '../../../../bench/soak/options';

test('equal seeds plan equal faults, which do not overlap', () => {
  const plan = (seed: number) => planFaults(180_000, 15_000, faultKinds, 2, seededRandom(seed));
  expect(plan(5)).toEqual(plan(5));
  expect(plan(5)).not.toEqual(plan(6));
  const faults = plan(5);
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(faultKinds));
  for (const [index, fault] of faults.entries()) {
    const next = faults[index + 1];
    expect(fault.atInMs).toBeLessThan(180_000);
    if (next) expect(next.atInMs).toBeGreaterThan(fault.atInMs + fault.forInMs);
  }
});

test('every second fault is a kill, and a stop outlasts the lease', () => {
  const faults = planFaults(300_000, 15_000, faultKinds, 2, seededRandom(1));
  expect(faults.filter((_, index) => index % 2 === 0).every(({ kind }) => kind === 'kill')).toBe(true);
  expect(faults.filter(({ kind }) => kind === 'stop').every(({ forInMs }) => forInMs > 10_000)).toBe(true);
  expect(planFaults(60_000, 15_000, [], 2, seededRandom(1))).toEqual([]);
  expect(planFaults(60_000, 15_000, ['database'], 2, seededRandom(1)).every(({ kind }) => kind === 'database')).toBe(true);
});

test('options have defaults, and wrong ones are told', () => {
  expect(readOptions([], {})).toMatchObject({ chats: 100, seconds: 60, everyInMs: 5_000, faults: faultKinds, json: false });
  expect(readOptions(['--chats', '1500'], {}).everyInMs).toBe(60_000);
  expect(readOptions(['--faults', 'none'], {}).faults).toEqual([]);
  for (const wrong of [
    ['--chats', '0'],
    ['--seconds', '1.5'],
    ['--every', '-1'],
    ['--faults', 'flood'],
    ['--seed', 'x'],
    ['--unknown'],
  ]) {
    expect(() => readOptions(wrong, {})).toThrow(UsageError);
  }
});

test('a database that somebody else runs is not restarted', () => {
  expect(readOptions([], { DATABASE_URL: 'postgresql://127.0.0.1/soak' }).faults).toEqual(['kill', 'stop']);
});
