import { isJsonObject, type JsonObject } from '../../common/json';

/** The operator's routes did not do what was asked for. */
export class OperatorFailure extends Error {
  override readonly name = 'OperatorFailure';
  constructor(
    message: string,
    /** `refused`: the routes said no; `unreachable`: nobody answered; `key`: the key is not taken. */
    readonly kind: 'refused' | 'unreachable' | 'key',
  ) {
    super(message);
  }
}

/** The operator's routes of one server. */
export interface OperatorClient {
  get(path: string): Promise<JsonObject>;
  post(path: string, body?: JsonObject): Promise<JsonObject>;
}

/** Talks to `<url>/operator/…` with the key. Rejects with `OperatorFailure`. */
export function createOperatorClient(url: string, key: string, timeoutInMs = 30_000): OperatorClient {
  const call = async (method: string, path: string, body?: JsonObject): Promise<JsonObject> => {
    const response = await fetch(`${url.replace(/\/+$/, '')}/operator/${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutInMs),
    }).catch((error: unknown) => {
      throw new OperatorFailure(`${url} does not answer (${causeOf(error)}).`, 'unreachable');
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && isJsonObject(answer)) return answer;
    const reason = isJsonObject(answer) && typeof answer['error'] === 'string' ? answer['error'] : `HTTP ${response.status}`;
    if (response.status === 404 && reason === 'there is nothing here')
      throw new OperatorFailure(`${url} has no operator routes: set OPERATOR_KEY there, or give another --url.`, 'unreachable');
    throw new OperatorFailure(reason, response.status === 401 || response.status === 429 ? 'key' : 'refused');
  };
  return { get: (path) => call('GET', path), post: (path, body = {}) => call('POST', path, body) };
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error ? (cause as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : cause instanceof Error ? cause.name : 'failed';
}
