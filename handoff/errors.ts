/**
 * What a desk's failure means for the conversation. A vendor's own codes stay in the provider's folder.
 * - `unavailable`: nobody can take the chat now (closed, no agent, queue full); try the next route.
 * - `rejected`: the desk refused this chat or message and will again.
 * - `invalid`: we sent something the desk does not understand; a fault of ours or of the configuration.
 * - `unauthorized`: keys or tokens are wrong; an operator must act.
 * - `rateLimited`: too fast; wait `retryAfterInMs`.
 * - `outage`: the desk cannot be reached or failed inside.
 * - `timedOut`: no answer within the deadline.
 * - `sessionEnded`: this chat is over at the desk, for good.
 * - `sessionMoved`: the desk moved the chat to another server; the listener has to find it again, then retry.
 * - `aborted`: we stopped the call ourselves.
 */
export type HandoffErrorCode =
  | 'unavailable'
  | 'rejected'
  | 'invalid'
  | 'unauthorized'
  | 'rateLimited'
  | 'outage'
  | 'timedOut'
  | 'sessionEnded'
  | 'sessionMoved'
  | 'aborted';

export interface HandoffErrorInit {
  provider: string;
  code: HandoffErrorCode;
  /** Whether the same call may succeed later. */
  retriable: boolean;
  /** `no`: it surely had no effect. `unknown`: it may have. */
  delivered: 'no' | 'unknown';
  retryAfterInMs?: number;
  /** HTTP status or vendor code, for the log; no customer text. */
  detail?: string;
  cause?: unknown;
}

/** The one error every provider call fails with. */
export class HandoffError extends Error {
  override readonly name = 'HandoffError';
  readonly provider: string;
  readonly code: HandoffErrorCode;
  readonly retriable: boolean;
  readonly delivered: 'no' | 'unknown';
  readonly retryAfterInMs: number | undefined;
  readonly detail: string | undefined;

  constructor(init: HandoffErrorInit) {
    super(
      `${init.provider}: ${init.code}${init.detail ? ` (${init.detail})` : ''}`,
      init.cause === undefined ? undefined : { cause: init.cause },
    );
    this.provider = init.provider;
    this.code = init.code;
    this.retriable = init.retriable;
    this.delivered = init.delivered;
    this.retryAfterInMs = init.retryAfterInMs;
    this.detail = init.detail;
  }
}

/**
 * A webhook call that is not taken: the caller gets this status and nothing is stored.
 * 400 malformed, 401 not verified, 403 verified but not for us, 404 unknown path, 413 too large.
 */
export class WebhookRejected extends Error {
  override readonly name = 'WebhookRejected';
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 413,
    /** For the log and the answer's body; says what was wrong with the call, never what was in it. */
    readonly reason: string,
  ) {
    super(reason);
  }
}
