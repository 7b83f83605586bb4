import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PhraseFile, PhraseFileError, parsePhrases } from '../../../knowledge/phraseFile';

describe('parsing', () => {
  test.each(['text,category', 'text,article', '\uFEFFText, Article'])('the header %j is understood', (header) => {
    expect(parsePhrases(`${header}\n"Where, please?",S-1\n\nAnd now?,S-2\n`, 'p.csv')).toEqual([
      { text: 'Where, please?', article: 'S-1' },
      { text: 'And now?', article: 'S-2' },
    ]);
  });

  test('columns may come in any order, among others', () => {
    expect(parsePhrases('category,note,text\nS-1,x,Hello', 'p.csv')).toEqual([{ text: 'Hello', article: 'S-1' }]);
  });

  test.each([
    ['', 'p.csv: is empty'],
    ['question,answer\na,b', 'p.csv, line 1: the header must be'],
    ['text,article\na,S-1\n ,S-2', 'p.csv, line 3: the text is missing'],
    ['text,article\n"two\nlines",S-1\nb,', "p.csv, line 4: the article's number or topic is missing"],
    ['text,article\na,S-1\na,b,c', 'p.csv, line 3: is not valid CSV'],
    ['text,article\n"a,S-1', 'p.csv, line 2: is not valid CSV'],
  ])('%j is refused with file and line', (content, message) => {
    expect(() => parsePhrases(content, 'p.csv')).toThrow(PhraseFileError);
    expect(() => parsePhrases(content, 'p.csv')).toThrow(message);
  });
});

describe('reading', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'phrases-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('the file is read again only when it has changed', async () => {
    const file = path.join(folder, 'p.csv');
    await writeFile(file, 'text,article\nfirst,S-1\n');
    const phrases = new PhraseFile(file);
    const before = await phrases.phrases();
    expect(await phrases.phrases()).toBe(before);
    await writeFile(file, 'text,article\nother,S-1\n');
    await utimes(file, new Date(), new Date(Date.now() + 60_000));
    expect(await phrases.phrases()).toEqual([{ text: 'other', article: 'S-1' }]);
  });

  test('a missing file is named', async () => {
    const file = path.join(folder, 'none.csv');
    await expect(new PhraseFile(file).phrases()).rejects.toThrow(`${file}: does not exist`);
    await expect(new PhraseFile(file).phrases()).rejects.toBeInstanceOf(PhraseFileError);
  });

  test('a folder in place of a file is an error that says so', async () => {
    await expect(new PhraseFile(folder).phrases()).rejects.toThrow('cannot be read (EISDIR)');
  });
});
