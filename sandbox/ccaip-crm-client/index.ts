import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import { errorCode, type Log } from '../../common/log';
import { packageRoot } from '../../common/packageRoot';
import { CrmClient } from './crmClient';
import { type Endpoints, usualEndpoints } from './endpointConfig';
import { beginSession, endSession, type FlowIds, type FlowSession } from './sessionFlow';

export interface CrmTenantOptions {
  /** 0 takes any free one. */
  port: number;
  /** Where the bot is: its CRM service and its pages. */
  botUrl: string;
  /** How people call the same place; its pages frame the adapters. */
  pageUrl: string;
  log: Log;
  endpoints?: Partial<Endpoints>;
}

/** A tenant of the contact center as a CRM sees it: calls the CRM service, and has the adapters that agents use. */
export interface CrmTenant {
  readonly url: string;
  /** The settings with which the bot offers the service to it. */
  readonly env: Record<string, string>;
  readonly client: CrmClient;
  readonly violations: string[];
  close(): Promise<void>;
}

/** Only known to the bot and the stand-in on this machine. */
const headerValue = 'sandbox-custom-crm-header-value';
const folder = path.join(packageRoot, 'sandbox', 'ccaip-crm-client', 'page');
const pages: Record<string, [file: string, type: string]> = {
  '/agent/': ['adapter.html', 'text/html; charset=utf-8'],
  '/adapter.js': ['adapter.js', 'text/javascript; charset=utf-8'],
  '/adapter.css': ['adapter.css', 'text/css; charset=utf-8'],
};
const largestBody = 64 * 1024;
const timeoutInMs = 5_000;

/** Starts the tenant. Resolves when it listens. */
export async function startCrmTenant(options: CrmTenantOptions): Promise<CrmTenant> {
  const client = new CrmClient({
    serviceUrl: `${options.botUrl}/custom-crm/v1`,
    headers: { 'x-api-key': headerValue },
    endpoints: { ...usualEndpoints, ...options.endpoints },
    timeoutInMs,
  });
  const flow = { client, phoneFormat: 'automatic' as const, reusesRecords: true };
  const sessions = new Map<string, { session: FlowSession; ids: FlowIds }>();
  const hostOrigin = new URL(options.pageUrl).origin;
  const safety = {
    'Content-Security-Policy': `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ${hostOrigin} ${options.botUrl}`,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  };

  const begin = async (body: JsonObject): Promise<JsonObject> => {
    const session = readSession(body);
    const ids = await beginSession(session, flow);
    sessions.set(`${session.kind}-${session.id}`, { session, ids });
    const recordUrl = ids.recordId === undefined ? null : `${hostOrigin}/agent-host/records/${ids.recordId}`;
    return { id: session.id, ...ids, recordUrl };
  };
  const end = async (body: JsonObject): Promise<JsonObject> => {
    const known = sessions.get(`${String(body['kind'])}-${String(body['id'])}`);
    if (!known) return {};
    const transcript = typeof body['transcript'] === 'string' ? body['transcript'] : 'Nothing was said.';
    await endSession(known.session, known.ids, { rating: 5, feedback: 'The agent was great!', transcript }, flow);
    return { ended: true };
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://tenant');
    const page = pages[pathname];
    if (page && request.method === 'GET') {
      response.writeHead(200, { ...safety, 'Content-Type': page[1] });
      response.end(readFileSync(path.join(folder, page[0])));
      return;
    }
    const action = { '/sessions/begin': begin, '/sessions/end': end }[pathname];
    // Another web page in the same browser cannot send JSON here.
    if (!action || request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
      response.writeHead(404, safety).end();
      return;
    }
    const body = parseJson(await readText(request));
    const answer = await action(isJsonObject(body) ? body : {});
    response.writeHead(200, { ...safety, 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      options.log.error('The tenant of the contact center failed to answer', { code: errorCode(error) });
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: {
      CUSTOM_CRM_HEADER_VALUES: headerValue,
      CUSTOM_CRM_ADAPTER_URL: url,
      CUSTOM_CRM_PHONE_COUNTRY_CODE: '44',
    },
    client,
    violations: client.violations,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function readSession(body: JsonObject): FlowSession {
  const text = (name: string) => (typeof body[name] === 'string' && body[name] !== '' ? body[name] : undefined);
  const [name, phone, email, identifier] = [text('name'), text('phone'), text('email'), text('identifier')];
  return {
    kind: body['kind'] === 'call' ? 'call' : 'chat',
    id: text('id') ?? String(Date.now() % 1_000_000_000),
    customer: {
      ...(name !== undefined && { name }),
      ...(phone !== undefined && { phone }),
      ...(email !== undefined && { email }),
      ...(identifier !== undefined && { identifier }),
    },
    queue: { id: '7678', path: 'Cards / Lost card' },
    agentEmail: 'ariel@example.com',
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
