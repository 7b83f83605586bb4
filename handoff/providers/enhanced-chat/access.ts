import type { HttpResponse } from '../../../common/http';
import type { Log } from '../../../common/log';
import type { EnhancedChatClient } from './client';
import { failure, fromOpeningStatus, isSuccess, sessionEnded } from './errors';
import { canVerify, identityToken } from './identityToken';
import type { EnhancedChatSession } from './session';
import type { EnhancedChatSettings } from './settings';
import { expiryOf, readToken } from './wire';

export interface AccessContext {
  client: EnhancedChatClient;
  settings: EnhancedChatSettings;
  log: Log;
  now(): number;
}

export interface Granted {
  token: string;
  tokenExpiresAt: number;
  lastEventId: string;
  verifiedAs?: string;
}

/** A verified user's token is replaced this long before its end. */
const renewBeforeInMs = 60_000;
/** The vendor's usual lives, for a token that does not tell its own. */
const guestLifeInMs = 6 * 3_600_000;
const verifiedLifeInMs = 3_600_000;

/**
 * Asks for a token: a verified one for a known customer where the settings allow it, else a guest's. The desk answers well
 * even when it does not believe the proof; then the customer goes on as a guest and the log says so.
 */
export async function requestToken(
  context: AccessContext,
  deployment: string,
  customer: string | undefined,
  signal: AbortSignal,
): Promise<Granted> {
  const { client, settings, log } = context;
  const proof = customer !== undefined && canVerify(settings) ? identityToken(settings, customer, context.now()) : undefined;
  const response = await client.requestToken(deployment, proof, signal);
  const wire = isSuccess(response) ? readToken(response.json) : undefined;
  if (!wire) throw isSuccess(response) ? unreadable() : fromOpeningStatus(response, context.now());
  const isVerified = proof !== undefined && wire.subject?.includes('/AUTH/') === true;
  if (proof !== undefined && !isVerified)
    log.error('The desk did not accept the proof of identity; the customer is a guest to it');
  return {
    token: wire.accessToken,
    tokenExpiresAt: expiryOf(wire.accessToken) ?? context.now() + (isVerified ? verifiedLifeInMs : guestLifeInMs),
    lastEventId: wire.lastEventId,
    ...(isVerified && customer !== undefined && { verifiedAs: customer }),
  };
}

/**
 * The right to act in one conversation. A verified user's token is renewed when it is due or refused; a guest's never is,
 * because a new guest is somebody else to the desk.
 */
export class Access {
  /** What of the session changed: a new token, if one was needed. */
  changes: Partial<EnhancedChatSession> = {};

  constructor(
    private readonly context: AccessContext,
    private session: EnhancedChatSession,
  ) {}

  get token(): string {
    return this.session.token;
  }

  get expiresAt(): number {
    return this.session.tokenExpiresAt;
  }

  /** Makes a call with a token that is good. Throws `sessionEnded` when the conversation is lost with its token. */
  async call<T extends Pick<HttpResponse, 'status'>>(signal: AbortSignal, make: (token: string) => Promise<T>): Promise<T> {
    const isDue = this.context.now() >= this.renewAt();
    if (isDue) await this.renew(signal);
    const response = await make(this.token);
    if (response.status !== 401) return response;
    if (this.session.verifiedAs === undefined) {
      if (this.context.now() >= this.expiresAt) throw sessionEnded('the guest’s token has expired');
      return response;
    }
    if (isDue) return response;
    await this.renew(signal);
    return make(this.token);
  }

  /** When a new token is due, in milliseconds since 1970; never for a guest. */
  renewAt(): number {
    return this.session.verifiedAs === undefined ? Number.POSITIVE_INFINITY : this.expiresAt - renewBeforeInMs;
  }

  private async renew(signal: AbortSignal): Promise<void> {
    const { verifiedAs, deployment } = this.session;
    const granted = await requestToken(this.context, deployment, verifiedAs, signal);
    if (granted.verifiedAs !== verifiedAs) {
      throw failure({ code: 'unauthorized', retriable: false, delivered: 'no', detail: 'identity no longer accepted' });
    }
    const { token, tokenExpiresAt } = granted;
    this.session = { ...this.session, token, tokenExpiresAt };
    this.changes = { token, tokenExpiresAt };
  }
}

function unreadable(): Error {
  return failure({ code: 'outage', retriable: true, delivered: 'no', detail: 'an answer that is no token' });
}
