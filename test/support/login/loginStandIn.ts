import { createSign, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JsonObject } from '../../../common/json';
import { selfSigned } from './selfSigned';

/** The Bot Framework's own tenant, by its id; `botframework.com` is its name. */
export const botFrameworkTenant = 'd6d49420-f39b-4df7-a1dc-d59a935871db';

/** An app registration. */
export interface LoginApp {
  appId: string;
  secret: string;
  /** Which version its access tokens have (`requestedAccessTokenVersion`); 1 is what registrations begin with. */
  tokenVersion?: 1 | 2;
}

const hosts = ['login.microsoftonline.com', 'login.botframework.com'];

/**
 * Microsoft's login, as far as bots, the Emulator and the Agents Playground use it: OpenID documents, keys, and tokens for an app's own id
 * and secret. Processes started with `env` speak to it in place of the real one, over TLS that they check. What was asked wrongly is in
 * `violations`.
 */
export class LoginStandIn {
  readonly violations: string[] = [];
  /** `<host> <method> <path>` of each call. */
  readonly asked: string[] = [];
  private readonly apps = new Map<string, LoginApp>();
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'switchboard-login-'));
  private server: Server | undefined;

  /** `tenants`: those that may be asked, beside the Bot Framework's. */
  constructor(
    apps: readonly LoginApp[],
    private readonly tenants: readonly string[],
  ) {
    for (const app of apps) this.apps.set(app.appId, app);
  }

  async start(): Promise<void> {
    const { certificate, key } = selfSigned(hosts);
    writeFileSync(path.join(this.folder, 'login.pem'), certificate);
    this.server = createServer({ cert: certificate, key }, (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { status, body } = this.answer(request, Buffer.concat(parts).toString('utf8'));
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    if (!this.server) throw new Error('the login is not started');
    return (this.server.address() as AddressInfo).port;
  }

  /** Variables that make a Node process speak to this login. */
  get env(): Record<string, string> {
    return {
      NODE_OPTIONS: `--import=${pathToFileURL(path.join(__dirname, 'toStandIn.mjs')).href}`,
      NODE_EXTRA_CA_CERTS: path.join(this.folder, 'login.pem'),
      LOGIN_STAND_IN_PORT: String(this.port),
      LOGIN_STAND_IN_HOSTS: hosts.join(','),
    };
  }

  /** What the login would give this app for a scope in a tenant, with some claims or the key changed. */
  token(
    appId: string,
    {
      scope = `${appId}/.default`,
      tenant = botFrameworkTenant,
      version = 1,
    }: { scope?: string; tenant?: string; version?: 1 | 2 } = {},
    { claims = {}, key = this.keys.privateKey }: { claims?: JsonObject; key?: KeyObject } = {},
  ): string {
    const now = Math.floor(Date.now() / 1000);
    const own =
      version === 1
        ? { iss: `https://sts.windows.net/${tenant}/`, ver: '1.0', appid: appId }
        : { iss: `https://login.microsoftonline.com/${tenant}/v2.0`, ver: '2.0', azp: appId };
    const audience = scope.replace(/\/\.default$/, '');
    const payload = { aud: audience, tid: tenant, nbf: now - 10, iat: now - 10, exp: now + 3600, ...own, ...claims };
    const text = [{ alg: 'RS256', kid: 'login-1', typ: 'JWT' }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
  }

  /** Whom a token of this login was made for and by whom it is shown; undefined when it is not of this login or not good any more. */
  read(token: string | undefined): { audience: unknown; app: unknown } | undefined {
    const [header, payload, signature] = (token ?? '').split('.');
    if (!header || !payload || !signature) return undefined;
    const isOurs = createVerify('RSA-SHA256')
      .update(`${header}.${payload}`)
      .verify(this.keys.publicKey, Buffer.from(signature, 'base64url'));
    if (!isOurs) return undefined;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as JsonObject;
    return Number(claims['exp']) * 1000 > Date.now()
      ? { audience: claims['aud'], app: claims['appid'] ?? claims['azp'] }
      : undefined;
  }

  /** Twice is fine. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    rmSync(this.folder, { recursive: true, force: true });
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  private answer({ method, url = '/', headers }: IncomingMessage, body: string): { status: number; body: object } {
    const { pathname } = new URL(url, 'https://login');
    const host = headers.host ?? '';
    this.asked.push(`${host} ${method} ${pathname}`);
    if (host === 'login.botframework.com' && pathname === '/v1/.well-known/openidconfiguration')
      return ok({ issuer: 'https://api.botframework.com', jwks_uri: 'https://login.botframework.com/v1/.well-known/keys' });
    // Channels have keys of their own; none of them calls here.
    if (host === 'login.botframework.com' && pathname === '/v1/.well-known/keys') return ok({ keys: [] });
    const [, tenant = '', rest = ''] = /^\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
    if (rest === 'discovery/instance') return ok(instances);
    const id = tenant === 'botframework.com' ? botFrameworkTenant : tenant;
    if (host !== 'login.microsoftonline.com' || !['common', botFrameworkTenant, ...this.tenants].includes(id))
      return this.wrong(400, 'invalid_tenant', `${host}${pathname}`);
    if (rest === 'v2.0/.well-known/openid-configuration') return ok(openId(tenant));
    if (rest === 'discovery/v2.0/keys')
      return ok({ keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), kid: 'login-1', use: 'sig' }] });
    if (rest === 'oauth2/v2.0/token' && method === 'POST') return this.issue(id, new URLSearchParams(body));
    return this.wrong(404, 'not_found', `${host}${pathname}`);
  }

  private issue(tenant: string, form: URLSearchParams): { status: number; body: object } {
    const app = this.apps.get(form.get('client_id') ?? '');
    if (form.get('grant_type') !== 'client_credentials') return this.wrong(400, 'unsupported_grant_type', 'grant_type');
    if (!app || form.get('client_secret') !== app.secret) return this.wrong(401, 'invalid_client', 'client');
    const scope = (form.get('scope') ?? '').split(' ').find((one) => one.endsWith('/.default'));
    if (!scope) return this.wrong(400, 'invalid_scope', `scope ${form.get('scope')}`);
    // The version is of the service the token is for: the Bot Framework's own is 1.
    const version = scope.startsWith(app.appId) ? (app.tokenVersion ?? 1) : 1;
    const access_token = this.token(app.appId, { scope, tenant, version });
    return ok({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token });
  }

  private wrong(status: number, error: string, what: string): { status: number; body: object } {
    this.violations.push(`${error}: ${what}`);
    return { status, body: { error, error_description: error } };
  }
}

const login = 'https://login.microsoftonline.com';
const instances = {
  tenant_discovery_endpoint: `${login}/common/v2.0/.well-known/openid-configuration`,
  metadata: [
    {
      preferred_network: 'login.microsoftonline.com',
      preferred_cache: 'login.windows.net',
      aliases: ['login.microsoftonline.com'],
    },
  ],
};

function openId(tenant: string): object {
  const id = tenant === 'common' ? '{tenantid}' : tenant;
  return {
    issuer: `${login}/${id}/v2.0`,
    authorization_endpoint: `${login}/${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${login}/${tenant}/oauth2/v2.0/token`,
    end_session_endpoint: `${login}/${tenant}/oauth2/v2.0/logout`,
    jwks_uri: `${login}/${tenant}/discovery/v2.0/keys`,
  };
}

function ok(body: object): { status: number; body: object } {
  return { status: 200, body };
}
