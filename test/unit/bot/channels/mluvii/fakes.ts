import type { Activity } from 'botbuilder';
import { abilitiesOf } from '../../../../../bot/channels/mluvii/capabilities';
import { encode } from '../../../../../bot/channels/mluvii/encode';
import { Output } from '../../../../../bot/channels/mluvii/output';
import { createTexts } from '../../../../../bot/texts';
import type { JsonObject } from '../../../../../common/json';
import { type DocumentStore, ETagMismatch, type StoredDocument } from '../../../../../store/store';

/** Documents in memory, with their rules. */
export class Documents implements DocumentStore {
  readonly kept = new Map<string, StoredDocument>();
  private version = 0;

  async read(keys: string[]): Promise<Map<string, StoredDocument>> {
    return new Map(keys.flatMap((key) => (this.kept.has(key) ? [[key, structuredClone(this.kept.get(key)!)] as const] : [])));
  }

  async write(changes: Map<string, { value: JsonObject; eTag?: string }>): Promise<Map<string, string>> {
    for (const [key, { eTag }] of changes) {
      if (eTag !== undefined && eTag !== '*' && this.kept.get(key)?.eTag !== eTag) throw new ETagMismatch(key);
    }
    const tags = new Map<string, string>();
    for (const [key, { value }] of changes) {
      this.version += 1;
      this.kept.set(key, { value: structuredClone(value), eTag: String(this.version) });
      tags.set(key, String(this.version));
    }
    return tags;
  }

  async delete(keys: string[]): Promise<void> {
    for (const key of keys) this.kept.delete(key);
  }
}

const texts = createTexts();

/** What an activity of the bot's comes to for a guest of this source. */
export function encoded(activity: Partial<Activity>, source?: string): Output {
  const output = new Output(abilitiesOf(source), (key, params) => texts.t(key, 'en', params));
  encode(activity, output);
  return output;
}
