import { type Activity, CloudAdapter, type InvokeResponse, type TurnContext } from 'botbuilder';
import type { AuthenticateRequestResult } from 'botframework-connector';
import type { Clock } from '../common/clock';
import type { HttpClient } from '../common/http';
import { BotAuthentication, type BotAuthenticationOptions } from './adapter/botAuthentication';
import type { BotIdentity } from './settings';

export { ConnectorError } from './adapter/leanConnector';
export { RequestRefused } from './adapter/requestRefused';

export interface AdapterOptions extends Pick<BotAuthenticationOptions, 'issuer' | 'credentials' | 'keysTimeoutInMs'> {
  identity: BotIdentity;
  http: HttpClient;
  clock: Clock;
  /** How long the channel may take to accept an activity; then `ConnectorError` with `delivered: 'unknown'`. */
  sendTimeoutInMs: number;
  /** What to do when a turn fails; what it throws itself decides the answer to the channel. */
  onTurnError?: (context: TurnContext, error: Error) => Promise<void>;
}

/** Who sent an activity, after every check. */
export type Caller = AuthenticateRequestResult;

/** The product's connection to the Bot Framework: checked callers in, lean calls out. */
export class BotAdapter extends CloudAdapter {
  private readonly authentication: BotAuthentication;

  constructor(private readonly options: AdapterOptions) {
    const authentication = new BotAuthentication(options);
    super(authentication);
    this.authentication = authentication;
    if (options.onTurnError) this.onTurnError = options.onTurnError;
  }

  /** Whether callers are let in unchecked (no app id: sandbox only). */
  get authenticationIsOff(): boolean {
    return this.authentication.isOff;
  }

  /** Checks who sent the activity. Throws `RequestRefused` with the status to answer. */
  authenticate(activity: Activity, authorization: string): Promise<Caller> {
    return this.authentication.authenticateRequest(activity, authorization);
  }

  /** Runs one turn for a checked caller. Resolves with the body to answer invokes and expected replies with. */
  runTurn(
    caller: Caller,
    activity: Activity,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    return this.processActivity(caller, activity, logic);
  }

  /**
   * Runs a turn of our own in a known conversation. The activity id of the reference is dropped: replies to an id the
   * client does not know are held back by Web Chat for 5 s.
   */
  async runProactiveTurn(
    reference: Parameters<CloudAdapter['continueConversationAsync']>[1],
    logic: (context: TurnContext) => Promise<void>,
    audience?: string,
  ): Promise<void> {
    const run = (context: TurnContext) => {
      delete context.activity.id;
      return logic(context);
    };
    const appId = this.options.identity.appId ?? '';
    const { activityId: _dropped, ...place } = reference;
    if (audience === undefined) await this.continueConversationAsync(appId, place, run);
    else await this.continueConversationAsync(appId, place, audience, run);
  }
}
