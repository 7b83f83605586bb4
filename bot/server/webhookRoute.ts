import type { Request, Response } from 'restify';
import { errorCode, type Log } from '../../common/log';
import { WebhookRejected } from '../../handoff/errors';
import type { InboundEvent, WebhookInbound } from '../../handoff/provider';
import type { Admission } from './admission';
import { answerBytes, HttpProblem } from './answer';
import { readBody } from './readBody';

const maxBytes = 1024 * 1024;
const timeoutInMs = 20_000;

export interface WebhookRouteOptions {
  /** The inbound side of each provider that is called by its desk, by provider name. */
  webhooks: ReadonlyMap<string, WebhookInbound>;
  /** Resolves when the events are written down; only then is the desk answered. A rejection makes the desk come again. */
  onEvents(provider: string, events: InboundEvent[]): Promise<void>;
  isStopping(): boolean;
  admission: Admission;
  log: Log;
}

/** Takes calls from desks: the raw bytes go to the provider, its events are written down, then the desk is answered. */
export function createWebhookRoute(options: WebhookRouteOptions): (request: Request, response: Response) => Promise<void> {
  const receive = async (request: Request, response: Response) => {
    if (options.isStopping()) throw comeAgain('the server is stopping');
    const { name, path, query } = split(request.url ?? '');
    const inbound = options.webhooks.get(name);
    if (!inbound) throw new HttpProblem(404, 'there is no such webhook');
    const call = {
      method: request.method ?? 'GET',
      path,
      query,
      headers: flat(request.headers),
      rawBody: await readBody(request, maxBytes),
    };
    const log = options.log.child({ provider: name });
    try {
      const result = await inbound.receive(call, AbortSignal.timeout(timeoutInMs));
      if (result.events.length > 0) await options.onEvents(name, result.events);
      const { status, headers, body } = result.response;
      answerBytes(response, status, Buffer.from(body ?? ''), headers);
    } catch (error) {
      if (error instanceof WebhookRejected) {
        log.warn('a webhook call was rejected', { status: error.status, reason: error.reason });
        throw new HttpProblem(error.status, error.reason);
      }
      log.error('a webhook call was not written down', { code: errorCode(error) });
      throw comeAgain('the call could not be taken now');
    }
  };
  return (request, response) => options.admission.run(request, () => receive(request, response));
}

/** The provider's name and the path below it; the path stays as it was sent, because signatures may cover it. */
function split(url: string): { name: string; path: string; query: Record<string, string> } {
  const [pathname = '', search = ''] = url.split('?', 2);
  const [, , name = '', ...rest] = pathname.split('/');
  return { name, path: `/${rest.join('/')}`, query: Object.fromEntries(new URLSearchParams(search)) };
}

function flat(headers: Request['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function comeAgain(reason: string): HttpProblem {
  return new HttpProblem(503, reason, { 'retry-after': '5' });
}
