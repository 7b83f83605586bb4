import type { Parameters } from '../containers/parameters';
import type { FormFile } from '../containers/readBody';
import type { CrmDependencies } from '../dependencies';
import { CrmProblem } from '../problem';

/** A call that is read and allowed. */
export interface EndpointCall {
  /** Ids that stood in the path. */
  path: Readonly<Record<string, string>>;
  parameters: Parameters;
  file?: FormFile;
  /** The body as it came, for endpoints that read it themselves. */
  raw?: Buffer;
  /** Ends when the time for an answer is over. */
  signal: AbortSignal;
}

export interface EndpointAnswer {
  status: 200 | 201;
  body?: object;
  /** A file instead of a body. */
  file?: { bytes: Buffer; name: string; contentType: string };
}

/** Carries out one call. Every call may come again, with the effect of once. Throws `CrmProblem` and `DataverseError`. */
export type Endpoint = (call: EndpointCall, dependencies: CrmDependencies) => Promise<EndpointAnswer>;

/** The record a call is about, from the path or, when the address was given without it, from the parameters. */
export function recordIdOf({ path, parameters }: EndpointCall): string {
  const id = path['recordId'] ?? parameters.text('recordId', 'id');
  if (id === undefined) throw new CrmProblem('invalid', 'the record id is missing: put {RECORD_ID} into the address');
  return id;
}
