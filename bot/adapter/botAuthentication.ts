import {
  type Activity,
  ConfigurationBotFrameworkAuthentication,
  type ConfigurationBotFrameworkAuthenticationOptions,
  ConfigurationServiceClientCredentialFactory,
} from 'botbuilder';
import {
  type AuthenticateRequestResult,
  AuthenticationConstants,
  AuthenticationError,
  BotFrameworkAuthentication,
  type BotFrameworkClient,
  type Claim,
  type ClaimsIdentity,
  type ConnectorClient,
  type ConnectorFactory,
  GovernmentConstants,
  JwtTokenValidation,
  type ServiceClientCredentialsFactory,
  SkillValidation,
  type UserTokenClient,
} from 'botframework-connector';
import { type Clock, sleep } from '../../common/clock';
import type { HttpClient } from '../../common/http';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import type { BotIdentity } from '../settings';
import { LeanConnector } from './leanConnector';
import { RequestRefused } from './requestRefused';
import { isTokenTenant } from './tokenTenants';
import { VerifiedCallers } from './verifiedCallers';

export interface BotAuthenticationOptions {
  identity: BotIdentity;
  http: HttpClient;
  clock: Clock;
  /** How long the channel may take to accept an activity. */
  sendTimeoutInMs: number;
  /** How long the keys of the token issuer may take to arrive; 10 s by default. */
  keysTimeoutInMs?: number;
  /** Another issuer than Microsoft's (its OpenID addresses and name); for tests and sovereign clouds. */
  issuer?: ConfigurationBotFrameworkAuthenticationOptions;
  /** Where credentials for outgoing calls come from, when not from the identity. */
  credentials?: ServiceClientCredentialsFactory;
}

/** In place of a channel, for callers that are skills of this bot. */
const skillCalls = 'calls of a skill';
const allowedAlgorithms = ['RS256', 'RS384', 'RS512'];

/**
 * The Bot Framework's own token checks, with three things of ours around them: refusals have a status, callers are
 * remembered until their token expires, and outgoing calls go through one lean connector per service.
 */
export class BotAuthentication extends BotFrameworkAuthentication {
  private readonly inner: ConfigurationBotFrameworkAuthentication;
  private readonly credentials: ServiceClientCredentialsFactory;
  private readonly verified: VerifiedCallers;
  private readonly connectors = new Map<string, ConnectorClient>();
  private readonly anonymous = new Map<string, Promise<AuthenticateRequestResult>>();
  private readonly userTokens = new Map<string, Promise<UserTokenClient>>();
  readonly isOff: boolean;

  constructor(private readonly options: BotAuthenticationOptions) {
    super();
    const configuration = toConfiguration(options.identity);
    this.isOff = options.identity.appId === undefined;
    this.credentials = options.credentials ?? new ConfigurationServiceClientCredentialFactory(configuration);
    this.inner = this.checking((claims) => {
      if (!SkillValidation.isSkillClaim(claims)) return requireAudience(claims, options.identity.appId);
      const caller = JwtTokenValidation.getAppIdFromClaims(claims);
      if (!options.identity.allowedCallers.includes(caller)) throw new RequestRefused(403, 'caller is not on the list');
    });
    this.verified = new VerifiedCallers(options.clock);
  }

  /** Checks who sent an activity. Throws `RequestRefused`. */
  override async authenticateRequest(activity: Activity, authHeader: string): Promise<AuthenticateRequestResult> {
    if (this.isOff) return this.unchecked(activity);
    const known = this.verified.find(authHeader, activity.channelId, activity.serviceUrl);
    if (known) return known;
    this.refuseAtSight(authHeader);
    const caller = this.withConnectors(await this.check(() => this.inner.authenticateRequest(activity, authHeader)));
    this.verified.keep(authHeader, activity.channelId, activity.serviceUrl, caller);
    return caller;
  }

  /** Checks that the call comes from the skill with this app id. Throws `RequestRefused`. */
  async authenticateSkill(authHeader: string, skillAppId: string): Promise<void> {
    if (this.isOff || this.verified.find(authHeader, skillCalls, skillAppId)) return;
    this.refuseAtSight(authHeader);
    const inner = this.checking((claims) => {
      const isIt = SkillValidation.isSkillClaim(claims) && JwtTokenValidation.getAppIdFromClaims(claims) === skillAppId;
      if (!isIt) throw new RequestRefused(403, 'the caller is not the skill');
    });
    const claimsIdentity = await this.check(() => inner.authenticateChannelRequest(authHeader));
    this.verified.keep(authHeader, skillCalls, skillAppId, this.withConnectors({ claimsIdentity, audience: skillAppId }));
  }

