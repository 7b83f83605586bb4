import { HttpFailure } from '../../../common/http';

/** A failed call to the schedule or statistics interfaces. It never fails a handoff: the caller decides what it means. */
export class SiblingFailure extends Error {
  override readonly name = 'SiblingFailure';
  constructor(
    /** Status of the answer, or why there was none. */
    readonly code: number | string,
    cause?: unknown,
  ) {
    super(`no answer from the vendor: ${code}`, cause === undefined ? undefined : { cause });
  }

  /** The key lacks a product: an operator has to act, the desk is not closed. */
  get isRefusal(): boolean {
    return this.code === 401 || this.code === 403;
  }
}

export function toSiblingFailure(error: unknown): never {
  throw error instanceof HttpFailure ? new SiblingFailure(error.code, error) : error;
}
