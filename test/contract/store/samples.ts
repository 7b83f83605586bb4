import type { JsonObject } from '../../../common/json';
import type { Link, NewLink } from '../../../store/links';
import type { Store } from '../../../store/store';

/** A link to open; `n` tells links apart. */
export function newLink(n: number | string, more: Partial<NewLink> = {}): NewLink {
  return {
    id: `link-${n}`,
    conversationKey: `webchat|conversation-${n}`,
    provider: '8x8',
    request: { topic: 'cards', said: ['where is my card?'] },
    data: { route: 0 },
    ...more,
  };
}

export async function openLink(store: Store, n: number | string = 1, more: Partial<NewLink> = {}): Promise<Link> {
  const { link } = await store.links.open(newLink(n, more), 'instance-1', 1000);
  return link;
}

export function message(n: number | string, payload: JsonObject = { text: `message ${n}` }) {
  return { messageId: `message-${n}`, payload };
}

export function event(n: number | string, payload: JsonObject = { type: 'agentMessage', text: `event ${n}` }) {
  return { eventId: `event-${n}`, payload };
}

/** The whole numbers from 0 up to but not including `count`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Text that breaks naive storage: emoji with joiners, right-to-left, combining marks, NUL, a lone surrogate, quotes. */
export const awkwardText = '👩‍👧‍👦 שלום مرحبا e\u0301 ?1 $1 \' " \\ \u0000 \ud800 \u2028 \r\n';
