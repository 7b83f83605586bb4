/** What a Dataverse call ended with when it did not succeed. */
export interface DataverseErrorInit {
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** Dataverse's code (`0x…`), or one of our words when there was none: see `DataverseError`. */
  code: string;
  retriable: boolean;
  delivered: 'no' | 'unknown';
  retryAfterInMs?: number | undefined;
  /** The privilege that Dataverse says is missing from the application user's role. */
  privilege?: string | undefined;
  cause?: unknown;
}

/**
 * The one error of everything that talks to Dataverse. `delivered: 'no'` means the call surely had no effect.
 * Codes of our own: `refused`, `network`, `timedOut`, `aborted`, `tooLarge`, `invalidUrl` (no answer), `invalidAnswer`
 * (an answer that is not what the contract says), `throttled` (not sent, because Dataverse asked everybody to wait),
 * `noToken` (the identity service gave none), `closed` (the gateway was closed), `http<status>` (an error without a code).
 * Its message quotes nothing of the call, so that it may be logged.
 */
export class DataverseError extends Error {
  override readonly name = 'DataverseError';
  readonly status: number;
  readonly code: string;
  readonly retriable: boolean;
  readonly delivered: 'no' | 'unknown';
  readonly retryAfterInMs: number | undefined;
  readonly privilege: string | undefined;

  constructor(init: DataverseErrorInit) {
    super(`Dataverse call failed: ${init.status} ${init.code}`, init.cause === undefined ? undefined : { cause: init.cause });
    this.status = init.status;
    this.code = init.code;
    this.retriable = init.retriable;
    this.delivered = init.delivered;
    this.retryAfterInMs = init.retryAfterInMs;
    this.privilege = init.privilege;
  }

  /** Status, code and missing privilege in one short text for the operator; holds nothing a customer wrote. */
  get summary(): string {
    return [String(this.status), this.code, this.privilege].filter((part) => part).join(' ');
  }
}

/** A row with that key is there already: for ids we chose ourselves this means "done". */
export const duplicateKeyCode = '0x80040237';
/** The row does not exist. */
export const notFoundCode = '0x80040217';
