import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../common/clock';
import type { HttpClient } from '../common/http';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../common/json';
import type { Log } from '../common/log';
import { DataverseError, type DataverseErrorInit, duplicateKeyCode } from './dataverseError';
import { isGuid, type Query, queryText } from './query';
import { Slots } from './slots';
import type { TokenSource } from './tokens';
import { type CallOptions, type CallUnderWay, createTransport } from './transport';
import { callHeader, createXhrClass } from './xhr';
import { loadXrm, type XrmHeader } from './xrm';

export interface RowReference {
  /** The entity set, e.g. `contacts`. */
  set: string;
  id: string;
}

export interface Page {
  rows: JsonObject[];
  nextLink?: string;
}

/**
 * The Dataverse Web API. Every failure is a `DataverseError`; nothing is retried but a refused token, once.
 * After a 429, or a 503 that says how long, all calls fail with code `throttled` until that time is over.
 */
export interface DataverseGateway {
  get(row: RowReference, select: string[], options?: CallOptions): Promise<JsonObject>;
  list(set: string, query: Query, options?: CallOptions & { pageSize?: number }): Promise<Page>;
  /** The page behind a `nextLink`. */
  next(nextLink: string, options?: CallOptions & { pageSize?: number }): Promise<Page>;
  /** Creates a row under an id of our choosing. Twice is fine: `existed` when it was there already, which is left as it is. */
  create(row: RowReference, values: JsonObject, options?: CallOptions): Promise<'created' | 'existed'>;
  /** Changes columns of a row that exists; a missing one is not created (404). */
  update(row: RowReference, values: JsonObject, options?: CallOptions): Promise<void>;
  /** Adds `child` to a collection of `parent`. Twice is fine. */
  associate(parent: RowReference, relation: string, child: RowReference, options?: CallOptions): Promise<void>;
  /** How long Dataverse wants everybody to wait; 0 when it does not. */
  closedForInMs(): number;
}

export interface GatewayOptions {
  environmentUrl: string;
  /** Without the `v`, e.g. `9.2`. */
  apiVersion: string;
  http: HttpClient;
  tokens: TokenSource;
  log: Log;
  clock?: Clock;
  /** Calls under way at the same time; Dataverse refuses beyond about 52 for one user. */
  maxConcurrent?: number;
  timeoutInMs?: number;
}

const throttleWithoutTimeInMs = 5_000;

/** A gateway with its own private instance of xrm-webapi-client. */
export function createGateway(options: GatewayOptions): DataverseGateway {
  const { log, clock = systemClock } = options;
  const apiUrl = `${options.environmentUrl.replace(/\/+$/, '')}/api/data/v${options.apiVersion}/`;
  const slots = new Slots(options.maxConcurrent ?? 20);
  const underWay = new Map<string, CallUnderWay>();
  const timeoutInMs = options.timeoutInMs ?? 20_000;
  let closedUntil = 0;

  const transport = createTransport({
    http: options.http,
    tokens: options.tokens,
    clock,
    callOf: (callId) => underWay.get(callId ?? '') ?? { signal: AbortSignal.timeout(timeoutInMs) },
  });
  const xrm = loadXrm(apiUrl, createXhrClass(transport));
  const closedForInMs = () => Math.max(0, Math.ceil(closedUntil - clock.monotonic()));

  const refuseWhileClosed = () => {
    const retryAfterInMs = closedForInMs();
    if (retryAfterInMs > 0) {
      throw new DataverseError({ status: 429, code: 'throttled', retriable: true, delivered: 'no', retryAfterInMs });
    }
  };

  const noteThrottling = (error: DataverseError) => {
    const asksToWait = error.status === 429 || (error.status === 503 && error.retryAfterInMs !== undefined);
    if (!asksToWait || error.code === 'throttled') return;
    const waitInMs = error.retryAfterInMs ?? throttleWithoutTimeInMs;
    closedUntil = Math.max(closedUntil, clock.monotonic() + waitInMs);
    log.warn('Dynamics asks to wait', { status: error.status, code: error.code, waitInMs });
  };

  /** Parameters are built anew per call: the library changes the objects it is given. */
  const call = async (
    callOptions: CallOptions | undefined,
    headers: Record<string, string>,
    start: (headers: XrmHeader[]) => PromiseLike<unknown>,
    url?: string,
  ): Promise<unknown> => {
    const callId = randomUUID();
    const deadline = AbortSignal.timeout(callOptions?.timeoutInMs ?? timeoutInMs);
    const signal = callOptions?.signal ? AbortSignal.any([callOptions.signal, deadline]) : deadline;
    underWay.set(callId, { signal, ...(url !== undefined && { url }) });
    try {
      return await slots.run(async () => {
        refuseWhileClosed();
        return await start(Object.entries({ ...headers, [callHeader]: callId }).map(([key, value]) => ({ key, value })));
      }, signal);
    } catch (error) {
      const failure = endedBySignal(callOptions?.signal, deadline, error) ?? toDataverseError(error);
      noteThrottling(failure);
      throw failure;
    } finally {
      underWay.delete(callId);
    }
  };

  const pageHeaders = (pageSize: number | undefined): Record<string, string> =>
    pageSize === undefined ? noCache : { ...noCache, Prefer: `odata.maxpagesize=${pageSize}` };

  const gateway: DataverseGateway = {
    closedForInMs,
    async get(row, select, callOptions) {
      const queryParams = queryText({ select });
      const result = await call(callOptions, noCache, (headers) =>
        xrm.Retrieve({ overriddenSetName: row.set, entityId: checkedId(row), queryParams, headers }),
      );
      return asObject(result);
    },
    async list(set, query, listOptions) {
      const queryParams = queryText(query);
      if (apiUrl.length + set.length + queryParams.length > longestAddress)
        return gateway.next(`${apiUrl}${set}${queryParams}`, listOptions);
      return toPage(
        await call(listOptions, pageHeaders(listOptions?.pageSize), (headers) =>
          xrm.Retrieve({ overriddenSetName: set, queryParams, headers }),
        ),
      );
    },
    async next(nextLink, listOptions) {
      // The token goes with the request, so only an address of the same environment will do.
      if (!nextLink.startsWith(apiUrl)) throw invalidAnswer();
      const isLong = nextLink.length > longestAddress;
      return toPage(
        await call(
          listOptions,
          pageHeaders(listOptions?.pageSize),
          (headers) => xrm.SendRequest('GET', isLong ? `${apiUrl}long` : nextLink, null, { headers }),
          isLong ? nextLink : undefined,
        ),
      );
    },
    async create(row, values, callOptions) {
      try {
        await call(callOptions, { 'If-None-Match': '*' }, (headers) =>
          xrm.Update({ overriddenSetName: row.set, entityId: checkedId(row), entity: { ...values }, headers }),
        );
        return 'created';
      } catch (error) {
        if (isExisting(error)) return 'existed';
        throw error;
      }
    },
    async update(row, values, callOptions) {
      await call(callOptions, { 'If-Match': '*' }, (headers) =>
        xrm.Update({ overriddenSetName: row.set, entityId: checkedId(row), entity: { ...values }, headers }),
      );
    },
    async associate(parent, relation, child, callOptions) {
      const target = { overriddenSetName: parent.set, entityId: checkedId(parent) };
      const source = { overriddenSetName: child.set, entityId: checkedId(child) };
      try {
        await call(callOptions, {}, (headers) => xrm.Associate({ relationShip: relation, source, target, headers }));
      } catch (error) {
        // The pair is linked already: what we wanted.
        if (!isExisting(error)) throw error;
      }
    },
  };
  return gateway;
}

