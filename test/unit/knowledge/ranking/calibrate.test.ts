import { calibrate, SURE_PRECISION } from '../../../../knowledge/ranking/calibrate';
import { confidences, coverage, probabilities } from '../../../../knowledge/ranking/confidence';
import type { HeldOut } from '../../../../knowledge/ranking/holdOut';
import { seededRandom } from '../../../../knowledge/ranking/random';
import { centered, combine, relatedness } from '../../../../knowledge/ranking/rankingModel';

/** Held-out examples of four classes whose scorers lead with a random margin; the smaller the lead, the likelier it is wrong. */
function examples(count: number): HeldOut[] {
  const random = seededRandom(42);
  return Array.from({ length: count }, (_, index) => {
    const label = index % 4;
    const lead = random() * 4;
    const shown = random() < 0.5 + lead / 8 ? label : (label + 1) % 4;
    const scores = centered(Float64Array.from({ length: 4 }, (_of, at) => (at === shown ? 1 + lead : random())));
    return { label, known: 1, svm: scores, naiveBayes: scores, network: scores };
  });
}

const heldOut = examples(2_000);
const calibration = calibrate(heldOut, 4);
const judged = heldOut.map((example) => {
  const scores = centered(combine(example, calibration.scales));
  const all = confidences(scores, relatedness(scores, example.known), calibration);
  const confidence = Math.max(...all);
  return { confidence, right: all.indexOf(confidence) === example.label };
});

test('sure answers are right in the promised share, and there are some', () => {
  const sure = judged.filter(({ confidence }) => confidence >= calibration.sureFrom);
  expect(sure.length).toBeGreaterThan(100);
  expect(sure.filter(({ right }) => right).length / sure.length).toBeGreaterThanOrEqual(SURE_PRECISION);
});

test('confidence is a probability: about as many are right as it says', () => {
  const mean = judged.reduce((sum, { confidence }) => sum + confidence, 0) / judged.length;
  const right = judged.filter((answer) => answer.right).length / judged.length;
  expect(Math.abs(mean - right)).toBeLessThan(0.1);
});

test('nearly all of the own questions count as covered, unrelated ones do not', () => {
  const low = coverage(calibration.relatedLow, calibration);
  expect(low).toBeCloseTo(0.5, 5);
  expect(coverage(calibration.relatedUsual, calibration)).toBeGreaterThan(0.94);
  expect(coverage(0, calibration)).toBe(0);
});

test('without examples the careful values hold and nothing is infinite', () => {
  expect(
    Object.values(calibrate([], 3)).flatMap((value) => (typeof value === 'number' ? [value] : Object.values(value))),
  ).toEqual(expect.arrayContaining([expect.any(Number)]));
  expect(calibrate([], 3).scales).toEqual({ svm: 1, naiveBayes: 1, network: 1 });
});

test('probabilities add up to one and ignore what may not compete', () => {
  const shares = probabilities(Float64Array.from([2, Number.NEGATIVE_INFINITY, 1]), 1);
  expect(shares[0]! + shares[1]! + shares[2]!).toBeCloseTo(1, 9);
  expect(shares[1]).toBe(0);
});
