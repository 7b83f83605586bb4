import { auroc, metricsOf } from '../../../../bench/answers/metrics';

test('shares, mean reciprocal rank and the precision of sure answers', () => {
  const metrics = metricsOf([
    { rank: 1, decision: 'sure', coverage: 1 },
    { rank: 2, decision: 'sure', coverage: 1 },
    { rank: 4, decision: 'several', coverage: 1 },
    { rank: undefined, decision: 'none', coverage: 0 },
  ]);
  expect(metrics).toEqual({
    questions: 4,
    top1: 0.25,
    top3: 0.5,
    mrr: 1.75 / 4,
    sure: 0.5,
    several: 0.25,
    none: 0.25,
    sureRight: 0.5,
  });
});

test('the area under the curve is 1 when all own questions are above, one half when nothing tells them apart', () => {
  expect(auroc([0.9, 0.8], [0.1, 0.2])).toBe(1);
  expect(auroc([0.1], [0.9])).toBe(0);
  expect(auroc([0.5, 0.5], [0.5])).toBe(0.5);
  expect(auroc([0.3, 0.9], [0.5])).toBe(0.5);
});
