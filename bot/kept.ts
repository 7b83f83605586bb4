import type { Clock } from '../common/clock';
import type { Kept } from '../handoff/kept';
import { type DocumentStore, keptPrefix } from '../store/store';

/** A provider's own corner of the store: other providers' documents are not to be found in it, and no purge takes it away. */
export function keptFor(provider: string, documents: DocumentStore, clock: Clock): Kept {
  const keyOf = (key: string) => `${keptPrefix}${provider}/${key}`;
  return {
    async read(key) {
      return (await documents.read([keyOf(key)])).get(keyOf(key))?.value;
    },
    async write(key, value) {
      await documents.write(new Map([[keyOf(key), { value }]]), clock.now());
    },
    remove: (key) => documents.delete([keyOf(key)]),
  };
}
