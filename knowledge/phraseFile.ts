import { readFile, stat } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { ExamplePhrase } from './article';

/** The file of example phrases cannot be used; the message names the file, the line where there is one, and the reason. */
export class PhraseFileError extends Error {
  override readonly name = 'PhraseFileError';
  readonly code = 'PHRASE_FILE';

  constructor(
    readonly file: string,
    readonly line: number | undefined,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${file}${line === undefined ? '' : `, line ${line}`}: ${reason}`, options);
  }
}

const ARTICLE_COLUMNS = ['article', 'category'];

/**
 * Reads example phrases from CSV text with the header `text,category` or `text,article`, where the second value is the
 * article's public number or topic key. Throws {@link PhraseFileError} at the first row that lacks one of both.
 */
export function parsePhrases(content: string, file: string): ExamplePhrase[] {
  const rows = parseRows(content, file);
  const header = rows[0];
  if (!header) throw new PhraseFileError(file, undefined, 'is empty; the first line must be "text,article" or "text,category"');
  const names = header.cells.map((name) => name.trim().toLowerCase());
  const textAt = names.indexOf('text');
  const articleAt = names.findIndex((name) => ARTICLE_COLUMNS.includes(name));
  if (textAt === -1 || articleAt === -1) {
    throw new PhraseFileError(file, header.line, 'the header must be "text,article" or "text,category"');
  }
  return rows.slice(1).map(({ cells, line }) => {
    const text = cells[textAt]?.trim();
    const article = cells[articleAt]?.trim();
    if (!text) throw new PhraseFileError(file, line, 'the text is missing');
    if (!article) throw new PhraseFileError(file, line, "the article's number or topic is missing");
    return { text, article };
  });
}

interface Row {
  readonly cells: string[];
  readonly line: number;
}

function parseRows(content: string, file: string): Row[] {
  try {
    const rows: Row[] = [];
    parse(content, {
      bom: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { lines }: { lines: number }) => {
        rows.push({ cells, line: lines });
        return null;
      },
    });
    return rows;
  } catch (error) {
    const line = (error as { lines?: unknown }).lines;
    const code = (error as { code?: unknown }).code;
    throw new PhraseFileError(file, typeof line === 'number' ? line : undefined, `is not valid CSV (${String(code)})`, {
      cause: error,
    });
  }
}

/** An operator's file of example phrases, read again only when it has changed. */
export class PhraseFile {
  private read: { readonly changedAtInMs: number; readonly size: number; readonly phrases: readonly ExamplePhrase[] } | undefined;

  constructor(readonly file: string) {}

  /**
   * Resolves with all phrases; the very same array when the file's time and size have not changed since.
   * Throws {@link PhraseFileError} when the file is missing, unreadable or holds a bad row.
   */
  async phrases(): Promise<readonly ExamplePhrase[]> {
    const { mtimeMs, size } = await this.attempt(() => stat(this.file));
    if (this.read?.changedAtInMs === mtimeMs && this.read.size === size) return this.read.phrases;
    const content = await this.attempt(() => readFile(this.file, 'utf8'));
    const phrases = parsePhrases(content, this.file);
    this.read = { changedAtInMs: mtimeMs, size, phrases };
    return phrases;
  }

  private async attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(code)})`;
      throw new PhraseFileError(this.file, undefined, reason, { cause: error });
    }
  }
}
