import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Request, Response } from 'restify';
import { errorCode, type Log } from '../../common/log';
import { packageRoot } from '../../common/packageRoot';
import type { CustomCrmParts } from '../../customCrm';
import { hostPagePolicy, landingPagePolicy } from '../../customCrm/adapterHost/pageConfig';
import { lookupUrlFor } from '../../customCrm/lookup/lookupUrl';
import { type CrmProblemKind, toProblem } from '../../customCrm/problem';
import type { AddRoute } from './addRoute';
import { answerBytes, answerJson, HttpProblem } from './answer';
import { StaticFile } from './staticFile';
import type { WrongKeys } from './wrongKeys';

export interface AgentHostOptions {
  crm: Pick<CustomCrmParts, 'views' | 'page' | 'isAgent'>;
  /** Whether the pages are open without a password: on the loopback of a sandbox. */
  isOpen: boolean;
  /** Keeps an address from guessing the password. */
  wrongKeys?: WrongKeys;
  log: Log;
}

const base = '/agent-host';
const timeoutInMs = 8_000;
const folder = path.join(packageRoot, 'web', 'agent-host');
const statuses: Partial<Record<CrmProblemKind, number>> = { notFound: 404, invalid: 422 };
const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const files = [
  'adapterEvents.js',
  'agentHost.css',
  'agentHost.js',
  'api.js',
  'dom.js',
  'eventLog.js',
  'icon.svg',
  'landing.js',
  'recordPop.js',
  'sessionList.js',
  'views.js',
];

/**
 * Adds the pages for agents: `/agent-host` with the contact center's adapters, `/agent-host/lookup` where lookup URLs lead,
 * `/agent-host/records/<id>` and `/agent-host/accounts/<id>` for a record and an account. All behind the agents' password.
 */
export function addAgentHost(add: AddRoute, { crm, isOpen, wrongKeys, log }: AgentHostOptions): void {
  if (!isOpen && !crm.isAgent) return;
  const check = (request: Request) => {
    const { authorization } = request.headers;
    if (crm.isAgent) wrongKeys?.check(request);
    if (crm.isAgent ? crm.isAgent(authorization) : isOpen) return;
    // Browsers ask without a password first, which guesses nothing.
    if (authorization !== undefined) wrongKeys?.note(request);
    throw new HttpProblem(401, 'these pages need a password', {
      'www-authenticate': 'Basic realm="Agent pages", charset="UTF-8"',
    });
  };
  for (const name of files) {
    const file = new StaticFile(path.join(folder, name), types[path.extname(name)] ?? 'application/octet-stream');
    add('get', `${base}/assets/${name}`, async (request, response) => file.answer(request, response));
  }
  const host = page('index.html', hostPagePolicy(crm.page));
  // X-Frame-Options knows no other site; where frame-ancestors is given, browsers leave it aside, so it is taken away.
  const landing = page('landing.html', landingPagePolicy(crm.page), { isFrameable: true });
  add('get', base, async (request, response) => {
    check(request);
    host(response);
  });
  for (const place of ['lookup', 'records/:id', 'accounts/:id']) {
    add('get', `${base}/${place}`, async (request, response) => {
      check(request);
      landing(response);
    });
  }
  const view = (place: string, read: (request: Request, signal: AbortSignal) => Promise<object>) =>
    add('get', `${base}/api/${place}`, async (request, response) => {
      check(request);
      answerJson(response, 200, await tell(log, () => read(request, AbortSignal.timeout(timeoutInMs))));
    });
  view('config', async () => crm.page);
  // For administrators: what the contact center will make of the two templates.
  view('lookup-url', async (request) => lookupUrlFor(crm.page.lookupTemplates, queryOf(request)));
  view('lookup', (request, signal) => crm.views.lookup(queryOf(request), signal));
  view('records/:id', (request, signal) => crm.views.find(idOf(request), signal));
  view('chats/:id', (request, signal) => crm.views.chat(idOf(request), signal));
}

function page(name: string, policy: string, { isFrameable = false } = {}): (response: Response) => void {
  const bytes = readFileSync(path.join(folder, name));
  return (response) => {
    if (isFrameable) response.removeHeader('x-frame-options');
    answerBytes(response, 200, bytes, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
  };
}

async function tell<T>(log: Log, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const problem = toProblem(error);
    log.warn('An agent’s page was not answered', { kind: problem.kind, code: errorCode(error) });
    throw new HttpProblem(statuses[problem.kind] ?? 503, problem.reason);
  }
}

function queryOf(request: Request): Record<string, string> {
  return Object.fromEntries(new URLSearchParams((request.url ?? '').split('?', 2)[1] ?? ''));
}

function idOf(request: Request): string {
  return (request.params as { id: string }).id;
}
