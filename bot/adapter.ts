import {
  type Activity,
  ActivityEventNames,
  CloudAdapter,
  type ConversationReference,
  type InvokeResponse,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import type { AuthenticateRequestResult } from 'botframework-connector';
import type { Clock } from '../common/clock';
import type { HttpClient } from '../common/http';
import { BotAuthentication, type BotAuthenticationOptions } from './adapter/botAuthentication';
import { isTenantAllowed } from './adapter/isTenantAllowed';
import { ConnectorError } from './adapter/leanConnector';
import { Patience, sendPatiently } from './adapter/patientSend';
import { RequestRefused } from './adapter/requestRefused';
import type { ServedChannel } from './channels/servedChannel';
import type { BotIdentity } from './settings';
import { markSkillCall } from './skill/skillTurn';

export { ConnectorError, RequestRefused };

export interface AdapterOptions extends Pick<BotAuthenticationOptions, 'issuer' | 'credentials' | 'keysTimeoutInMs'> {
  identity: BotIdentity;
  http: HttpClient;
  clock: Clock;
  /** How long the channel may take to accept an activity; then `ConnectorError` with `delivered: 'unknown'`. */
  sendTimeoutInMs: number;
  /** Channels of this process's own, which need no Bot Framework. */
  channels?: readonly ServedChannel[];
  /** What to do when a turn fails; what it throws itself decides the answer to the channel. */
  onTurnError?: (context: TurnContext, error: Error) => Promise<void>;
}

const patienceKey = Symbol('patience');

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

  /** The bot's own token for its channels; none when authentication is off. Never for a host that is not Microsoft's. */
  channelToken(): Promise<string | undefined> {
    return this.authentication.channelToken();
  }

  /** A bearer token for another bot with this app id; undefined when authentication is off. */
  tokenFor(audience: string): Promise<string | undefined> {
    return this.authentication.tokenFor(audience);
  }

  /** Checks that the bot with this app id calls. Throws `RequestRefused`. */
  authenticateSkill(authorization: string, appId: string): Promise<void> {
    return this.authentication.authenticateSkill(authorization, appId);
  }

  /** Checks who sent the activity. Throws `RequestRefused` with the status to answer. */
  async authenticate(activity: Activity, authorization: string): Promise<Caller> {
    const caller = await this.authentication.authenticateRequest(activity, authorization);
    if (!this.authenticationIsOff && !isTenantAllowed(activity, this.options.identity.allowedTenants))
      throw new RequestRefused(403, 'the tenant is not on the list');
    return caller;
  }

  /** Runs one turn for a checked caller. Resolves with the body to answer invokes and expected replies with. */
  async runTurn(
    caller: Caller,
    activity: Activity,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    for (const channel of this.options.channels ?? []) {
      const adopted = await channel.adopt(activity);
      if (adopted === 'handled') return undefined;
      if (adopted) {
        await this.runServedTurn(adopted, logic);
        return undefined;
      }
    }
    markSkillCall(caller, activity, this.authenticationIsOff);
    return this.processActivity(caller, activity, logic);
  }

  /** Runs one turn of a channel of our own, whose activities come from our own code. */
  async runServedTurn(activity: Activity, logic: (context: TurnContext) => Promise<void>): Promise<void> {
    await this.runMiddleware(new TurnContext(this, activity), logic);
  }

  /** Sends as the bot in a conversation, past turns and middleware. Throws `ConnectorError`. */
  async sendThrough(
    reference: Parameters<CloudAdapter['continueConversationAsync']>[1],
    activity: Partial<Activity>,
  ): Promise<void> {
    const { activityId: _dropped, ...place } = reference;
    await this.continueConversationAsync(this.options.identity.appId ?? '', place, async (context) => {
      await super.sendActivities(context, [TurnContext.applyConversationReference(activity, place)]);
    });
  }

  /**
   * Activities of a channel of our own go out by that channel. Answers to a customer wait while the channel asks for time; what we say
   * of our own accord is the relay's to bring again.
   */
  override async sendActivities(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    const { activity } = context;
    const channel = this.served(activity.channelId);
    if (channel) return channel.send(context, activities);
    if (activity.name === ActivityEventNames.ContinueConversation) return super.sendActivities(context, activities);
    const patience: Patience = context.turnState.get(patienceKey) ?? new Patience();
    context.turnState.set(patienceKey, patience);
    const sent: ResourceResponse[] = [];
    for (const one of activities)
      sent.push(...(await sendPatiently(() => super.sendActivities(context, [one]), this.options.clock, patience)));
    return sent;
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
    if (this.served(place.channelId)) {
      const event = { type: 'event', name: ActivityEventNames.ContinueConversation };
      const activity = TurnContext.applyConversationReference(event, place, true) as Activity;
      await this.runServedTurn(activity, run);
      return;
    }
    if (audience === undefined) await this.continueConversationAsync(appId, place, run);
    else await this.continueConversationAsync(appId, place, audience, run);
  }

  /** A channel of our own cannot take back what it has shown: `ConnectorError` with status 405. */
  override async updateActivity(context: TurnContext, activity: Partial<Activity>): Promise<ResourceResponse | undefined> {
    if (this.served(context.activity.channelId)) throw new ConnectorError(405, 'notSupported', 'no');
    return (await super.updateActivity(context, activity)) as ResourceResponse | undefined;
  }

  /** As `updateActivity`. */
  override async deleteActivity(context: TurnContext, reference: Partial<ConversationReference>): Promise<void> {
    if (this.served(context.activity.channelId)) throw new ConnectorError(405, 'notSupported', 'no');
    await super.deleteActivity(context, reference);
  }

  private served(channelId: string | undefined): ServedChannel | undefined {
    return this.options.channels?.find((channel) => channel.channelId === channelId);
  }
}
