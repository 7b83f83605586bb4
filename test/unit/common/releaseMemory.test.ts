import { setImmediate as nextRound } from 'node:timers/promises';
import { releaseMemory } from '../../../common/releaseMemory';

it('collects what nothing needs any more, and nothing else', async () => {
  const needed = { is: 'needed' };
  const references = { needed: new WeakRef(needed), unneeded: new WeakRef({ is: 'unneeded' }) };
  // Within the round in which it was made, a reference keeps its target.
  await nextRound();
  await releaseMemory();
  expect(references.unneeded.deref()).toBeUndefined();
  expect(references.needed.deref()).toBe(needed);
  await releaseMemory();
});
