import { prepareInput } from '../../../../knowledge/articleIndex';
import { decodeModel, encodeModel, ModelBytesError, modelLength } from '../../../../knowledge/ranking/modelBytes';
import { rank } from '../../../../knowledge/ranking/rank';
import { train } from '../../../../knowledge/ranking/train';
import { shopArticles } from '../articles';

const model = train(prepareInput(shopArticles, []).input);

function bytesOf(of = model): ArrayBuffer {
  const bytes = Buffer.concat(encodeModel(of));
  return new Uint8Array(bytes).buffer;
}

test.each([0, 1, 5])('a model of %i articles comes back as it was, in the memory of its bytes', (count) => {
  const original = train(prepareInput(shopArticles.slice(0, count), []).input);
  const bytes = bytesOf(original);
  const back = decodeModel(bytes);
  expect(back).toEqual(original);
  expect(rank(back, 'where is my parcel')).toEqual(rank(original, 'where is my parcel'));
  expect(back.linear.values.buffer).toBe(bytes);
});

test('the first eight bytes tell the length', () => {
  const bytes = new Uint8Array(bytesOf());
  expect(modelLength(bytes)).toBe(bytes.length);
  expect(modelLength(bytes.subarray(0, 7))).toBeUndefined();
  expect(modelLength(Buffer.from('anything'))).toBeUndefined();
});

test('bytes of any other length are refused', () => {
  const bytes = bytesOf();
  for (const length of [0, 7, 16, 40, bytes.byteLength - 4])
    expect(() => decodeModel(bytes.slice(0, length))).toThrow(ModelBytesError);
});

test.each([
  ['a description that is longer than all', (bytes: Uint8Array) => new Float64Array(bytes.buffer, 8, 1).fill(1e9)],
  ['a description without end', (bytes: Uint8Array) => new Float64Array(bytes.buffer, 8, 1).fill(Number.NaN)],
  ['a description that is no JSON', (bytes: Uint8Array) => bytes.fill(0x78, 16, 20)],
  ['arrays of other lengths', (bytes: Uint8Array) => bytes.set(Buffer.from('9'), 16 + '{"classes":'.length)],
])('%s is refused', (_, spoil) => {
  const bytes = new Uint8Array(bytesOf());
  spoil(bytes);
  expect(() => decodeModel(bytes.buffer)).toThrow(ModelBytesError);
});
