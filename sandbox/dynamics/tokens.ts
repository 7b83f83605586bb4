import { randomUUID } from 'node:crypto';
import type { WireAnswer } from './wire';

/** Issues access tokens as the identity service would, and knows which of them still hold. */
export class TokenIssuer {
  /** Life of tokens issued from now on. */
  lifeInSeconds = 3599;
  /** How many token requests came in. */
  requests = 0;
  private readonly expiry = new Map<string, number>();

  constructor(
    private readonly expected: { scope: () => string; clientId?: string; clientSecret?: string },
    private readonly violation: (text: string) => void,
  ) {}

  answer(method: string, contentType: string, body: string): WireAnswer {
    this.requests += 1;
    if (method !== 'POST') return refusal(405, 'invalid_request');
    if (!contentType.startsWith('application/x-www-form-urlencoded')) this.violation('token request is not form encoded');
    const form = new URLSearchParams(body);
    if (form.get('grant_type') !== 'client_credentials') return refusal(400, 'unsupported_grant_type');
    const scopes = (form.get('scope') ?? '').split(' ');
    if (!scopes.includes(this.expected.scope())) {
      this.violation('token request for another scope');
      return refusal(400, 'invalid_scope');
    }
    const { clientId, clientSecret } = this.expected;
    const hasProof = form.has('client_secret') || form.has('client_assertion');
    const isWrong =
      (clientId !== undefined && form.get('client_id') !== clientId) ||
      (clientSecret !== undefined && form.get('client_secret') !== clientSecret);
    if (!form.get('client_id') || !hasProof || isWrong) return refusal(401, 'invalid_client');
    const token = `sandbox.${randomUUID()}`;
    this.expiry.set(token, Date.now() + this.lifeInSeconds * 1000);
    const expires = { expires_in: this.lifeInSeconds, ext_expires_in: this.lifeInSeconds };
    return { status: 200, body: { token_type: 'Bearer', ...expires, access_token: token } };
  }

  /** Whether a request with this header may pass. */
  accepts(authorization: string | undefined): boolean {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    return token !== undefined && (this.expiry.get(token) ?? 0) > Date.now();
  }

  /** Makes every token issued so far worthless. */
  revokeAll(): void {
    this.expiry.clear();
  }
}

function refusal(status: number, error: string): WireAnswer {
  return { status, body: { error, error_description: `${error} (sandbox)`, error_codes: [0], correlation_id: randomUUID() } };
}
