import type { Share } from '../store/links';

/** Differences below this are not worth the move: chats come and go. */
const leastDifference = 2;
const toleratedShare = 0.1;

/**
 * How many links this instance gives to which other one now, so that all have about the same number in the end. Undefined
 * when it has no more than its fair share. Pure.
 */
export function surplus(shares: readonly Share[], owner: string, atMost: number): { to: string; count: number } | undefined {
  const own = shares.find((share) => share.owner === owner);
  const fewest = shares
    .filter((share) => share.owner !== owner)
    .reduce<Share | undefined>((least, share) => (least && least.links <= share.links ? least : share), undefined);
  if (!own || !fewest) return undefined;
  const fair = Math.ceil(shares.reduce((sum, { links }) => sum + links, 0) / shares.length);
  const count = Math.min(own.links - fair, fair - fewest.links, atMost);
  const tolerated = Math.max(leastDifference, fair * toleratedShare);
  return own.links - fair < tolerated || count <= 0 ? undefined : { to: fewest.owner, count };
}