/**
 * The library wraps a longer GET in a batch without our headers and with line ends that a strict parser refuses. Such an address
 * travels beside the library, which is given a short one.
 */
const longestAddress = 2000;
const noCache = { 'If-None-Match': 'null' };

function isExisting(error: unknown): boolean {
  return error instanceof DataverseError && error.status === 412 && error.code === duplicateKeyCode;
}

function checkedId(row: RowReference): string {
  if (isGuid(row.id)) return row.id;
  throw new DataverseError({ status: 0, code: 'invalidId', retriable: false, delivered: 'no' });
}

/** The failure of a call that ran out of time or was given up by its caller; undefined when it ended by itself. */
function endedBySignal(signal: AbortSignal | undefined, deadline: AbortSignal, cause: unknown): DataverseError | undefined {
  if (cause instanceof DataverseError && cause.status > 0) return undefined;
  if (!signal?.aborted && !deadline.aborted) return undefined;
  const code = signal?.aborted ? 'aborted' : 'timedOut';
  return new DataverseError({ status: 0, code, retriable: true, delivered: 'unknown', cause });
}

/** Reads back the failure our transport wrote as JSON into the library's error message. */
function toDataverseError(error: unknown): DataverseError {
  if (error instanceof DataverseError) return error;
  // Read by shape, because the library's errors may come from another realm.
  const message = (error as { message?: unknown } | undefined)?.message;
  const body = typeof message === 'string' ? parseJson(message) : undefined;
  const fields = isJsonObject(body) && isJsonObject(body['error']) ? body['error'] : undefined;
  if (fields && typeof fields['status'] === 'number' && typeof fields['code'] === 'string') {
    return new DataverseError(fields as unknown as DataverseErrorInit);
  }
  return new DataverseError({ status: 0, code: 'invalidAnswer', retriable: true, delivered: 'unknown', cause: error });
}

function invalidAnswer(): DataverseError {
  return new DataverseError({ status: 200, code: 'invalidAnswer', retriable: true, delivered: 'unknown' });
}

function asObject(result: unknown): JsonObject {
  if (!isJsonObject(result)) throw invalidAnswer();
  return result;
}

function toPage(result: unknown): Page {
  const body = asObject(result);
  const rows: JsonValue | undefined = body['value'];
  if (!Array.isArray(rows) || !rows.every(isJsonObject)) throw invalidAnswer();
  const nextLink = body['@odata.nextLink'];
  return { rows, ...(typeof nextLink === 'string' && { nextLink }) };
}
