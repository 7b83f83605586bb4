/** State of an operator group at the moment. */
export type GroupState = 'ONLINE' | 'BUSY' | 'OFFLINE';

export interface Group {
  groupId: number;
  displayName: string;
  state: GroupState;
  /** Why it is offline. */
  reasons: string[];
  /** Sessions in its queue. */
  waiting: number;
}

/** What became of something that was asked of a session. */
export type Outcome<T> =
  | { is: 'done'; value: T }
  /** The session is not the bot's, or over. */
  | { is: 'lost' }
  | { is: 'noAnswer' }
  | { is: 'failed'; code: string; status?: number; delivered: 'no' | 'unknown'; retryAfterInMs?: number };

/** `routing`: the rules decide, by the parameters (HandOff). `forward`: this group or operator, whatever its load (Forward). */
export type Leaving = { by: 'routing' } | { by: 'forward'; operatorGroupId?: number; userId?: number };

/**
 * What the channel lets us do with a session as a whole; the channel's own code brings it. Customers are named by the id
 * that the channel gave them. Nothing of it rejects but for faults of ours and of the store.
 */
export interface SessionControl {
  /** Whether the customer is in a session of the channel. */
  has(channel: string, customerId: string): boolean;
  /** Whether the session has been given away already; settles what a crash left open. */
  isAway(customerId: string, signal: AbortSignal): Promise<Outcome<boolean>>;
  /** Done with false: the channel refused them. */
  setCallParams(customerId: string, params: Record<string, string>, signal: AbortSignal): Promise<Outcome<boolean>>;
  /** These groups, or without ids those that routing would choose for the present parameters. */
  groups(customerId: string, groupIds: number[] | undefined, signal: AbortSignal): Promise<Outcome<Group[]>>;
  /** Operators who are there and free. */
  operators(customerId: string, groupId: number | undefined, signal: AbortSignal): Promise<Outcome<{ userId: number }[]>>;
  /** Gives the session away. Twice is fine. */
  leave(customerId: string, leaving: Leaving, signal: AbortSignal): Promise<Outcome<true>>;
}
