import type { LinkData } from '../linkData';

/** Tells the tries of a link apart in ids: its route, and how often an operator sent it to one. */
export function routeTag({ routeIndex, requeues }: Pick<LinkData, 'routeIndex' | 'requeues'>): string {
  return requeues === undefined ? `${routeIndex}` : `${routeIndex}.${requeues}`;
}
