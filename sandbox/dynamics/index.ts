import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../common/json';
import { errorCode, type Log } from '../../common/log';
import { Faults, withFaults } from '../faults';
import { type ApiContext, answerApi, jsonBody } from './api';
import { answerBatch } from './batch';
import { DataverseRefusal } from './failure';
import { readable } from './read';
import { answerPage, type Mode } from './recordsPage';
import { Rows } from './rows';
import { tables } from './schema';
import { RelevanceSearch } from './search';
import { seed } from './seeds';
import { TokenIssuer } from './tokens';
import { readBody, refusalAnswer, send, type WireAnswer } from './wire';

export interface DynamicsStandInOptions {
  /** 0 takes any free one. */
  port: number;
  log: Log;
  /** Keeps the records over a restart; in memory only when absent. */
  dataFile?: string;
  /** Accepted by the token endpoint; any when absent. */
  clientId?: string;
  clientSecret?: string;
}

export interface RecordedRequest {
  method: string;
  path: string;
  headers: Record<string, string | undefined>;
  body: string;
  /** 0 until answered; stays 0 when a fault cut the connection before the effect. */
  status: number;
}

/** A Dynamics 365 environment with its token service, loopback only. */
export interface DynamicsStandIn {
  /** Also the address of the records page. */
  readonly url: string;
  readonly tokenUrl: string;
  /** What a client did against the contract; a test expects none. */
  readonly violations: string[];
  readonly faults: Faults;
  /** Requests to the Web API, oldest first; the last thousand. */
  readonly requests: RecordedRequest[];
  readonly tokens: TokenIssuer;
  readonly search: RelevanceSearch;
  /** The most requests that were under way at the same time. */
  readonly mostConcurrent: number;
  /** Whether a `$ref` that is there already is answered 204 (default) or 412. */
  repeatedLink: 204 | 412;
  mode: Mode;
  /** The rows of an entity set as they would be read. Throws for an unknown set. */
  rows(set: string): JsonObject[];
  /** Ids linked to a chat activity by the relation of its kb records. */
  linkedKbRecords(chatActivityId: string): string[];
  /** Writes a row as the system would, past all rules: for test data, and for what a desk writes into a chat activity. */
  put(set: string, id: string, values: JsonObject): void;
  delete(set: string, id: string): void;
  close(): Promise<void>;
}

const apiPath = /^\/api\/data\/v9\.\d\//;
const mostRecorded = 1000;