  /** A token of the bot's own for another bot with this app id; none when authentication is off. */
  async tokenFor(audience: string): Promise<string | undefined> {
    return this.isOff ? undefined : this.outgoingToken(audience);
  }

  override authenticateStreamingRequest(authHeader: string, channelIdHeader: string): Promise<AuthenticateRequestResult> {
    return this.inner.authenticateStreamingRequest(authHeader, channelIdHeader);
  }

  override authenticateChannelRequest(authHeader: string): Promise<ClaimsIdentity> {
    return this.inner.authenticateChannelRequest(authHeader);
  }

  override createBotFrameworkClient(): BotFrameworkClient {
    return this.inner.createBotFrameworkClient();
  }

  override getOriginatingAudience(): string {
    return this.options.identity.channelService
      ? GovernmentConstants.ToChannelFromBotOAuthScope
      : AuthenticationConstants.ToChannelFromBotOAuthScope;
  }

  override createConnectorFactory(_claimsIdentity: ClaimsIdentity): ConnectorFactory {
    return { create: async (serviceUrl, audience) => this.connector(serviceUrl, audience) };
  }

  /** One client for all turns: building it each turn costs a quarter of an echo, and few turns use it. */
  override createUserTokenClient(claimsIdentity: ClaimsIdentity): Promise<UserTokenClient> {
    const appId = this.options.identity.appId ?? '';
    const cached = this.userTokens.get(appId);
    if (cached) return cached;
    const made = this.inner.createUserTokenClient(claimsIdentity);
    this.userTokens.set(appId, made);
    made.catch(() => this.userTokens.delete(appId));
    return made;
  }

  private checking(validateClaims: (claims: Claim[]) => void): ConfigurationBotFrameworkAuthentication {
    const { identity, issuer } = this.options;
    return new ConfigurationBotFrameworkAuthentication({ ...toConfiguration(identity), ...issuer }, this.credentials, {
      requiredEndorsements: [],
      validateClaims: async (claims) => validateClaims(claims),
      validTokenIssuers: issuersOf(identity),
    });
  }

  private withConnectors(caller: AuthenticateRequestResult): AuthenticateRequestResult {
    return { ...caller, connectorFactory: this.createConnectorFactory(caller.claimsIdentity) };
  }

  /** Without authentication the SDK tells only skills' callers (Emulator) from all others. */
  private unchecked(activity: Activity): Promise<AuthenticateRequestResult> {
    const kind = `${activity.channelId} ${activity.recipient?.role ?? ''}`;
    const known = this.anonymous.get(kind);
    if (known) return known;
    const made = this.inner.authenticateRequest(activity, '').then((caller) => this.withConnectors(caller));
    if (this.anonymous.size >= 100) this.anonymous.clear();
    this.anonymous.set(kind, made);
    made.catch(() => this.anonymous.delete(kind));
    return made;
  }

  /** The SDK's check, whose failures are partly errors of its token library; whatever it does not accept is a 401. */
  private async check<T>(checked: () => Promise<T>): Promise<T> {
    const over = new AbortController();
    const deadline = sleep(this.options.clock, this.options.keysTimeoutInMs ?? 10_000, over.signal).then((passed) => {
      if (passed) throw new RequestRefused(503, 'the keys of the token issuer did not arrive in time');
      // The check was faster; this side of the race no longer counts.
      return new Promise<never>(() => undefined);
    });
    try {
      return await Promise.race([checked(), deadline]);
    } catch (error) {
      throw toRefusal(error);
    } finally {
      over.abort();
    }
  }

