import type { JsonObject } from '../../../common/json';
import type { Kept } from '../../../handoff/kept';

/** Keeps documents as text, so that nothing but JSON survives, as in a store. */
export class MemoryKept implements Kept {
  readonly documents = new Map<string, string>();

  async read(key: string): Promise<JsonObject | undefined> {
    const text = this.documents.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as JsonObject);
  }

  async write(key: string, value: JsonObject): Promise<void> {
    this.documents.set(key, JSON.stringify(value));
  }

  async remove(key: string): Promise<void> {
    this.documents.delete(key);
  }
}
