import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import { tables } from './schema';

/** A row with its version, which gives the ETag. */
export interface Row {
  id: string;
  version: number;
  values: JsonObject;
}

export interface Link {
  parentId: string;
  relation: string;
  childId: string;
}

type Entry = { set: string; row: Row } | { set: string; deletedId: string } | { link: Link } | { unlink: Link };
type SetRows = Map<string, Row>;

/**
 * The rows of all tables. With a file, every change is written to its end at once, so that the records are there again after
 * the sandbox is restarted.
 */
export class Rows {
  private sets = new Map<string, SetRows>();
  private linkList: Link[] = [];
  private readonly listeners = new Set<() => void>();
  /** While set, changes are collected here instead of being written down: the change set of a batch. */
  private pending: Entry[] | undefined;

  constructor(private readonly file?: string) {
    for (const set of tables.keys()) this.sets.set(set, new Map());
    if (file === undefined) return;
    if (existsSync(file)) this.load(file);
    mkdirSync(path.dirname(file), { recursive: true });
    this.compact(file);
  }

  all(set: string): Row[] {
    return [...this.setRows(set).values()];
  }

  get(set: string, id: string): Row | undefined {
    return this.setRows(set).get(id.toLowerCase());
  }

  put(set: string, id: string, values: JsonObject): Row {
    const row = { id: id.toLowerCase(), version: (this.get(set, id)?.version ?? 1000) + 1, values };
    this.record({ set, row });
    return row;
  }

  delete(set: string, id: string): void {
    this.record({ set, deletedId: id.toLowerCase() });
  }

  links(parentId: string, relation: string): string[] {
    return this.linkList
      .filter((link) => link.parentId === parentId.toLowerCase() && link.relation === relation)
      .map((link) => link.childId);
  }

  parents(childId: string): string[] {
    return this.linkList.filter((link) => link.childId === childId.toLowerCase()).map((link) => link.parentId);
  }

  link(parentId: string, relation: string, childId: string): void {
    this.record({ link: { parentId: parentId.toLowerCase(), relation, childId: childId.toLowerCase() } });
  }

  unlink(parentId: string, relation: string, childId: string): void {
    this.record({ unlink: { parentId: parentId.toLowerCase(), relation, childId: childId.toLowerCase() } });
  }

  /** All changes of the job, or none of them when it throws; inside another one, that one decides. The job must not wait for anything. */
  atomic<T>(job: () => T): T {
    if (this.pending) return job();
    const sets = new Map([...this.sets].map(([set, rows]) => [set, new Map(rows)]));
    const linkList = [...this.linkList];
    this.pending = [];
    try {
      const result = job();
      const entries = this.pending;
      this.pending = undefined;
      for (const entry of entries) this.keep(entry);
      return result;
    } catch (error) {
      this.pending = undefined;
      this.sets = sets;
      this.linkList = linkList;
      throw error;
    }
  }

  /** Calls back after any change; returns the function that stops it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private record(entry: Entry): void {
    this.apply(entry);
    if (this.pending) this.pending.push(entry);
    else this.keep(entry);
  }

  private keep(entry: Entry): void {
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
    for (const listener of this.listeners) listener();
  }

  private apply(entry: Entry): void {
    if ('link' in entry) {
      const { parentId, relation, childId } = entry.link;
      if (!this.links(parentId, relation).includes(childId)) this.linkList.push(entry.link);
    } else if ('unlink' in entry) {
      const { parentId, relation, childId } = entry.unlink;
      this.linkList = this.linkList.filter(
        (link) => link.parentId !== parentId || link.relation !== relation || link.childId !== childId,
      );
    } else if ('deletedId' in entry) this.setRows(entry.set).delete(entry.deletedId);
    else this.setRows(entry.set).set(entry.row.id, entry.row);
  }

  private setRows(set: string): SetRows {
    const rows = this.sets.get(set);
    if (!rows) throw new Error(`there is no entity set ${set}`);
    return rows;
  }

  private load(file: string): void {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const entry = parseJson(line);
      // A line that was cut off when the process was killed is left out.
      if (!isJsonObject(entry)) continue;
      const set = entry['set'];
      if (typeof set === 'string' && !this.sets.has(set)) continue;
      this.apply(entry as unknown as Entry);
    }
  }

  private compact(file: string): void {
    const lines: Entry[] = [...this.sets].flatMap(([set, rows]) => [...rows.values()].map((row) => ({ set, row })));
    lines.push(...this.linkList.map((link) => ({ link })));
    writeFileSync(file, lines.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }
}
