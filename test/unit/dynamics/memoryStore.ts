import { type JsonObject, toJson } from '../../../common/json';
import { type DocumentStore, ETagMismatch, noDocument, type StoredDocument } from '../../../store/store';
import type { NewTask, Task, TaskStore } from '../../../store/tasks';

interface HeldTask extends Task {
  dueAt: number;
  leaseUntil: number;
  isBuried: boolean;
}

/** The store's two ports the ledger uses, in memory: what a test hands from one "process" to the next. */
export class MemoryStore {
  private readonly held = new Map<string, HeldTask>();
  private readonly stored = new Map<string, StoredDocument>();
  private readonly done = new Set<string>();
  private seq = 0;
  /** Throws when it says so: a crash or a failing database at that call. */
  beforeCall: (name: string) => void = () => undefined;

  constructor(private readonly clock: { now(): number }) {}

  readonly documents: DocumentStore = {
    read: async (keys) => {
      this.beforeCall('read');
      return new Map(keys.flatMap((key) => (this.stored.has(key) ? [[key, structuredClone(this.stored.get(key)!)]] : [])));
    },
    write: async (changes, now, tasks = []) => {
      this.beforeCall('write');
      for (const [key, { eTag }] of changes) {
        if (eTag === undefined || eTag === '*') continue;
        if ((this.stored.get(key)?.eTag ?? noDocument) !== eTag) throw new ETagMismatch(key);
      }
      const eTags = new Map<string, string>();
      for (const [key, { value }] of changes) {
        const eTag = String(++this.seq);
        this.stored.set(key, { value: toJson(value) as JsonObject, eTag });
        eTags.set(key, eTag);
      }
      this.keep(tasks, now);
      return eTags;
    },
    delete: async (keys) => {
      for (const key of keys) this.stored.delete(key);
    },
  };

  readonly tasks: TaskStore = {
    add: async (tasks: NewTask[], now) => {
      this.beforeCall('add');
      this.keep(tasks, now);
    },
    claim: async (leaseForInMs, limit) => {
      this.beforeCall('claim');
      const now = this.clock.now();
      const groups = new Set<string>();
      const claimed: Task[] = [];
      for (const task of this.waiting()) {
        if (groups.has(task.group)) continue;
        groups.add(task.group);
        if (task.dueAt > now || task.leaseUntil > now || claimed.length >= limit) continue;
        task.leaseUntil = now + leaseForInMs;
        task.attempts += 1;
        claimed.push(structuredClone(task));
      }
      return claimed;
    },
    complete: async (id) => {
      this.beforeCall('complete');
      // A finished id stays known.
      if (this.held.has(id)) this.done.add(id);
      this.held.delete(id);
    },
    retryIn: async (id, delayInMs, lastError) => {
      const task = this.held.get(id);
      if (task) Object.assign(task, { dueAt: this.clock.now() + delayInMs, lastError, leaseUntil: 0 });
    },
    bury: async (id, lastError) => {
      const task = this.held.get(id);
      if (task) Object.assign(task, { lastError, isBuried: true });
    },
    revive: async (id) => {
      const task = this.held.get(id);
      if (!task?.isBuried) return false;
      Object.assign(task, { isBuried: false, dueAt: this.clock.now(), leaseUntil: 0 });
      return true;
    },
    waiting: async (limit) =>
      this.waiting()
        .slice(0, limit)
        .map((task) => ({ ...task, dueInMs: task.dueAt - this.clock.now() })),
    hurry: async (id) => {
      const task = this.waiting().find((waiting) => waiting.id === id);
      if (task) task.dueAt = this.clock.now();
      return task !== undefined;
    },
    buried: async (limit) => [...this.held.values()].filter((task) => task.isBuried).slice(0, limit),
    backlog: async () => {
      const waiting = this.waiting();
      return { count: waiting.length, ...(waiting[0] && { oldestAddedAt: waiting[0].addedAt }) };
    },
    unfinished: async (group) => this.waiting().filter((task) => task.group === group),
  };

  private keep(tasks: readonly NewTask[], now: number): void {
    for (const task of tasks) {
      if (this.held.has(task.id) || this.done.has(task.id)) continue;
      const times = { addedAt: now, dueAt: now, leaseUntil: 0 };
      this.held.set(task.id, { ...structuredClone(task), ...times, seq: ++this.seq, attempts: 0, isBuried: false });
    }
  }

  private waiting(): HeldTask[] {
    return [...this.held.values()].filter((task) => !task.isBuried).sort((a, b) => a.seq - b.seq);
  }
}
