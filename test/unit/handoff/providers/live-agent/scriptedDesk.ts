import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../../../common/clock';
import { createHttpClient } from '../../../../../common/http';
import { silentLog } from '../../../../../common/log';
import type { HandoffProvider } from '../../../../../handoff/provider';
import { createLiveAgentProvider, settingsSchema } from '../../../../../handoff/providers/live-agent';

export interface ScriptedAnswer {
  status: number;
  body?: unknown;
}

export interface ScriptedDesk {
  url: string;
  provider: HandoffProvider;
  /** `METHOD path` of every request, in order. */
  requests: string[];
  /** Pauses the provider made; they pass at once. */
  pauses: number[];
  close(): Promise<void>;
}

const longestPauseInMs = 2_000;

/** A desk that answers from a list, whatever is asked; without an answer left it holds the request. */
export async function startScriptedDesk(answers: ScriptedAnswer[]): Promise<ScriptedDesk> {
  const requests: string[] = [];
  const pauses: number[] = [];
  const server = http.createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.resume();
    const next = answers.shift();
    if (!next) return;
    const text = typeof next.body === 'string' ? next.body : next.body === undefined ? '' : JSON.stringify(next.body);
    response.writeHead(next.status);
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createHttpClient({ allowLoopback: true });
  const clock: Clock = {
    now: () => Date.parse('2026-05-04T10:15:00.000Z'),
    monotonic: () => 0,
    // Pauses pass at once; deadlines never come.
    schedule: (delayInMs, callback) => {
      if (delayInMs > longestPauseInMs) return () => undefined;
      pauses.push(delayInMs);
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    },
  };
  const settings = settingsSchema.parse({
    LIVE_AGENT_URL: url,
    LIVE_AGENT_ORGANIZATION_ID: '00D000000000001',
    LIVE_AGENT_DEPLOYMENT_ID: '572000000000001',
  });
  const provider = createLiveAgentProvider(settings, {
    http: client,
    clock,
    log: silentLog,
    readFile: () => Promise.reject(new Error('no files here')),
    linkFile: (file) => file.url,
  });
  return {
    url,
    provider,
    requests,
    pauses,
    close: async () => {
      await client.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}
