import { type Activity, ActivityTypes, type ConversationReference, type ResourceResponse, type TurnContext } from 'botbuilder';
import type { Request, Response } from 'restify';
import { type Clock, sleep } from '../../common/clock';
import { isJsonObject } from '../../common/json';
import { errorCode, type Log } from '../../common/log';
import { ConnectorError, RequestRefused } from '../adapter';
import { passingStatuses } from '../adapter/passingStatuses';
import type { AddRoute } from '../server/addRoute';
import { answerJson, HttpProblem } from '../server/answer';
import { readJsonBody } from '../server/readBody';
import type { SkillConversation, SkillConversations } from './skillConversations';

/** What the skill calls back at, below the public address. */
export const callbackPath = '/api/skills';
const maxBytes = 256 * 1024;
const waitForTurnInMs = 1_000;

export interface SkillCallbacksOptions {
  conversations: SkillConversations;
  /** Checks that the skill calls. Throws `RequestRefused`. */
  authenticate(authorization: string): Promise<void>;
  /** Runs a turn of our own in the customer's conversation. */
  runTurn(reference: Partial<ConversationReference>, logic: (context: TurnContext) => Promise<void>): Promise<void>;
  /** Lets the bot take the conversation back whose end is noted. Twice is fine. */
  bringBack(id: string): Promise<void>;
  clock: Clock;
  log: Log;
}

/** What the skill says in a conversation it was lent (the Bot Framework's connector API, as far as skills use it). */
export function addSkillCallbacks(add: AddRoute, options: SkillCallbacksOptions): void {
  const at = `${callbackPath}/v3/conversations/:conversationId/activities`;
  const handler =
    (work: (conversation: SkillConversation, request: Request) => Promise<ResourceResponse | undefined>) =>
    async (request: Request, response: Response) => {
      await checkCaller(options, request);
      const conversation = await options.conversations.find(idOf(request));
      if (!conversation) throw new HttpProblem(404, 'there is no such conversation');
      answerJson(response, 200, (await passedOn(options.log, () => work(conversation, request))) ?? {});
    };
  add(
    'post',
    at,
    handler((conversation, request) => say(options, conversation, request)),
  );
  add(
    'post',
    `${at}/:activityId`,
    handler((conversation, request) => say(options, conversation, request)),
  );
  add(
    'put',
    `${at}/:activityId`,
    handler(({ reference }, request) => change(options, reference, request)),
  );
  add(
    'del',
    `${at}/:activityId`,
    handler(({ reference }, request) => remove(options, reference, request)),
  );
}

async function checkCaller({ authenticate, log }: SkillCallbacksOptions, request: Request): Promise<void> {
  try {
    await authenticate(request.headers.authorization ?? '');
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
    log.warn('a caller was refused', { status: error.status, reason: error.reason, route: callbackPath });
    throw new HttpProblem(error.status, 'the caller is not the skill');
  }
}

async function say(
  options: SkillCallbacksOptions,
  { reference }: SkillConversation,
  request: Request,
): Promise<ResourceResponse | undefined> {
  const activity = await readSaid(request);
  const id = idOf(request);
  switch (activity.type) {
    case ActivityTypes.EndOfConversation:
      await options.conversations.noteEnd(id, activity.value, activity.code);
      await takenBack(options, id);
      return undefined;
    case ActivityTypes.Event:
    case ActivityTypes.Trace:
    case ActivityTypes.InvokeResponse:
      // For this bot's own logic, which has no use for them.
      return undefined;
    default:
      return inTurn(options, reference, (context) => context.sendActivity(activity));
  }
}

/**
 * The end is written down: it is taken back now, or by a turn of the customer's that waits for the skill at this moment, while the
 * skill waits for us. So the skill does not wait for long; without that it hears of a failure and comes again.
 */
async function takenBack({ bringBack, clock, log }: SkillCallbacksOptions, id: string): Promise<void> {
  const over = new AbortController();
  let isAnswered = false;
  const back = bringBack(id).catch((error: unknown) => {
    if (!isAnswered) throw error;
    log.error('a lent conversation was not taken back', { code: errorCode(error) });
  });
  try {
    await Promise.race([back, sleep(clock, waitForTurnInMs, over.signal)]);
  } finally {
    isAnswered = true;
    over.abort();
  }
}

async function change(
  options: SkillCallbacksOptions,
  reference: Partial<ConversationReference>,
  request: Request,
): Promise<ResourceResponse | undefined> {
  const activity = await readSaid(request);
  const id = paramOf(request, 'activityId');
  return inTurn(options, reference, async (context) => (await context.updateActivity({ ...activity, id })) ?? { id });
}

function remove(options: SkillCallbacksOptions, reference: Partial<ConversationReference>, request: Request): Promise<undefined> {
  const id = paramOf(request, 'activityId');
  return inTurn(options, reference, async (context) => {
    await context.deleteActivity(id);
    return undefined;
  });
}

async function inTurn<T>(
  { runTurn }: SkillCallbacksOptions,
  reference: Partial<ConversationReference>,
  work: (context: TurnContext) => Promise<T>,
): Promise<T> {
  let result: T | undefined;
  await runTurn(reference, async (context) => {
    result = await work(context);
  });
  return result as T;
}

/** Ids and places are those of the skill's side; the turn gives the customer's. */
async function readSaid(request: Request): Promise<Partial<Activity>> {
  const body = await readJsonBody(request, maxBytes);
  if (!isJsonObject(body) || typeof body['type'] !== 'string') throw new HttpProblem(400, 'the body is not an activity');
  const { id: _id, replyToId: _reply, conversation: _place, serviceUrl: _url, from: _from, recipient: _to, ...activity } = body;
  return activity as Partial<Activity>;
}

/** The skill comes again when the customer's channel may take it later, and not when it never will. */
async function passedOn<T>(log: Log, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    log.warn('what the skill said was not passed on', { code: errorCode(error) });
    const status = error instanceof ConnectorError ? error.status : undefined;
    const isFinal = status !== undefined && status >= 400 && status < 500 && !passingStatuses.has(status);
    if (isFinal) throw new HttpProblem(status, 'the channel refuses it');
    throw new HttpProblem(503, 'the channel cannot be reached now', { 'retry-after': '2' });
  }
}

function idOf(request: Request): string {
  return paramOf(request, 'conversationId');
}

/** Clients encode ids once more than the router decodes. */
function paramOf(request: Request, name: 'conversationId' | 'activityId'): string {
  try {
    return decodeURIComponent(String(request.params[name]));
  } catch {
    // A percent sign that begins no encoded character.
    throw new HttpProblem(400, 'the address is not encoded as it should be');
  }
}
