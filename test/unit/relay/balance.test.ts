import fc from 'fast-check';
import { surplus } from '../../../relay/balance';

const shares = (...links: number[]) => links.map((count, index) => ({ owner: `i${index}`, links: count }));

describe('what an instance gives away', () => {
  it('goes to the one that has least, and never more than is allowed at once', () => {
    expect(surplus(shares(100, 50, 0), 'i0', 20)).toEqual({ to: 'i2', count: 20 });
    expect(surplus(shares(30, 0), 'i0', 20)).toEqual({ to: 'i1', count: 15 });
  });

  it('is nothing without others, for those below their share, or for a small difference', () => {
    expect(surplus(shares(100), 'i0', 20)).toBeUndefined();
    expect(surplus(shares(100, 0), 'i1', 20)).toBeUndefined();
    expect(surplus(shares(3, 2), 'i0', 20)).toBeUndefined();
    expect(surplus(shares(105, 95), 'i0', 20)).toBeUndefined();
    expect(surplus(shares(5, 5), 'gone', 20)).toBeUndefined();
  });

  it('brings all near their fair share, and then nothing moves any more', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { minLength: 1, maxLength: 6 }), (links) => {
        const state = shares(...links);
        const total = links.reduce((sum, count) => sum + count, 0);
        let moved = 1;
        for (let round = 0; moved > 0 && round < 1_000; round += 1) {
          moved = 0;
          for (const giver of state) {
            const gift = surplus(state, giver.owner, 20);
            const taker = state.find(({ owner }) => owner === gift?.to);
            if (!gift || !taker) continue;
            giver.links -= gift.count;
            taker.links += gift.count;
            moved += gift.count;
          }
        }
        expect(moved).toBe(0);
        const fair = Math.ceil(total / state.length);
        for (const share of state) expect(share.links).toBeLessThanOrEqual(fair + Math.max(2, fair * 0.1));
      }),
      { numRuns: 100 },
    );
  });
});