  /** What needs no key to refuse; the SDK writes each such token's failure to the console. */
  private refuseAtSight(authHeader: string): void {
    const [scheme, token, ...rest] = authHeader.split(' ');
    if (scheme !== 'Bearer' || !token || rest.length > 0) throw new RequestRefused(401, 'no bearer token');
    const [header, claims] = token.split('.').map(decodePart);
    if (!header || !claims) throw new RequestRefused(401, 'the token cannot be read');
    if (!allowedAlgorithms.includes(String(header['alg'])))
      throw new RequestRefused(401, 'the signature algorithm is not allowed');
    const expiry = claims['exp'];
    const toleranceInMs = 5 * 60_000;
    if (typeof expiry !== 'number' || expiry * 1000 + toleranceInMs <= this.options.clock.now())
      throw new RequestRefused(401, 'the token has expired');
    if (!isTokenTenant(claims['tid'], this.options.identity.tenantId))
      throw new RequestRefused(401, 'the token is of a tenant that issues none for this bot');
  }

  private connector(serviceUrl: string, audience?: string): ConnectorClient {
    const key = JSON.stringify([serviceUrl, audience]);
    const cached = this.connectors.get(key);
    if (cached) return cached;
    const connector = new LeanConnector(serviceUrl, {
      http: this.options.http,
      clock: this.options.clock,
      timeoutInMs: this.options.sendTimeoutInMs,
      ...(!this.isOff && { token: () => this.outgoingToken(audience) }),
    });
    // The SDK uses no more of the client than the conversations; the rest of its type belongs to channels we do not use.
    const client = connector as unknown as ConnectorClient;
    if (this.connectors.size >= 1000) this.connectors.clear();
    this.connectors.set(key, client);
    return client;
  }

  /** The bot's own token for its channels; none when authentication is off. */
  async channelToken(): Promise<string | undefined> {
    return this.isOff ? undefined : this.outgoingToken();
  }

  private async outgoingToken(audience?: string): Promise<string> {
    const { appId = '', channelService } = this.options.identity;
    const login = channelService
      ? GovernmentConstants.ToChannelFromBotLoginUrl
      : AuthenticationConstants.ToChannelFromBotLoginUrl;
    const credentials = await this.credentials.createCredentials(appId, audience ?? this.getOriginatingAudience(), login, true);
    // Every credential the SDK makes caches its token under the app and audience.
    return (credentials as unknown as { getToken(): Promise<string> }).getToken();
  }
}

/** Bots of one tenant alone get their tokens from it, and not from the Bot Framework's tenant. */
function issuersOf({ tenantId, channelService }: BotIdentity): string[] {
  if (tenantId === undefined) return [];
  // Tokens write it in small letters, operators as they find it.
  const tenant = tenantId.toLowerCase();
  const second = channelService ? 'https://login.microsoftonline.us/' : AuthenticationConstants.ValidTokenIssuerUrlTemplateV2;
  return [`${AuthenticationConstants.ValidTokenIssuerUrlTemplateV1}${tenant}/`, `${second}${tenant}/v2.0`];
}

/**
 * The SDK takes an Emulator's token for whomever it was made, so any service that the bot shows its own token to could call it with
 * that one. The rule is
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication, "Authenticate requests from the Emulator".
 */
function requireAudience(claims: Claim[], appId: string | undefined): void {
  const audience = claims.find(({ type }) => type === AuthenticationConstants.AudienceClaim)?.value;
  if (audience !== appId) throw new RequestRefused(401, 'the token is for somebody else');
}

function decodePart(part: string): JsonObject | undefined {
  const value = parseJson(Buffer.from(part, 'base64url').toString('utf8'));
  return isJsonObject(value) ? value : undefined;
}

function toRefusal(error: unknown): RequestRefused {
  if (error instanceof RequestRefused) return error;
  const name = error instanceof Error ? error.name : '';
  // The SDK answers 500 when the issuer's keys cannot be loaded, and its HTTP client throws a FetchError.
  const keysAreMissing = name === 'FetchError' || (error instanceof AuthenticationError && error.statusCode === 500);
  return keysAreMissing
    ? new RequestRefused(503, 'the keys of the token issuer cannot be loaded', error)
    : new RequestRefused(401, 'the token is not valid', error);
}

function toConfiguration(identity: BotIdentity): ConfigurationBotFrameworkAuthenticationOptions {
  return {
    MicrosoftAppId: identity.appId ?? '',
    MicrosoftAppPassword: identity.appPassword ?? '',
    MicrosoftAppTenantId: identity.tenantId ?? '',
    ChannelService: identity.channelService ?? '',
    ...(identity.appId && { MicrosoftAppType: identity.appType }),
  };
}
