import { setImmediate as nextRound } from 'node:timers/promises';
import { Admission } from '../../../../bot/server/admission';

const request = (length?: number) => ({ headers: length === undefined ? {} : { 'content-length': String(length) } });
const isBusy = { name: 'HttpProblem', status: 503, headers: { 'retry-after': '2' } };

describe('the admission of requests', () => {
  it('begins a few in each round of the event loop, in order of arrival', async () => {
    const admission = new Admission({ begunPerRound: 2 });
    const begun: number[] = [];
    const jobs = [1, 2, 3, 4, 5].map((n) => admission.run(request(0), async () => void begun.push(n)));
    expect(begun).toEqual([1, 2]);
    await nextRound();
    expect(begun).toEqual([1, 2, 3, 4]);
    await nextRound();
    expect(begun).toEqual([1, 2, 3, 4, 5]);
    await Promise.all(jobs);
    await nextRound();
    await admission.run(request(0), async () => void begun.push(6));
    expect(begun.at(-1)).toBe(6);
  });

  it('lets nobody past those who wait', async () => {
    const admission = new Admission({ begunPerRound: 1 });
    const begun: string[] = [];
    const begin = (name: string) => admission.run(request(0), async () => void begun.push(name));
    const early = [begin('first'), begin('second'), begin('third')];
    await nextRound();
    await Promise.all([...early, begin('late')]);
    expect(begun).toEqual(['first', 'second', 'third', 'late']);
  });

  it('counts those who wait, and has room again when one is through', async () => {
    const admission = new Admission({ atOnce: 2, begunPerRound: 1 });
    const hold = Promise.withResolvers<void>();
    const jobs = [1, 2].map(() => admission.run(request(0), () => hold.promise));
    expect(admission.isFullFor(request(0))).toBe(true);
    await expect(admission.run(request(0), async () => 'taken')).rejects.toMatchObject(isBusy);
    hold.resolve();
    await Promise.all(jobs);
    expect(await admission.run(request(0), async () => 'taken')).toBe('taken');
  });

  it('bounds the bytes of all bodies together, also of those that do not tell their length', async () => {
    const admission = new Admission({ bytesAtOnce: 300 * 1024 });
    const hold = Promise.withResolvers<void>();
    const large = admission.run(request(), () => hold.promise);
    expect(admission.isFullFor(request(10 * 1024))).toBe(false);
    expect(admission.isFullFor(request(100 * 1024))).toBe(true);
    await expect(admission.run(request(100 * 1024), async () => 'taken')).rejects.toMatchObject(isBusy);
    hold.resolve();
    await large;
    expect(admission.isFullFor(request(100 * 1024))).toBe(false);
  });

  it('keeps its count when a job fails', async () => {
    const admission = new Admission({ atOnce: 1 });
    await expect(admission.run(request(0), () => Promise.reject(new Error('a fault')))).rejects.toThrow('a fault');
    expect(admission.isFullFor(request(0))).toBe(false);
  });
});
