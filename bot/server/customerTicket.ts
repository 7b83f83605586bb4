import { randomUUID } from 'node:crypto';
import { type HttpClient, HttpFailure, type HttpResponse } from '../../common/http';
import { isJsonObject, type JsonObject } from '../../common/json';
import type { SignedLinks } from '../signedLinks';
import { HttpProblem } from './answer';

export interface DirectLineAccess {
  /** The address of the service (`…/v3/directline`). */
  url: string;
  secret: string;
}

/** What the customer page needs to talk. `resume` brings the same conversation back after a reload. */
export interface CustomerTicket {
  domain: string;
  token: string;
  conversationId: string;
  userId: string;
  resume: string;
  isResumed: boolean;
}

const timeoutInMs = 10_000;
const resumableForInMs = 24 * 60 * 60_000;
/** Longer tokens than any seen would make the note too long to come back; such a chat goes on by the secret alone. */
const maxTokenKept = 2_500;

/** Makes tickets: the secret stays here, and the user id is chosen here, so that no page can speak for another customer. */
export class CustomerTickets {
  constructor(
    private readonly directLine: DirectLineAccess,
    private readonly links: SignedLinks,
    private readonly http: HttpClient,
    private readonly now: () => number,
  ) {}

  /**
   * A ticket for the conversation that `resume` names, or for a new one. Tokens are made for pages of the trusted origins only.
   * Throws `HttpProblem` 502 or 503.
   */
  async make(resume: unknown, trustedOrigins: readonly string[]): Promise<CustomerTicket> {
    const known = typeof resume === 'string' ? this.links.open('resume', resume) : undefined;
    return (known && (await this.continue(known))) ?? this.begin(trustedOrigins);
  }

  private async continue(known: JsonObject): Promise<CustomerTicket | undefined> {
    const { c: conversationId, u: userId, t: token } = known;
    if (typeof conversationId !== 'string' || typeof userId !== 'string') return undefined;
    const response = await this.call('GET', `/conversations/${encodeURIComponent(conversationId)}?watermark=`);
    // Never started, or forgotten by the service: a new one takes its place.
    if (response.status === 404 || response.status === 403) return undefined;
    const reopened = this.read(response).token;
    const renewed = typeof token === 'string' ? await this.renew(token) : undefined;
    return { ...this.ticket(conversationId, userId, renewed ?? reopened), isResumed: true };
  }

  /**
   * A fresh token in place of this one, which keeps the user and the origins it was made for; a token got by the secret is bound to the
   * conversation alone. Undefined when it has run out.
   */
  private async renew(token: string): Promise<string | undefined> {
    const response = await this.call('POST', '/tokens/refresh', undefined, token);
    return response.status < 300 ? this.read(response).token : undefined;
  }

  private async begin(trustedOrigins: readonly string[]): Promise<CustomerTicket> {
    // Direct Line wants this beginning of ids that are put into a token.
    const userId = `dl_${randomUUID()}`;
    const response = this.read(
      await this.call('POST', '/tokens/generate', { user: { id: userId }, trustedOrigins: [...trustedOrigins] }),
    );
    const { conversationId, token } = response;
    if (typeof conversationId !== 'string') throw refused();
    return { ...this.ticket(conversationId, userId, token), isResumed: false };
  }

  private ticket(conversationId: string, userId: string, token: string): Omit<CustomerTicket, 'isResumed'> {
    const note = { c: conversationId, u: userId, ...(token.length <= maxTokenKept && { t: token }) };
    const resume = this.links.seal('resume', note, this.now() + resumableForInMs);
    return { domain: this.directLine.url, token, conversationId, userId, resume };
  }

  private async call(
    method: 'GET' | 'POST',
    path: string,
    body?: JsonObject,
    bearer = this.directLine.secret,
  ): Promise<HttpResponse> {
    try {
      return await this.http({
        method,
        url: this.directLine.url + path,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
        timeoutInMs,
      });
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      throw new HttpProblem(503, 'the chat service cannot be reached', { 'retry-after': '3' });
    }
  }

  private read(response: HttpResponse): { token: string; conversationId: unknown } {
    const { status, json } = response;
    if (status >= 300 || !isJsonObject(json) || typeof json['token'] !== 'string') throw refused();
    return { token: json['token'], conversationId: json['conversationId'] };
  }
}

function refused(): HttpProblem {
  return new HttpProblem(502, 'the chat service refused');
}
