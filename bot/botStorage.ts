import type { Storage, StoreItems } from 'botbuilder';
import type { Clock } from '../common/clock';
import { asJson, isJsonObject, type JsonObject } from '../common/json';
import { type DocumentStore, ETagMismatch } from '../store/store';

/**
 * The Bot Framework's state kept in the product's own store. An item with an eTag is written only over that very
 * version; without one, or with `*`, over any. A conflict rejects with an `Error` whose text names the eTag conflict,
 * as the SDK's own storages do, and then nothing of the call is written.
 */
export class BotStorage implements Storage {
  constructor(
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
  ) {}

  async read(keys: string[]): Promise<StoreItems> {
    if (!keys) throw new ReferenceError('Keys are required when reading.');
    if (keys.length === 0) return {};
    const found = await this.documents.read(keys);
    const items: StoreItems = {};
    for (const [key, document] of found) items[key] = { ...document.value, eTag: document.eTag };
    return items;
  }

  async write(changes: StoreItems): Promise<void> {
    if (!changes) throw new ReferenceError('Changes are required when writing.');
    const documents = new Map<string, { value: JsonObject; eTag?: string }>();
    for (const [key, item] of Object.entries(changes)) {
      const { eTag, ...rest } = item as { eTag?: unknown };
      if (!isJsonObject(item)) throw new TypeError(`Storage: "${key}" is not an object.`);
      const value = asJson(rest);
      documents.set(key, typeof eTag === 'string' && eTag !== '' ? { value, eTag } : { value });
    }
    if (documents.size === 0) return;
    try {
      await this.documents.write(documents, this.clock.now());
    } catch (error) {
      if (error instanceof ETagMismatch)
        throw new Error(`Storage: error writing "${error.key}" due to eTag conflict.`, { cause: error });
      throw error;
    }
  }

  async delete(keys: string[]): Promise<void> {
    if (!keys) throw new ReferenceError('Keys are required when deleting.');
    if (keys.length > 0) await this.documents.delete(keys);
  }
}
