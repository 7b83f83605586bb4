import { randomBytes } from 'node:crypto';
import { isoTime, systemClock } from '../../common/clock';
import type { ReadRequest } from '../request';
import type { Answer } from './answer';
import { credentials } from './options';

type Permission = 'chatbot' | 'api';

/** Hands out tokens by client credentials; they hold an hour. */
export class Login {
  lifeInSeconds = 3_600;
  /** How many tokens were asked for. */
  requests = 0;
  private readonly tokens = new Map<string, { permission: Permission; until: number }>();

  constructor(private readonly violate: (violation: string) => void) {}

  /** `POST /login/connect/token`. */
  token(request: ReadRequest): Answer {
    this.requests += 1;
    const form = new URLSearchParams(request.body.toString('utf8'));
    if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
      this.violate('the token is not asked for with a form');
      return refusal('invalid_request');
    }
    if (form.get('grant_type') !== 'client_credentials' || form.get('response_type') !== 'token') {
      this.violate('the token is not asked for with grant_type=client_credentials and response_type=token');
      return refusal('unsupported_grant_type');
    }
    const [id, secret] = [form.get('client_id'), form.get('client_secret')];
    const { chatbot, api } = credentials;
    if (id === chatbot.clientId && secret === chatbot.clientSecret) return this.issue('chatbot');
    if (id === api.clientId && secret === api.clientSecret) return this.issue('api');
    return refusal('invalid_client');
  }

  /** The refusal of a call, undefined when it may pass: no token leads to the login page, a token for something else to 403. */
  check(request: ReadRequest, permission: Permission): Answer | undefined {
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const known = this.tokens.get(token);
    if (!known || known.until <= systemClock.now()) {
      return { status: 302, headers: { location: `/login?ReturnUrl=${encodeURIComponent(request.path)}` } };
    }
    return known.permission === permission ? undefined : { status: 403 };
  }

  /** All tokens are worth nothing from now on, as after a change of keys. */
  expireAll(): void {
    this.tokens.clear();
  }

  private issue(permission: Permission): Answer {
    const until = systemClock.now() + this.lifeInSeconds * 1000;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { client_id: permission, exp: Math.floor(until / 1000), iat: isoTime(systemClock.now()) };
    const token = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${randomBytes(24).toString('base64url')}`;
    this.tokens.set(token, { permission, until });
    return { status: 200, json: { access_token: token, token_type: 'Bearer', expires_in: this.lifeInSeconds } };
  }
}

function refusal(error: string): Answer {
  return { status: 400, json: { error } };
}
