import { type Lane, seqIn, textOf } from '../../../../bench/soak/ledger';
import { takeoverTimes } from '../../../../bench/soak/takeover';
import { type DoneFault, percentile, sum, tallyLane } from '../../../../bench/soak/tally';

/** Messages said at second 1, 2, 3 …; arrivals as [number, second]. */
function lane(said: number, ...arrivals: [seq: number, second: number][]): Lane {
  return {
    chat: 7,
    way: 'toAgent',
    saidAt: Array.from({ length: said }, (_, index) => (index + 1) * 1000),
    arrivals: arrivals.map(([seq, second]) => ({ seq, at: second * 1000 })),
  };
}
const kill: DoneFault = { kind: 'kill', at: 20_000, until: 24_000 };
const stop: DoneFault = { kind: 'stop', at: 20_000, until: 33_000 };
const restart: DoneFault = { kind: 'database', at: 20_000, until: 22_000 };

test('what arrived once and in order is fine', () => {
  expect(tallyLane(lane(3, [1, 1], [2, 2], [3, 3]), true, [])).toEqual({
    sent: 3,
    arrived: 3,
    lost: 0,
    reordered: 0,
    doubledAllowed: 0,
    doubled: 0,
  });
});

test('a message that never arrived is lost, one that was overtaken is reordered', () => {
  expect(tallyLane(lane(4, [1, 1], [3, 3], [2, 4]), true, [])).toMatchObject({ lost: 1, reordered: 1, doubled: 0 });
});

test('a double that comes after newer messages is a double and not a change of order', () => {
  expect(tallyLane(lane(3, [1, 1], [2, 2], [3, 3], [1, 4]), true, [])).toMatchObject({ reordered: 0, doubled: 1 });
});

test.each([
  ['just before a kill', kill, 19, 31, { doubledAllowed: 1, doubled: 0 }],
  ['long before a kill', kill, 10, 31, { doubledAllowed: 0, doubled: 1 }],
  ['just before a stop', stop, 19, 31, { doubledAllowed: 1, doubled: 0 }],
  ['by the new owner and by the one that was continued', stop, 31, 33.2, { doubledAllowed: 1, doubled: 0 }],
  ['around a restart of the database', restart, 19.9, 23, { doubledAllowed: 0, doubled: 1 }],
] as const)('a copy that was sent %s', (_when, fault, first, second, expected) => {
  expect(tallyLane(lane(1, [1, first], [1, second]), true, [fault])).toMatchObject(expected);
});

test('one crash excuses one double, and none where the other side can tell', () => {
  const threefold = lane(1, [1, 19], [1, 31], [1, 32]);
  expect(tallyLane(threefold, true, [kill])).toMatchObject({ doubledAllowed: 1, doubled: 1 });
  expect(tallyLane(threefold, false, [kill])).toMatchObject({ doubledAllowed: 0, doubled: 2 });
});

test('tallies add up', () => {
  const one = tallyLane(lane(2, [1, 1]), true, []);
  expect(sum([one, one])).toMatchObject({ sent: 4, arrived: 2, lost: 2 });
});

test('a message is known again by its text, in its own lane only', () => {
  const own = lane(0);
  expect(seqIn(own, `Nadia: ${textOf(own, 12)}`)).toBe(12);
  expect(seqIn(own, textOf({ ...own, way: 'toCustomer' }, 12))).toBeUndefined();
  expect(seqIn(own, textOf({ ...own, chat: 77 }, 12))).toBeUndefined();
  expect(seqIn(own, 'You are now chatting with Nadia.')).toBeUndefined();
});

test('a take-over counts from the kill to the first message of a chat that had something to carry', () => {
  const lanes = new Map([
    [
      1,
      [
        {
          ...lane(22),
          arrivals: [
            { seq: 20, at: 20_400 },
            { seq: 21, at: 29_000 },
          ],
        },
      ],
    ],
    [2, [{ ...lane(5), arrivals: [{ seq: 5, at: 29_500 }] }]],
    [3, [lane(22)]],
  ]);
  expect(takeoverTimes({ ...kill, chats: [1, 2, 3] }, lanes)).toEqual([9_000]);
  expect(takeoverTimes({ ...stop, chats: [1] }, lanes)).toEqual([]);
});

test('a chat whose message arrived at once says nothing about the take-over, however long it is silent then', () => {
  const quiet = {
    ...lane(21),
    arrivals: [
      { seq: 21, at: 21_000 },
      { seq: 22, at: 56_400 },
    ],
  };
  quiet.saidAt.push(56_300);
  expect(takeoverTimes({ ...kill, at: 20_500, chats: [1] }, new Map([[1, [quiet]]]))).toEqual([]);
  const late = { ...quiet, arrivals: [{ seq: 21, at: 56_400 }] };
  expect(takeoverTimes({ ...kill, at: 20_500, chats: [1] }, new Map([[1, [late]]]))).toEqual([35_900]);
});

test('percentiles', () => {
  expect(percentile([], 0.95)).toBeUndefined();
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
  expect(
    percentile(
      Array.from({ length: 100 }, (_, index) => index + 1),
      0.95,
    ),
  ).toBe(95);
});
