import type { Storage, StoreItems } from 'botbuilder';
import { ETagMismatch } from '../store/store';

/**
 * Lets state be written only over the version that was read. The SDK writes the state of a turn over whatever is there: a turn
 * that was overtaken (its process stood still for longer than its place in line was kept) would undo another one silently.
 */
export class CheckedStorage implements Storage {
  private readonly versions = new WeakMap<object, string>();

  constructor(private readonly inner: Storage) {}

  async read(keys: string[]): Promise<StoreItems> {
    const items = await this.inner.read(keys);
    for (const item of Object.values(items) as { eTag?: unknown }[]) {
      if (typeof item.eTag === 'string') this.versions.set(item, item.eTag);
    }
    return items;
  }

  /** Rejects as `inner` does when an item that was read here was changed by somebody else since. */
  async write(changes: StoreItems): Promise<void> {
    const checked: StoreItems = {};
    for (const [key, item] of Object.entries(changes)) {
      const eTag = this.versions.get(item as object);
      checked[key] = eTag === undefined ? item : { ...item, eTag };
    }
    await this.inner.write(checked);
    // The new version is not told; who writes the same item again has just written it.
    for (const item of Object.values(changes)) this.versions.delete(item as object);
  }

  delete(keys: string[]): Promise<void> {
    return this.inner.delete(keys);
  }
}

/** Whether a turn failed because another one had written the state in between. */
export function isStateConflict(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof ETagMismatch;
}
