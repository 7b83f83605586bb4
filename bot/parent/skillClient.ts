import { type Activity, RoleTypes, TurnContext } from 'botbuilder';
import { parseRetryAfter } from '../../common/backoff';
import { type Clock, sleep } from '../../common/clock';
import { type HttpClient, HttpFailure, type HttpResponse } from '../../common/http';
import { isJsonObject, toJson } from '../../common/json';

/** The skill did not take an activity. */
export class SkillFailure extends Error {
  override readonly name = 'SkillFailure';
  constructor(
    /** Why, for the log. */
    readonly code: string,
    /** `no`: it surely had no effect. `unknown`: it may have. */
    readonly delivered: 'no' | 'unknown',
    /** Whether the same may succeed in a moment. */
    readonly mayPass: boolean,
    cause?: unknown,
  ) {
    super(`the skill did not take an activity: ${code}`, cause === undefined ? undefined : { cause });
  }
}

export interface SkillClientOptions {
  http: HttpClient;
  clock: Clock;
  /** The skill's messaging endpoint. */
  endpoint: string;
  appId?: string;
  /** Where the skill sends its own activities: `/v3/conversations/…` below it. */
  serviceUrl: string;
  /** A bearer token for the skill; undefined when authentication is off. */
  token(audience: string): Promise<string | undefined>;
}

/** Below what channels wait for an answer to a customer's message. */
const timeoutInMs = 12_000;
/** A skill that restarts is back by then; the customer's channel still waits. */
const insistForInMs = 8_000;
const pauseInMs = 250;

/** Sends activities to the skill as the Bot Framework's protocol between bots wants them. */
export class SkillClient {
  constructor(private readonly options: SkillClientOptions) {}

  /**
   * Resolves with what the skill sent back with its answer, when it took the activity: nothing but for invokes and for
   * `expectReplies`. While it surely has not taken it, it is sent again for a few seconds. Throws `SkillFailure`.
   */
  async send(activity: Partial<Activity>, skillConversationId: string): Promise<Partial<Activity>[]> {
    const { clock } = this.options;
    const body = JSON.stringify(this.addressed(activity, skillConversationId));
    const giveUpAt = clock.monotonic() + insistForInMs;
    for (;;) {
      try {
        return repliesOf(await this.post(body, skillConversationId));
      } catch (error) {
        if (!(error instanceof SkillFailure) || !error.mayPass || clock.monotonic() >= giveUpAt) throw error;
        await sleep(clock, pauseInMs);
      }
    }
  }

  private addressed(activity: Partial<Activity>, skillConversationId: string): object {
    const { appId = 'skill', serviceUrl } = this.options;
    const { callerId: _caller, ...rest } = activity;
    return {
      ...rest,
      conversation: { ...activity.conversation, id: skillConversationId },
      recipient: { id: appId, role: RoleTypes.Skill },
      relatesTo: toJson({ ...TurnContext.getConversationReference(activity), bot: undefined }),
      serviceUrl,
    };
  }

  private async post(body: string, skillConversationId: string): Promise<HttpResponse> {
    const { http, endpoint, clock } = this.options;
    const token = await this.token();
    let response: HttpResponse;
    try {
      response = await http({
        method: 'POST',
        url: endpoint,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          accept: 'application/json',
          'x-ms-conversation-id': skillConversationId,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body,
        timeoutInMs,
        maxBytes: 1024 * 1024,
      });
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      const isRefused = error.code === 'refused';
      throw new SkillFailure(error.code, isRefused || error.code === 'invalidUrl' ? 'no' : 'unknown', isRefused);
    }
    if (response.status >= 200 && response.status < 300) return response;
    // Who is asked to come again later than the customer's channel waits is not asked again.
    const pause = parseRetryAfter(response.headers['retry-after'], clock.now()) ?? 0;
    const isBusy = (response.status === 503 || response.status === 429) && pause <= insistForInMs;
    throw new SkillFailure(String(response.status), response.status < 500 || isBusy ? 'no' : 'unknown', isBusy);
  }

  private async token(): Promise<string | undefined> {
    const { appId, token } = this.options;
    try {
      return appId === undefined ? undefined : await token(appId);
    } catch (error) {
      throw new SkillFailure('tokenRefused', 'no', false, error);
    }
  }
}

function repliesOf({ json }: HttpResponse): Partial<Activity>[] {
  const replies = isJsonObject(json) ? json['activities'] : undefined;
  // Checked for what is relied on; the rest goes to the channel as it came.
  return Array.isArray(replies)
    ? (replies.filter((reply) => isJsonObject(reply) && typeof reply['type'] === 'string') as never)
    : [];
}
