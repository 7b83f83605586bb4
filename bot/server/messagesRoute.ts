import type { Activity, InvokeResponse, TurnContext } from 'botbuilder';
import type { Request, Response } from 'restify';
import type { KeyedQueue } from '../../common/keyedQueue';
import { errorCode, type Log } from '../../common/log';
import { type BotAdapter, type Caller, RequestRefused } from '../adapter';
import { conversationKey } from '../conversationKey';
import type { Admission } from './admission';
import { answerJson, HttpProblem } from './answer';
import { readActivity } from './readActivity';
import { readJsonBody } from './readBody';
import type { SenderRate } from './senderRate';

const maxBytes = 256 * 1024;

export interface MessagesRouteOptions {
  adapter: Pick<BotAdapter, 'authenticate' | 'runTurn'>;
  /** What the bot does with a turn. */
  runTurn(context: TurnContext): Promise<void>;
  /** Turns of one conversation follow one another in here; share it with other work on the conversation. */
  turns: Pick<KeyedQueue, 'run'>;
  /** Whether a failed turn means that the store cannot be reached: the channel is then asked to come back. */
  isUnavailable(error: unknown): boolean;
  isStopping(): boolean;
  admission: Admission;
  /** Holds each sender to a rate; none without. */
  senders?: SenderRate;
  log: Log;
}

/** Takes activities from the channel: shape, then caller, then the turn; answers when the turn is over. */
export function createMessagesRoute(options: MessagesRouteOptions): (request: Request, response: Response) => Promise<void> {
  return (request, response) =>
    options.admission.run(request, async () => {
      if (options.isStopping()) throw unavailable('the server is stopping');
      const activity = readActivity(await readJsonBody(request, maxBytes));
      const caller = await authenticate(options, activity, request.headers.authorization ?? '');
      options.senders?.take(activity);
      const key = conversationKey(activity);
      const result = await options.admission.runFor(key, () => takeTurn(options, key, caller, activity));
      answerJson(response, result?.status ?? 200, result?.body ?? {});
    });
}

async function takeTurn(
  options: MessagesRouteOptions,
  key: string,
  caller: Caller,
  activity: Activity,
): Promise<InvokeResponse | undefined> {
  try {
    return await options.turns.run(key, () => options.adapter.runTurn(caller, activity, (context) => options.runTurn(context)));
  } catch (error) {
    options.log.error('a turn failed', { conversation: activity.conversation.id, code: errorCode(error) });
    if (options.isUnavailable(error)) throw unavailable('the store cannot be reached');
    throw new HttpProblem(500, 'the turn failed');
  }
}

async function authenticate(
  { adapter, log }: MessagesRouteOptions,
  activity: Parameters<BotAdapter['authenticate']>[0],
  authorization: string,
): Promise<Caller> {
  try {
    return await adapter.authenticate(activity, authorization);
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
    log.warn('a caller was refused', { status: error.status, reason: error.reason, channel: activity.channelId.slice(0, 40) });
    if (error.status === 503) throw unavailable('callers cannot be checked now');
    throw error.status === 401
      ? new HttpProblem(401, 'the caller is not authenticated', { 'www-authenticate': 'Bearer' })
      : new HttpProblem(403, 'the caller is not allowed');
  }
}

function unavailable(reason: string): HttpProblem {
  return new HttpProblem(503, reason, { 'retry-after': '5' });
}
