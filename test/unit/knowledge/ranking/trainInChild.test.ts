import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { rank } from '../../../../knowledge/ranking/rank';
import { ownCopy, type RankingModel } from '../../../../knowledge/ranking/rankingModel';
import { train } from '../../../../knowledge/ranking/train';
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

test('the process gets the texts, no environment, and what it writes is the result', async () => {
  const body = `require('node:stream/consumers').buffer(process.stdin).then((data) => {
    const big = new Float32Array(200_000).fill(0.5);
    process.stdout.write(v8.serialize({ got: v8.deserialize(data), env: Object.keys(process.env), big }));
  });`;
  const result = (await runChild(await program('echo', body), input, never)) as unknown as {
    got: unknown;
    env: string[];
    big: Float32Array;
  };
  expect(result.got).toEqual(input);
  expect(result.env).not.toContain('PATH');
  expect(result.big.length).toBe(200_000);
  expect(result.big[199_999]).toBe(0.5);
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

test('a model survives the way between processes', () => {
  const model = train(input);
  const arrived = ownCopy(deserialize(serialize(model)) as RankingModel);
  expect(arrived.linear.buffer.byteLength).toBe(model.linear.byteLength);
  expect(rank(arrived, 'hello')).toEqual(rank(model, 'hello'));
  expect(arrived.classes).toBe(1);
});
