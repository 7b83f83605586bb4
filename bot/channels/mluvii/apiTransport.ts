import { parseRetryAfter } from '../../../common/backoff';
import { type Clock, isoTime } from '../../../common/clock';
import { type HttpClient, HttpFailure, type HttpResponse } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import { ConnectorError } from '../../adapter/leanConnector';
import type { Tokens } from './tokens';
import type { Transport } from './transport';
import type { WireActivity } from './wire';

export interface ApiTransportOptions {
  http: HttpClient;
  clock: Clock;
  tokens: Tokens;
  url: string;
  chatbotId: string;
  textForm: 'Text' | 'message' | 'mluvii';
  timeoutInMs: number;
}

/** The API chatbot's way out: one POST per activity, with the session's id in it. */
export function createApiTransport(options: ApiTransportOptions): Transport {
  const url = `${options.url}/api/v1/Chatbot/${encodeURIComponent(options.chatbotId)}/activity`;

  const post = async (body: string): Promise<{ response: HttpResponse; token: string }> => {
    const token = await options.tokens.get();
    try {
      const response = await options.http({
        method: 'POST',
        url,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
        body,
        timeoutInMs: options.timeoutInMs,
        maxBytes: 256 * 1024,
      });
      return { response, token };
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      throw new ConnectorError(undefined, error.code, error.code === 'refused' ? 'no' : 'unknown');
    }
  };

  return {
    async send(sessionId, _session, activity) {
      const body = sessionBody(sessionId, enveloped(activity, options));
      let { response, token } = await post(body);
      // Without a good token the server leads to its login page, where nothing is done.
      if (isUnauthenticated(response)) {
        options.tokens.refuse(token);
        ({ response, token } = await post(body));
      }
      if (response.status >= 200 && response.status < 300) return;
      if (isUnauthenticated(response)) {
        options.tokens.refuse(token);
        throw new ConnectorError(401, 'unauthenticated', 'no');
      }
      throw new ConnectorError(
        response.status,
        'refused',
        // "Unavailable" is said before anything is done.
        response.status >= 500 && response.status !== 503 ? 'unknown' : 'no',
        parseRetryAfter(response.headers['retry-after'], options.clock.now()),
      );
    },
  };
}

function isUnauthenticated({ status }: HttpResponse): boolean {
  return status === 401 || (status >= 300 && status < 400);
}

/** Session ids are 64 bits long, more than a number of ours holds: they go out digit by digit as they came. */
function sessionBody(sessionId: string, activity: JsonObject): string {
  return `{"sessionId":${BigInt(sessionId)},${JSON.stringify(activity).slice(1)}`;
}

/** Texts have three attested envelopes; cards always have the message form, which needs a time. */
function enveloped(activity: WireActivity, { clock, textForm }: ApiTransportOptions): JsonObject {
  const timestamp = isoTime(clock.now());
  if (!('activity' in activity)) return { ...activity, timestamp };
  if (activity['activity'] === 'Text' && textForm !== 'Text') return { type: textForm, timestamp, text: activity['text'] ?? '' };
  return activity as JsonObject;
}
