import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient } from '../../../../common/http';
import { isJsonObject, type JsonObject, parseJson } from '../../../../common/json';
import { type MluviiStandIn, startMluviiStandIn } from '../../../../sandbox/mluvii';
import { until } from '../../../contract/provider/waiting';

/** A chatbot as bare as can be: it keeps what it is told and says what the test wants. */
export interface BareBot {
  standIn: MluviiStandIn;
  got: JsonObject[];
  /** Answers the next calls with this status. */
  failNext(count: number, status: number): void;
  /** Lets calls wait until the test lets them go. */
  hold(): () => void;
  /** The first activity of this name that no earlier call returned. */
  next(activity: string): Promise<JsonObject>;
  /** Posts an activity with a good token unless another is given; resolves with the status. */
  send(activity: object, token?: string): Promise<{ status: number; location?: string }>;
  token(clientId?: string, clientSecret?: string): Promise<string>;
  close(): Promise<void>;
}

export async function startBareBot(options: Parameters<typeof startMluviiStandIn>[0] = {}): Promise<BareBot> {
  const got: JsonObject[] = [];
  const taken = new Set<JsonObject>();
  const listeners = new Set<() => void>();
  let failures = { count: 0, status: 500 };
  let held: Promise<void> = Promise.resolve();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = parseJson(Buffer.concat(chunks).toString());
      if (isJsonObject(body)) got.push(body);
      const status = failures.count > 0 ? failures.status : 200;
      failures.count -= 1;
      void held.then(() => response.writeHead(status).end());
      for (const listener of listeners) listener();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const callback = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const standIn = await startMluviiStandIn({ firstRetryInMs: 20, maxRetryInMs: 50, ...options });
  standIn.chatbot.connect(callback);
  const http = createHttpClient();
  const token = async (clientId = standIn.chatbot.clientId, clientSecret = standIn.chatbot.clientSecret) => {
    const form = { response_type: 'token', grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const response = await http({
      method: 'POST',
      url: `${standIn.url}/login/connect/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      timeoutInMs: 5_000,
    });
    return String((response.json as JsonObject)['access_token']);
  };
  let known: string | undefined;
  return {
    standIn,
    got,
    token,
    failNext: (count, status) => {
      failures = { count, status };
    },
    hold: () => {
      let release: () => void = () => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    async next(activity) {
      const found = await until(
        () => got.find((body) => !taken.has(body) && (body['activity'] ?? body['Activity']) === activity),
        (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      );
      taken.add(found);
      return found;
    },
    async send(activity, given) {
      known ??= await token();
      const response = await http({
        method: 'POST',
        url: `${standIn.url}/api/v1/Chatbot/${standIn.chatbot.id}/activity`,
        headers: { authorization: `Bearer ${given ?? known}`, 'content-type': 'application/json' },
        body: JSON.stringify(activity),
        timeoutInMs: 5_000,
      });
      const { location } = response.headers;
      return { status: response.status, ...(location !== undefined && { location }) };
    },
    async close() {
      await standIn.close();
      await http.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
