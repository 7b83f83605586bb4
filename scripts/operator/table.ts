import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';

/** Columns by heading, each with what to write for a row. */
export type Columns = readonly (readonly [string, (row: JsonObject) => JsonValue | undefined])[];

/** Rows as text under headings; `nothing` when there are none. */
export function table(columns: Columns, rows: readonly JsonObject[], nothing: string): string {
  if (rows.length === 0) return nothing;
  const cells = [columns.map(([heading]) => heading), ...rows.map((row) => columns.map(([, read]) => write(read(row))))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Members of an object, one per line; lists and objects within are left to `--json`. */
export function facts(row: JsonObject): string {
  const entries = Object.entries(row).filter(([, value]) => !Array.isArray(value));
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${write(value)}`).join('\n');
}

export function write(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') {
    return isJsonObject(value)
      ? Object.entries(value)
          .map(([name, member]) => `${name}=${write(member)}`)
          .join(' ')
      : value.map(write).join(', ');
  }
  // Whatever a server sends must not steer the terminal.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is taken out
  return String(value).replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}

/** Milliseconds in the two largest units that say something. */
export function duration(inMs: JsonValue | undefined): string {
  if (typeof inMs !== 'number') return '';
  const seconds = Math.max(0, Math.round(inMs / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours}h${Math.floor((seconds % 3600) / 60)}m` : `${Math.floor(hours / 24)}d${hours % 24}h`;
}

/** The rows of a list in an answer. */
export function rowsOf(answer: JsonObject, name: string): JsonObject[] {
  const list = answer[name];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
