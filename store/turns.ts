/**
 * Lines in which instances wait for their turn, one line per key. Who stands in one must report now and then, or counts as gone;
 * all times are the database's.
 */
export interface TurnStore {
  /**
   * Joins the line of a key at its end, for `holdForInMs` unless renewed. True when nobody stands before the ticket. Twice is
   * fine, the place stays the same.
   */
  join(key: string, ticket: string, holdForInMs: number): Promise<boolean>;
  /** Whether nobody who still counts stands before the ticket. */
  isFirst(key: string, ticket: string): Promise<boolean>;
  /** Keeps the places of these tickets for `holdForInMs` from now on. Tickets that left are left out. */
  renew(tickets: string[], holdForInMs: number): Promise<void>;
  /** Twice is fine. */
  leave(ticket: string): Promise<void>;
}
