import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';

/** What is kept of the conversations: one JSON line for each thing that happened. */
export type JournalLine =
  | { kind: 'key'; key: string; secret: string }
  | { kind: 'conversation'; id: string; userId: string; userName?: string; isStarted: boolean; at: number }
  | { kind: 'activity'; conversationId: string; position: number; activity: JsonObject }
  | { kind: 'deleted'; conversationId: string; activityId: string }
  | { kind: 'file'; id: string; name: string; contentType: string };

/** The lines in a file, or nowhere when no file is named. Files of customers lie in a folder beside it. */
export class Journal {
  constructor(private readonly file?: string) {}

  /** All lines in order. A last line that a crash cut off is left out, and the file is mended. */
  read(): JournalLine[] {
    if (!this.file) return [];
    mkdirSync(path.dirname(this.file), { recursive: true });
    if (!existsSync(this.file)) return [];
    const text = readFileSync(this.file, 'utf8');
    const lines = text
      .split('\n')
      .filter((line) => line !== '')
      .map(parseJson);
    const whole = lines.filter((line) => isJsonObject(line) && typeof line['kind'] === 'string') as unknown as JournalLine[];
    if (whole.length < lines.length || (text !== '' && !text.endsWith('\n'))) this.replace(whole);
    return whole;
  }

  add(line: JournalLine): void {
    // Written before the caller is answered; a sandbox has little to write.
    if (this.file) appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }

  /** Puts these lines in the place of all. */
  replace(lines: JournalLine[]): void {
    if (!this.file) return;
    const fresh = `${this.file}.new`;
    writeFileSync(fresh, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    renameSync(fresh, this.file);
  }

  writeFile(id: string, bytes: Buffer): void {
    if (!this.file) return;
    mkdirSync(`${this.file}.files`, { recursive: true });
    writeFileSync(path.join(`${this.file}.files`, id), bytes);
  }

  readFile(id: string): Buffer | undefined {
    const file = this.file && path.join(`${this.file}.files`, id);
    return file && existsSync(file) ? readFileSync(file) : undefined;
  }
}
