/** Which way a message goes. */
export type Way = 'toAgent' | 'toCustomer';

export interface Arrival {
  seq: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** What was said and what arrived in one direction of one chat. */
export interface Lane {
  chat: number;
  way: Way;
  /** When message 1, 2, 3 … was given to the product or the desk. */
  saidAt: number[];
  /** In the order of arrival, doubles included. */
  arrivals: Arrival[];
}

/** Chat, direction and number travel in the text, so that every message is known again on the other side. */
export function textOf(lane: Lane, seq: number): string {
  return `Soak ${lane.chat} ${lane.way} ${seq}: the quick brown fox jumps over the lazy dog.`;
}

/** The number in a text that was meant for this lane; undefined for notices and the like. */
export function seqIn(lane: Lane, text: string): number | undefined {
  const [, chat, way, seq] = /Soak (\d+) (\w+) (\d+):/.exec(text) ?? [];
  return Number(chat) === lane.chat && way === lane.way ? Number(seq) : undefined;
}
