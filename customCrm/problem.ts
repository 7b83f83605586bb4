import { errorCode } from '../common/log';
import { DataverseError } from '../dynamics/dataverseError';

/**
 * Why a call was not carried out. `tryAgain` is the only one that asks to be called again: whoever answers over HTTP gives it
 * the one status the caller is known to repeat, and every other kind a status it does not repeat.
 */
export type CrmProblemKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'notFound'
  | 'notAllowed'
  | 'conflict'
  | 'tooLarge'
  | 'tryAgain';

/** A call that was not carried out. The reason goes to the caller, so it quotes nothing of a customer's. */
export class CrmProblem extends Error {
  override readonly name = 'CrmProblem';
  constructor(
    readonly kind: CrmProblemKind,
    readonly reason: string,
    /** For the log. */
    readonly code: string = kind,
  ) {
    super(reason);
  }
}

/** What a failure is to the caller: Dynamics being down, slow or closed to us passes; what it refuses for good does not. */
export function toProblem(error: unknown): CrmProblem {
  if (error instanceof CrmProblem) return error;
  if (!(error instanceof DataverseError))
    return new CrmProblem('tryAgain', 'the call could not be carried out now', errorCode(error));
  const { status, code } = error;
  // Missing rights are mended by an administrator within the week in which the call is repeated.
  if (error.retriable || status === 403) return new CrmProblem('tryAgain', 'the CRM cannot be reached now', error.summary);
  if (status === 404) return new CrmProblem('notFound', 'there is no such record', code);
  if (status === 412) return new CrmProblem('conflict', 'the record was changed by somebody else', code);
  return new CrmProblem('invalid', `the CRM refused the values (${code})`, error.summary);
}
