import type { JsonObject } from '../common/json';

/** Work that must be done sometime, in order within its group. */
export interface NewTask {
  /** Unique; adding a known id changes nothing. */
  id: string;
  /** Tasks of one group are done one after the other, in order of adding. */
  group: string;
  payload: JsonObject;
}

export interface Task extends NewTask {
  seq: number;
  /** How many attempts were begun, the one that `claim` begins included. */
  attempts: number;
  /** Milliseconds since 1970. */
  addedAt: number;
  lastError?: string;
}

/**
 * A durable list of tasks with retries, shared by all instances. Leases and due times are kept by the database's clock; the
 * clock of an instance is only noted (`addedAt`).
 */
export interface TaskStore {
  /** Adds tasks in this order, all or none; known ids are left out. They are due at once. */
  add(tasks: NewTask[], now: number): Promise<void>;
  /**
   * Takes up to `limit` tasks that are due, each the oldest unfinished one of its group, and keeps others from taking
   * them for `leaseForInMs` or until one of the next four is called. With `groups` only those of groups whose name begins so.
   */
  claim(leaseForInMs: number, limit: number, groups?: string): Promise<Task[]>;
  /** Done; the next of the group is free, and the id stays known until `Store.purge`. Twice is fine. */
  complete(id: string): Promise<void>;
  /** Failed for now; due again after `delayInMs`. */
  retryIn(id: string, delayInMs: number, error: string): Promise<void>;
  /** Given up: kept for the operator, and the next of the group is free. */
  bury(id: string, error: string): Promise<void>;
  /** Makes a buried task due again. False when there is no such task. */
  revive(id: string): Promise<boolean>;
  /** Buried tasks, oldest first. */
  buried(limit: number): Promise<Task[]>;
  /** Unfinished tasks and the time the oldest was added. */
  backlog(): Promise<{ count: number; oldestAddedAt?: number }>;
  /** Unfinished tasks of all groups, oldest first; `dueInMs` is below zero when one is overdue. For operators. */
  waiting(limit: number): Promise<(Task & { dueInMs: number })[]>;
  /** Makes an unfinished task due now. False when there is no such task. Twice is fine. */
  hurry(id: string): Promise<boolean>;
  /** Unfinished tasks of a group, in order. */
  unfinished(group: string): Promise<Task[]>;
}
