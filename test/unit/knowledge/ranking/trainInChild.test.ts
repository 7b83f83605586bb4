import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runChild, TrainingError, trainInPlace } from '../../../../knowledge/ranking/trainInChild';

const input = { texts: [{ text: 'hello', label: 0, weight: 1, kind: 'head' as const }], classes: 1 };
const never = new AbortController().signal;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'train-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function program(name: string, body: string): Promise<string> {
  const file = path.join(folder, `${name}.js`);
  await writeFile(file, `const v8 = require('node:v8');\n${body}`);
  return file;
}

/** What a program of a test needs to write a model of no classes whose vocabulary is the given bytes. */
const writeModel = (keys: string) => `
  const keys = ${keys};
  const described = { classes: 0, hidden: 0, slots: keys.length / 4, columns: 0, calibration: {
    scales: { svm: 1, naiveBayes: 1, network: 1 }, sharpness: 1, relatedLow: 1, relatedUsual: 2, sureFrom: 1 } };
  const text = Buffer.from(JSON.stringify(described));
  const head = Buffer.alloc(Math.ceil((16 + text.length) / 8) * 8);
  head.writeDoubleLE(head.length + 2 * keys.length, 0);
  head.writeDoubleLE(text.length, 8);
  text.copy(head, 16);
  const bytes = Buffer.concat([head, keys, keys]);`;

test('the process gets the texts, no environment, and the model it writes is the result, however it is cut into pieces', async () => {
  const body = `require('node:stream/consumers').buffer(process.stdin).then(async (data) => {
    const told = Buffer.from(JSON.stringify({ got: v8.deserialize(data), env: Object.keys(process.env) }));
    ${writeModel('Buffer.concat([told, Buffer.alloc(1_000_000 - told.length, 32)])')}
    for (const byte of bytes.subarray(0, 20)) await new Promise((done) => process.stdout.write(Buffer.of(byte), done));
    process.stdout.write(bytes.subarray(20));
  });`;
  const { vocabulary } = await runChild(await program('echo', body), input, never);
  const { buffer, byteOffset, byteLength } = vocabulary.keys;
  const result = JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString());
  expect(result.got).toEqual(input);
  expect(result.env).not.toContain('PATH');
  expect(vocabulary.slots).toEqual(vocabulary.keys);
});

test.each([
  ['too few', 'process.stdout.write(bytes.subarray(0, -4))', 'cut off'],
  ['too many', 'process.stdout.write(bytes); process.stdout.write(Buffer.alloc(4))', 'more bytes'],
  ['nonsense in place of the length', "process.stdout.write('out of memory')", 'cut off'],
])('%s bytes are an error', async (_, write, message) => {
  const body = `${writeModel('Buffer.alloc(400)')}\n${write};`;
  await expect(runChild(await program('wrong', body), input, never)).rejects.toThrow(message);
});

test('a process that fails is an error that tells the code', async () => {
  const file = await program('fail', 'process.exit(3);');
  await expect(runChild(file, input, never)).rejects.toThrow(TrainingError);
  await expect(runChild(file, input, never)).rejects.toThrow('code 3');
});

test('a process that ends well but says nothing is an error', async () => {
  await expect(runChild(await program('silent', ''), input, never)).rejects.toThrow();
});

test('aborting kills the process', async () => {
  const file = await program('endless', 'for (;;);');
  const stop = new AbortController();
  const running = runChild(file, input, stop.signal);
  stop.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  await expect(runChild(file, input, stop.signal)).rejects.toThrow('enough');
  await expect(trainInPlace(input, stop.signal)).rejects.toThrow('enough');
});
