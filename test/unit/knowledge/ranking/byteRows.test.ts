import fc from 'fast-check';
import { addByteRows, toByteRows } from '../../../../knowledge/ranking/byteRows';
import { addLinearScores } from '../../../../knowledge/ranking/linearScores';

const finite = fc.float({ min: -1000, max: 1000, noNaN: true });

test('every element is off by at most half a step of its row', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(finite, finite, finite), { maxLength: 20 }), (rows) => {
      const matrix = Float32Array.from(rows.flat());
      const { values, scales } = toByteRows(matrix, 3);
      matrix.forEach((value, index) => {
        const scale = scales[Math.floor(index / 3)]!;
        expect(Math.abs(values[index]! * scale - value)).toBeLessThanOrEqual(scale * 0.501 + 1e-30);
      });
    }),
  );
});

test('the product with a sparse vector is nearly that of the original', () => {
  const matrix = Float32Array.from([1, -2, 0.5, 0.25, 0, 0, 100, -50]);
  const vector = { columns: Int32Array.of(3, 0), values: Float32Array.of(0.5, 2) };
  const exact = new Float64Array(2);
  const rounded = new Float64Array(2);
  addLinearScores(matrix, vector, exact);
  addByteRows(toByteRows(matrix, 2), vector, rounded);
  rounded.forEach((value, index) => {
    // Half a step of each row times the value of its column: 0.5 × 0.4 and 2 × 0.01.
    expect(Math.abs(value - exact[index]!)).toBeLessThan(0.23);
  });
});

test('a matrix without rows or of width 0 is empty', () => {
  expect(toByteRows(new Float32Array(0), 0)).toEqual({ values: new Int8Array(0), scales: new Float32Array(0) });
  expect(toByteRows(new Float32Array(0), 5).scales).toHaveLength(0);
});
