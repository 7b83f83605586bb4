/**
 * Why a caller is not let in: 401 not proven who it is, 403 proven but not allowed, 503 the keys to check with
 * cannot be had now.
 */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  constructor(
    readonly status: 401 | 403 | 503,
    /** For the log; says what was wrong, never what was in the token. */
    readonly reason: string,
    cause?: unknown,
  ) {
    super(reason, cause === undefined ? undefined : { cause });
  }
}
