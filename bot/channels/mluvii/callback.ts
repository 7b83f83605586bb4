import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isJsonObject, type JsonObject } from '../../../common/json';
import { errorCode, type Log } from '../../../common/log';
import type { AddRoute } from '../../server/addRoute';
import { answerJson, HttpProblem } from '../../server/answer';
import { readBody } from '../../server/readBody';
import { decode, isPing, sessionIdOf } from './decode';
import { parseExactly } from './looseJson';
import { readSessionEvent, type SessionEvent } from './sessionEvent';
import type { MluviiSettings } from './settings';

const maxBytes = 256 * 1024;
/** An answer must be there within two seconds; what is not written down by then is better sent again. */
const bodyWithinInMs = 1_500;
const mostAtOnce = 200;

export interface CallbackOptions {
  settings: Pick<
    MluviiSettings,
    'MLUVII_CHATBOT_CALLBACK_SECRET' | 'MLUVII_CHATBOT_CALLBACK_USER' | 'MLUVII_CHATBOT_CALLBACK_PASSWORD'
  >;
  /** Resolves when the activity is written down. */
  take(sessionId: string, body: JsonObject): Promise<void>;
  /** Resolves when it is written down what became of a session. */
  takeSessionEvent(event: SessionEvent): Promise<void>;
  log: Log;
}

/**
 * Takes what mluvii calls back with: checks the caller, writes down, answers; nothing is carried out here. `Ping` needs
 * nothing of ours but the process. The tenant's session webhook, which is optional, has an address of its own.
 */
export function addCallbackRoutes(add: AddRoute, options: CallbackOptions): void {
  const { log } = options;
  let underWay = 0;
  const places = [
    { at: '/channels/mluvii', receive: receiveActivity },
    { at: '/channels/mluvii-sessions', receive: receiveSessionEvent },
  ];
  for (const { at, receive } of places) {
    for (const path of [at, `${at}/:secret`]) {
      for (const method of ['get', 'head'] as const) {
        add(method, path, async (request, response) => {
          check(request, secretOf(request), options);
          answerJson(response, 200, {});
        });
      }
      add('post', path, async (request, response) => {
        check(request, secretOf(request), options);
        if (underWay >= mostAtOnce) throw new HttpProblem(503, 'the server is busy', { 'retry-after': '2' });
        underWay += 1;
        try {
          await receive(await readBody(request, maxBytes, bodyWithinInMs), options);
        } finally {
          underWay -= 1;
        }
        answerJson(response, 200, {});
      });
    }
  }

  async function receiveActivity(bytes: Buffer, { take }: CallbackOptions): Promise<void> {
    const body = parseExactly(bytes.toString('utf8'));
    if (!isJsonObject(body)) {
      log.error('a call of the channel is no activity: a quarter of an hour of these and mluvii disables the chatbot');
      throw new HttpProblem(400, 'the body is not a JSON object');
    }
    if (isPing(body)) return;
    const sessionId = sessionIdOf(body);
    if (sessionId === undefined) {
      // Nothing can be done with it, now or when it comes again.
      log.warn('an activity names no session', { activity: nameOf(body) });
      return;
    }
    await written(take(sessionId, body));
  }

  async function receiveSessionEvent(bytes: Buffer, { takeSessionEvent }: CallbackOptions): Promise<void> {
    const body = parseExactly(bytes.toString('utf8'));
    const event = isJsonObject(body) ? readSessionEvent(body) : undefined;
    if (!event) throw new HttpProblem(400, 'the body is no event of a session');
    if (event.kind === 'other') {
      log.debug('an event of a session is of no use', { event: /^\w+$/.test(event.name) ? event.name : 'unnamed' });
      return;
    }
    await written(takeSessionEvent(event));
  }

  async function written(writing: Promise<void>): Promise<void> {
    try {
      await writing;
    } catch (error) {
      log.error('an activity was not written down', { code: errorCode(error) });
      throw new HttpProblem(503, 'the activity could not be written down', { 'retry-after': '5' });
    }
  }
}

/** The name of an activity, which is the vendor's word; anything else is not logged. */
function nameOf(body: JsonObject): string {
  const event = decode(body);
  const name = event.kind === 'answer' || event.kind === 'unknown' ? event.name : event.kind;
  return /^\w{1,60}$/.test(name) ? name : 'unnamed';
}

function secretOf(request: { params?: unknown }): string {
  const { secret } = (request.params ?? {}) as { secret?: unknown };
  return typeof secret === 'string' ? secret : '';
}

function check(request: IncomingMessage, secret: string, { settings, log }: CallbackOptions): void {
  const { MLUVII_CHATBOT_CALLBACK_SECRET: known, MLUVII_CHATBOT_CALLBACK_USER: user } = settings;
  const password = settings.MLUVII_CHATBOT_CALLBACK_PASSWORD;
  const bySecret = known !== undefined && isOneOf(secret, known.split(','));
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const byPassword =
    user !== undefined && password !== undefined && isSame(Buffer.from(basic ?? '', 'base64').toString(), `${user}:${password}`);
  if (bySecret || byPassword) return;
  log.warn('a call of the channel has the wrong secret: a quarter of an hour of these and mluvii disables the chatbot');
  throw new HttpProblem(401, 'the caller is not known');
}

/** All are compared, so that time does not tell which one it was. */
function isOneOf(given: string, wanted: readonly string[]): boolean {
  return wanted.map((one) => isSame(given, one.trim())).includes(true);
}

/** Compares without telling by the time taken how much is right. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
