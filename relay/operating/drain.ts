import type { Share } from '../../store/links';

/** How long a link that is busy is waited for before it changes hands in the middle of its work. */
export const busyForAtMostInMs = 10_000;

/** Which link goes to whom, so that the takers have about the same number in the end. Pure. */
export function shareOut(linkIds: readonly string[], takers: readonly Share[]): Map<string, string[]> {
  const counts = takers.map(({ owner, links }) => ({ owner, links }));
  const gifts = new Map<string, string[]>();
  for (const linkId of linkIds) {
    const taker = counts.reduce((least, next) => (next.links < least.links ? next : least), counts[0] ?? { owner: '', links: 0 });
    if (counts.length === 0) break;
    taker.links += 1;
    gifts.set(taker.owner, [...(gifts.get(taker.owner) ?? []), linkId]);
  }
  return gifts;
}
