import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Log, LogFields } from '../../../../common/log';
import type { ExamplePhrase } from '../../../../knowledge/article';
import { prepareInput } from '../../../../knowledge/articleIndex';
import { cachedTraining } from '../../../../knowledge/ranking/cachedTraining';
import { inputKey } from '../../../../knowledge/ranking/inputKey';
import { train } from '../../../../knowledge/ranking/train';
import { article, shopArticles } from '../articles';

const never = new AbortController().signal;
const inputOf = (phrases: ExamplePhrase[] = [], articles = shopArticles) => prepareInput(articles, phrases).input;
const input = inputOf();

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ranking-'));
  file = path.join(folder, 'data', 'ranking.bin');
});
afterEach(() => rm(folder, { recursive: true }));

/** Each one is a start of its own: nothing is shared but the file. */
function start(of = file) {
  const warnings: { message: string; fields: LogFields | undefined }[] = [];
  const nothing = () => undefined;
  const warn = (message: string, fields?: LogFields) => void warnings.push({ message, fields });
  const log: Log = { debug: nothing, info: nothing, warn, error: nothing, child: () => log };
  const learn = jest.fn(async (from: typeof input) => train(from));
  return { learn, warnings, get: cachedTraining(learn, of, log) };
}

test('the second start with the same input does not learn, and ranks alike', async () => {
  const first = start();
  const learned = await first.get(input, never);
  const second = start();
  expect(await second.get(inputOf(), never)).toEqual(learned);
  expect([first.learn.mock.calls.length, second.learn.mock.calls.length]).toEqual([1, 0]);
  expect([...first.warnings, ...second.warnings]).toEqual([]);
  expect(await readdir(path.dirname(file))).toEqual(['ranking.bin']);
});

test('with other input it learns again and keeps that instead', async () => {
  await start().get(input, never);
  const other = inputOf([{ text: 'where are my boots', article: 'S-1' }]);
  const second = start();
  const learned = await second.get(other, never);
  expect(second.learn).toHaveBeenCalledTimes(1);
  expect(second.warnings).toEqual([]);
  const third = start();
  expect(await third.get(other, never)).toEqual(learned);
  expect(third.learn).not.toHaveBeenCalled();
});

test('every part of the input makes another key', () => {
  const texts = [
    { text: 'a', label: 0, weight: 1, kind: 'head' as const },
    { text: 'b', label: 1, weight: 1, kind: 'phrase' as const },
  ];
  const [first, second] = [texts[0]!, texts[1]!];
  const inputs = [
    { texts, classes: 2 },
    { texts, classes: 3 },
    { texts: [second, first], classes: 2 },
    { texts: [{ ...first, text: 'A' }, second], classes: 2 },
    { texts: [{ ...first, label: 1 }, second], classes: 2 },
    { texts: [{ ...first, weight: 0.5 }, second], classes: 2 },
    { texts: [{ ...first, kind: 'body' as const }, second], classes: 2 },
    { texts: [first], classes: 2 },
    inputOf(),
    inputOf([], [...shopArticles.slice(1), article('S-1', 'Delivery')]),
  ];
  expect(new Set(inputs.map((of) => inputKey(of).toString('hex'))).size).toBe(inputs.length);
  expect(inputKey({ texts: [...texts], classes: 2 })).toEqual(inputKey({ texts, classes: 2 }));
});

test.each([
  ['empty', () => truncate(file, 0), 'cut off'],
  ['cut off in its header', () => truncate(file, 50), 'cut off'],
  ['cut off in the model', async () => truncate(file, (await stat(file)).size - 5), 'checksum'],
  ['foreign', () => writeFile(file, 'SQLite format 3'.padEnd(500)), 'not one of ours'],
  ['damaged in one bit', () => flip(-9), 'checksum'],
  ['damaged in its checksum', () => flip(50), 'checksum'],
])('a file that is %s is logged, learned again and replaced', async (_, spoil, reason) => {
  const learned = await start().get(input, never);
  await spoil();
  const second = start();
  expect(await second.get(input, never)).toEqual(learned);
  expect(second.learn).toHaveBeenCalledTimes(1);
  expect(second.warnings).toEqual([
    {
      message: 'The kept article ranking cannot be used; it is learned again',
      fields: expect.objectContaining({ error: 'MODEL_BYTES', reason: expect.stringContaining(reason) }),
    },
  ]);
  const third = start();
  await third.get(input, never);
  expect(third.learn).not.toHaveBeenCalled();
});

async function flip(at: number): Promise<void> {
  const bytes = await readFile(file);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = bytes[index]! ^ 1;
  await writeFile(file, bytes);
}

test('a folder that cannot be written is only logged', async () => {
  await writeFile(path.join(folder, 'taken'), '');
  const { get, warnings } = start(path.join(folder, 'taken', 'ranking.bin'));
  expect((await get(input, never)).classes).toBe(shopArticles.length);
  expect(warnings.at(-1)).toEqual({
    message: 'The article ranking cannot be kept; the next start learns it again',
    fields: expect.objectContaining({ file: path.join(folder, 'taken', 'ranking.bin') }),
  });
});

test('when the new file cannot take the place of the old one, nothing is left over', async () => {
  const { get, warnings } = start(folder);
  await get(input, never);
  expect(warnings).toHaveLength(2);
  expect((await readdir(path.dirname(folder))).filter((name) => name.startsWith(`${path.basename(folder)}.`))).toEqual([]);
});

test('a failure to learn is passed on and leaves no file', async () => {
  const { get, learn } = start();
  learn.mockRejectedValueOnce(new Error('no memory'));
  await expect(get(input, never)).rejects.toThrow('no memory');
  await expect(stat(file)).rejects.toThrow('ENOENT');
  const stop = new AbortController();
  stop.abort(new Error('enough'));
  await expect(get(input, stop.signal)).rejects.toThrow('enough');
});
