import type { Clock } from '../common/clock';
import type { Log } from '../common/log';
import type { Authenticator } from './auth/authenticator';
import { Parameters } from './containers/parameters';
import { type CallBody, readCallBody } from './containers/readBody';
import type { CrmDependencies } from './dependencies';
import type { EndpointAnswer } from './endpoints/endpoint';
import { routes as crmRoutes, findRoute, type Route } from './endpoints/routes';
import { CrmProblem, type CrmProblemKind, toProblem } from './problem';

/** A call as it came in over HTTP. */
export interface CrmCall {
  method: string;
  /** Below the address of the service. */
  path: string;
  query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Reads the body; asked for only once the caller is known. Throws `CrmProblem`. */
  readBody(maxBytes: number, timeoutInMs: number): Promise<Buffer>;
}

export interface CrmAnswer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

export interface CustomCrmOptions {
  dependencies: CrmDependencies;
  authenticate: Authenticator;
  clock: Clock;
  log: Log;
  /** Within which an answer is given, from when the body is there. */
  budgetInMs: number;
  /** The status that makes the caller come again. */
  retryStatus: number;
  /** Further routes, such as those that take session data. */
  routes?: readonly Route[];
}

const smallBody = 256 * 1024;
const mostAtOnce = 200;
/** Each holds its file in memory several times over. */
const mostUploadsAtOnce = 4;

const statuses: Record<Exclude<CrmProblemKind, 'tryAgain'>, number> = {
  invalid: 422,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  notAllowed: 405,
  conflict: 409,
  tooLarge: 413,
};

/**
 * The service that a contact center uses as its CRM. Every call may come again with the effect of once. A fault that will not
 * pass is never answered with the status that makes the contact center repeat the call for a week.
 */
export class CustomCrm {
  private atOnce = 0;
  private uploads = 0;
  private readonly routes: readonly Route[];

  constructor(private readonly options: CustomCrmOptions) {
    this.routes = [...crmRoutes, ...(options.routes ?? [])];
  }

  /** Carries out one call. Never rejects. */
  async handle(call: CrmCall): Promise<CrmAnswer> {
    const { log, clock } = this.options;
    const begunAt = clock.monotonic();
    let name = 'unknown';
    try {
      await this.options.authenticate(call.headers);
      const found = findRoute(this.routes, call.method, call.path);
      if (found === 'methodNotAllowed') throw new CrmProblem('notAllowed', 'the method is not allowed here');
      if (!found) throw new CrmProblem('notFound', 'there is no such endpoint');
      name = found.route.name;
      const answer = await this.admitted(found.route, () => this.carryOut(found.route, found.ids, call));
      log.info('Custom CRM call', { endpoint: name, status: answer.status, tookInMs: Math.round(clock.monotonic() - begunAt) });
      return toAnswer(answer);
    } catch (error) {
      const problem = toProblem(error);
      const status = problem.kind === 'tryAgain' ? this.options.retryStatus : statuses[problem.kind];
      const fields = { endpoint: name, status, kind: problem.kind, code: problem.code };
      log.warn('A Custom CRM call was not carried out', { ...fields, tookInMs: Math.round(clock.monotonic() - begunAt) });
      const headers = problem.kind === 'unauthorized' ? { 'www-authenticate': 'Basic realm="Custom CRM", Bearer' } : {};
      return json(status, { error: problem.reason }, headers);
    }
  }

  private async admitted<T>(route: Route, job: () => Promise<T>): Promise<T> {
    const isUpload = route.isUpload === true;
    if (this.atOnce >= mostAtOnce || (isUpload && this.uploads >= mostUploadsAtOnce))
      throw new CrmProblem('tryAgain', 'the service is busy', 'busy');
    this.atOnce += 1;
    this.uploads += isUpload ? 1 : 0;
    try {
      return await job();
    } finally {
      this.atOnce -= 1;
      this.uploads -= isUpload ? 1 : 0;
    }
  }

  private async carryOut(route: Route, path: Record<string, string>, call: CrmCall): Promise<EndpointAnswer> {
    const { dependencies, budgetInMs, clock } = this.options;
    const largest = route.isUpload === true ? Math.ceil((dependencies.largestFile * 4) / 3) + smallBody : smallBody;
    const bytes = call.method === 'GET' ? Buffer.alloc(0) : await call.readBody(largest, budgetInMs);
    const isRaw = route.takesRaw === true;
    const body: CallBody = isRaw ? { parameters: {} } : readCallBody(bytes, call.headers['content-type'] ?? '');
    const parameters = new Parameters(call.query, body.parameters);
    const over = new AbortController();
    return new Promise<EndpointAnswer>((resolve, reject) => {
      const cancel = clock.schedule(budgetInMs, () => {
        over.abort();
        reject(new CrmProblem('tryAgain', 'the call took too long', 'timedOut'));
      });
      const given = { ...(body.file && { file: body.file }), ...(isRaw && { raw: bytes }) };
      const endpointCall = { path, parameters, signal: over.signal, ...given };
      route.endpoint(endpointCall, dependencies).then(resolve, reject).finally(cancel);
    });
  }
}

function toAnswer({ status, body, file }: EndpointAnswer): CrmAnswer {
  if (!file) return json(status, body ?? {});
  return {
    status,
    headers: {
      'content-type': /^[\w.+-]+\/[\w.+-]+$/.test(file.contentType) ? file.contentType : 'application/octet-stream',
      // Whatever was uploaded is saved, never shown as a page of this server.
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name.toWellFormed())}`,
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    },
    bytes: file.bytes,
  };
}

function json(status: number, body: object, headers: Record<string, string> = {}): CrmAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    bytes: Buffer.from(JSON.stringify(body)),
  };
}