/** Starts the stand-in. Resolves when it listens. */
export async function startDynamicsStandIn(options: DynamicsStandInOptions): Promise<DynamicsStandIn> {
  const rows = new Rows(options.dataFile);
  seed(rows);
  const violations: string[] = [];
  const violation = (text: string) => {
    violations.push(text);
    options.log.warn('The Dynamics stand-in was asked for something against the contract', { violation: text });
  };
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  rows.onChange(notify);
  const search = new RelevanceSearch(rows);
  let url = '';
  let mode: Mode = 'normal';
  let repeatedLink: 204 | 412 = 204;
  let underWay = 0;
  let mostConcurrent = 0;
  const proof = {
    ...(options.clientId !== undefined && { clientId: options.clientId }),
    ...(options.clientSecret !== undefined && { clientSecret: options.clientSecret }),
  };
  const tokens = new TokenIssuer({ scope: () => `${url}/.default`, ...proof }, violation);
  const setMode = (next: Mode) => {
    mode = next;
    notify();
  };
  const page = {
    rows,
    mode: () => mode,
    setMode,
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  const answerData = async (request: IncomingMessage, record: RecordedRequest): Promise<WireAnswer> => {
    if (mode === 'down') return outage;
    if (mode === 'throttled') return throttling;
    if (!tokens.accepts(request.headers.authorization)) {
      return { status: 401, headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' }, text: '' };
    }
    checkHeaders(record, violation);
    const root = apiPath.exec(record.path)?.[0] ?? '/';
    const context: ApiContext = { rows, search, violation, apiUrl: `${url}${root}`, repeatedLink: () => repeatedLink };
    const target = record.path.slice(root.length);
    const call = { method: record.method, target, headers: record.headers, body: record.body };
    if (target !== '$batch') return answerApi(context, call);
    return answerBatch(context, record.headers['content-type'] ?? '', record.headers['prefer'] ?? '', record.body);
  };

  const onApi = async (request: IncomingMessage, response: ServerResponse) => {
    const record: RecordedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: { ...(request.headers as Record<string, string>), authorization: undefined },
      body: '',
      status: 0,
    };
    requests.push(record);
    if (requests.length > mostRecorded) requests.shift();
    underWay += 1;
    mostConcurrent = Math.max(mostConcurrent, underWay);
    response.on('close', () => {
      underWay -= 1;
      record.status = response.headersSent ? response.statusCode : 0;
    });
    record.body = await readBody(request);
    await withFaults(faults, request, response, async () => {
      send(response, await answerData(request, record).catch(refusalAnswer));
    });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    if (apiPath.test(path)) return onApi(request, response);
    if (path === '/oauth2/v2.0/token') {
      const body = await readBody(request);
      return withFaults(faults, request, response, async () => {
        send(response, tokens.answer(request.method ?? '', request.headers['content-type'] ?? '', body));
      });
    }
    if (path === '/api/search/v2.0/query') {
      if (!tokens.accepts(request.headers.authorization)) return send(response, { status: 401, text: '' });
      const headers = request.headers as Record<string, string>;
      const call = { method: request.method ?? '', target: path, headers, body: await readBody(request) };
      return send(response, search.answer(jsonBody(call)));
    }
    if (!(await answerPage(page, request, response))) send(response, { status: 404, text: '' });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!(error instanceof DataverseRefusal)) {
        options.log.error('The Dynamics stand-in failed to answer', { code: errorCode(error) });
      }
      if (response.headersSent) response.destroy();
      else send(response, refusalAnswer(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    tokenUrl: `${url}/oauth2/v2.0/token`,
    violations,
    faults,
    requests,
    tokens,
    search,
    get mostConcurrent() {
      return mostConcurrent;
    },
    get repeatedLink() {
      return repeatedLink;
    },
    set repeatedLink(answer) {
      repeatedLink = answer;
    },
    get mode() {
      return mode;
    },
    set mode(next) {
      setMode(next);
    },
    rows(set) {
      const table = tables.get(set);
      if (!table) throw new Error(`there is no entity set ${set}`);
      return rows.all(set).map((row) => readable(table, row));
    },
    linkedKbRecords: (chatActivityId) => rows.links(chatActivityId, 'cxlvhlp_knowledgearticlessentbybot_relationship'),
    put(set, id, values) {
      rows.put(set, id, { ...rows.get(set, id)?.values, ...values });
    },
    delete: (set, id) => rows.delete(set, id),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const outage: WireAnswer = {
  status: 503,
  headers: { 'Content-Type': 'text/html' },
  text: '<html><body><h1>Service Unavailable</h1></body></html>',
};
const throttling: WireAnswer = {
  status: 429,
  headers: { 'Retry-After': '5' },
  body: { error: { code: '0x80072322', message: 'Number of requests exceeded the limit of 6000, measured over 300 seconds.' } },
};

function checkHeaders({ method, path, headers }: RecordedRequest, violation: (text: string) => void): void {
  const where = `${method} ${path.split('?')[0] ?? ''}`;
  if (!(headers['accept'] ?? '').includes('application/json') && !path.endsWith('$batch'))
    violation(`${where}: no Accept for JSON`);
  for (const name of ['odata-version', 'odata-maxversion']) {
    if (headers[name] !== '4.0') violation(`${where}: ${name} is not 4.0`);
  }
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-switchboard')) violation(`${where}: a private header left the process`);
  }
}
