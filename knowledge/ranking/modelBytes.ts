import { z } from 'zod';
import type { RankingModel } from './rankingModel';

/** Bytes do not hold a model; the message says what is wrong with them. */
export class ModelBytesError extends Error {
  override readonly name = 'ModelBytesError';
  readonly code = 'MODEL_BYTES';
}

/** Total length, length of the description, both as 64-bit floats. */
const LENGTH_SIZE = 8;
const PREFIX_LENGTH = 2 * LENGTH_SIZE;
/** The arrays begin at a multiple of this, as their elements must. */
const ALIGNMENT = 8;

const count = z.int().nonnegative();
const description = z.object({
  classes: count,
  hidden: count,
  calibration: z.object({
    scales: z.object({ svm: z.number(), naiveBayes: z.number(), network: z.number() }),
    sharpness: z.number(),
    relatedLow: z.number(),
    relatedUsual: z.number(),
    sureFrom: z.number(),
  }),
  slots: count,
  columns: count,
});
type Description = z.infer<typeof description>;

/** A model as bytes, in pieces to be written one after the other. The large pieces are the model's own arrays, not copies. */
export function encodeModel(model: RankingModel): Uint8Array[] {
  const { classes, vocabulary, linear, network, calibration } = model;
  const described: Description = {
    classes,
    hidden: network.hidden,
    calibration,
    slots: vocabulary.keys.length,
    columns: vocabulary.idf.length,
  };
  const text = Buffer.from(JSON.stringify(described));
  const { keys, slots, idf } = vocabulary;
  const { input, output } = network;
  // Arrays of bytes last, so that the others begin where their elements may.
  const arrays = [keys, slots, idf, linear.scales, input.scales, output, linear.values, input.values];
  const head = new Uint8Array(aligned(PREFIX_LENGTH + text.length));
  const total = arrays.reduce((sum, array) => sum + array.byteLength, head.length);
  const prefix = new DataView(head.buffer);
  prefix.setFloat64(0, total, true);
  prefix.setFloat64(LENGTH_SIZE, text.length, true);
  head.set(text, PREFIX_LENGTH);
  return [head, ...arrays.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength))];
}

/** The length of all the bytes of a model, told by its first eight; undefined when these are not enough or nonsense. */
export function modelLength(start: Uint8Array): number | undefined {
  if (start.length < LENGTH_SIZE) return undefined;
  const length = new DataView(start.buffer, start.byteOffset).getFloat64(0, true);
  return Number.isSafeInteger(length) && length >= PREFIX_LENGTH ? length : undefined;
}

/** The model in these bytes; its arrays are views of them, not copies. Throws {@link ModelBytesError}. */
export function decodeModel(bytes: ArrayBuffer): RankingModel {
  if (bytes.byteLength < PREFIX_LENGTH || modelLength(new Uint8Array(bytes)) !== bytes.byteLength)
    throw new ModelBytesError('The length is not what the bytes say');
  const textLength = new DataView(bytes).getFloat64(LENGTH_SIZE, true);
  if (!(textLength >= 0 && PREFIX_LENGTH + textLength <= bytes.byteLength))
    throw new ModelBytesError('The description is longer than the bytes');
  const { classes, hidden, calibration, slots, columns } = readDescription(Buffer.from(bytes, PREFIX_LENGTH, textLength));

  let at = aligned(PREFIX_LENGTH + textLength);
  const words = 2 * slots + 3 * columns + hidden * classes;
  if (at + 4 * words + columns * (classes + hidden) !== bytes.byteLength)
    throw new ModelBytesError('The arrays are not as long as described');
  const take = (byteLength: number) => {
    at += byteLength;
    return at - byteLength;
  };
  const integers = (length: number) => new Int32Array(bytes, take(4 * length), length);
  const floats = (length: number) => new Float32Array(bytes, take(4 * length), length);
  const signedBytes = (length: number) => new Int8Array(bytes, take(length), length);

  const vocabulary = { keys: integers(slots), slots: integers(slots), idf: floats(columns) };
  const linearScales = floats(columns);
  const inputScales = floats(columns);
  const output = floats(hidden * classes);
  const linear = { scales: linearScales, values: signedBytes(columns * classes) };
  const input = { scales: inputScales, values: signedBytes(columns * hidden) };
  return { classes, vocabulary, linear, network: { hidden, input, output }, calibration };
}

function readDescription(text: Buffer): Description {
  try {
    return description.parse(JSON.parse(text.toString()));
  } catch (error) {
    throw new ModelBytesError('The description cannot be read', { cause: error });
  }
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
