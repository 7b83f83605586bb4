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

/** Makes tickets: the secret stays here, and the user id is chosen here, so that no page can speak for another customer. */
export class CustomerTickets {
  constructor(
    private readonly directLine: DirectLineAccess,
    private readonly links: SignedLinks,
    private readonly http: HttpClient,
    private readonly now: () => number,
  ) {}

  /** A ticket for the conversation that `resume` names, or for a new one. Throws `HttpProblem` 502 or 503. */
  async make(resume: unknown): Promise<CustomerTicket> {
    const known = typeof resume === 'string' ? this.links.open('resume', resume) : undefined;
    return (known && (await this.continue(known))) ?? this.begin();
  }

  private async continue(known: JsonObject): Promise<CustomerTicket | undefined> {
    const { c: conversationId, u: userId } = known;
    if (typeof conversationId !== 'string' || typeof userId !== 'string') return undefined;
    const response = await this.call('GET', `/conversations/${encodeURIComponent(conversationId)}?watermark=`);
    // Never started, or forgotten by the service: a new one takes its place.
    if (response.status === 404 || response.status === 403) return undefined;
    return { ...this.ticket(conversationId, userId, this.read(response).token), isResumed: true };
  }

  private async begin(): Promise<CustomerTicket> {
    // Direct Line wants this beginning of ids that are put into a token.
    const userId = `dl_${randomUUID()}`;
    const response = this.read(await this.call('POST', '/tokens/generate', { user: { id: userId } }));
    return { ...this.ticket(String(response.conversationId), userId, response.token), isResumed: false };
  }

  private ticket(conversationId: string, userId: string, token: string): Omit<CustomerTicket, 'isResumed'> {
    const resume = this.links.seal('resume', { c: conversationId, u: userId }, this.now() + resumableForInMs);
    return { domain: this.directLine.url, token, conversationId, userId, resume };
  }

  private async call(method: 'GET' | 'POST', path: string, body?: JsonObject): Promise<HttpResponse> {
    try {
      return await this.http({
        method,
        url: this.directLine.url + path,
        headers: { authorization: `Bearer ${this.directLine.secret}`, 'content-type': 'application/json' },
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
    if (status >= 300 || !isJsonObject(json) || typeof json['token'] !== 'string')
      throw new HttpProblem(502, 'the chat service refused');
    return { token: json['token'], conversationId: json['conversationId'] };
  }
}
