import type { HandoffError } from '../../handoff/errors';
import type { LiveLink, Trouble } from '../linkData';

/** Enough to see what happens again and again. */
const kept = 20;

/** The link with one more trouble noted, the oldest left out; the same one again only moves its time and count. Pure. */
export function withTrouble(link: LiveLink, call: Trouble['call'], error: HandoffError, now: number): LiveLink {
  const known = link.data.troubles ?? [];
  const last = known.at(-1);
  const isSame = last?.desk === error.provider && last.call === call && last.code === error.code;
  const trouble: Trouble = {
    at: now,
    desk: error.provider,
    call,
    code: error.code,
    ...(error.detail !== undefined && { detail: error.detail }),
    times: isSame ? last.times + 1 : 1,
  };
  const troubles = [...(isSame ? known.slice(0, -1) : known), trouble].slice(-kept);
  return { ...link, data: { ...link.data, troubles } };
}
