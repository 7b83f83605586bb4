import type { KeyObject } from 'node:crypto';
import { backoffInMs } from '../../../common/backoff';
import type { HttpResponse } from '../../../common/http';
import type { JsonObject } from '../../../common/json';
import type { Log } from '../../../common/log';
import { HandoffError } from '../../errors';
import type { LiveAssistClient } from './client';
import { type ContextClaims, signContext } from './contextToken';
import type { Introduction, LiveAssistSession } from './session';

export interface IntroduceContext {
  client: LiveAssistClient;
  log: Log;
  /** Newest first. */
  keys: KeyObject[];
  lifetimeInSeconds: number | undefined;
  now(): number;
}

type Changes = Pick<LiveAssistSession, 'introduction' | 'isContextTaken'>;

const mostAttempts = 6;
const pauses = { firstInMs: 2_000, maxInMs: 20_000 };

/**
 * Tells the desk the customer's name and, signed, everything else. Never fails: what did not get through stays in the
 * introduction for another attempt, because a chat goes on without it.
 */
export async function introduce(
  context: IntroduceContext,
  session: LiveAssistSession,
  introduction: Introduction,
  contextId: string,
  signal: AbortSignal,
): Promise<Changes> {
  const { visitorName, contextData } = introduction;
  const [name, facts] = await Promise.all([
    visitorName === undefined
      ? 'done'
      : attempt(context, 'name', () => context.client.tellName(session.url, visitorName, signal)),
    contextData === undefined ? 'done' : attempt(context, 'context', () => post(context, contextId, contextData, signal)),
  ]);
  const attempts = introduction.attempts + 1;
  const isOpen = attempts < mostAttempts && (name === 'again' || facts === 'again');
  if (facts === 'never' || (facts === 'again' && !isOpen))
    context.log.error('The desk was not told who the customer is; look at the context keys and the service', { attempts });
  return {
    introduction: isOpen
      ? {
          attempts,
          nextAttemptAt: context.now() + backoffInMs(attempts, pauses),
          ...(name === 'again' && visitorName !== undefined && { visitorName }),
          ...(facts === 'again' && contextData !== undefined && { contextData }),
        }
      : null,
    isContextTaken: session.isContextTaken || (contextData !== undefined && facts === 'done'),
  };
}

type Outcome = 'done' | 'again' | 'never';

async function attempt(context: IntroduceContext, what: string, call: () => Promise<HttpResponse>): Promise<Outcome> {
  try {
    const { status } = await call();
    if (status >= 200 && status < 300) return 'done';
    context.log.warn('The desk did not take what it was told about the customer', { what, status });
    return status >= 500 || status === 429 || status === 408 ? 'again' : 'never';
  } catch (error) {
    if (!(error instanceof HandoffError)) throw error;
    context.log.warn('The desk could not be told about the customer', { what, code: error.code });
    return 'again';
  }
}

/**
 * 400 says that no registered key fits: then the next older key of ours is tried, so that a new key can be put in before
 * it is registered.
 */
async function post(
  context: IntroduceContext,
  contextId: string,
  contextData: JsonObject,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const claims: ContextClaims = { contextId, contextData, ...validity(context) };
  let response: HttpResponse | undefined;
  for (const key of context.keys) {
    response = await context.client.postContext(signContext(claims, key), signal);
    if (response.status !== 400) break;
  }
  if (!response) throw new Error('there is no key to sign with');
  return response;
}

function validity({ lifetimeInSeconds, now }: IntroduceContext): { iat?: number; exp?: number } {
  if (lifetimeInSeconds === undefined) return {};
  const iat = Math.floor(now() / 1000);
  return { iat, exp: iat + lifetimeInSeconds };
}
