import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../../common/json';
import { type Log, silentLog } from '../../common/log';
import type { StandInDesk } from '../desk';
import { Faults } from '../faults';
import { type ReadRequest, readRequest } from '../request';
import { serve } from '../serve';
import { type Answer, write } from './answer';
import { BotActivities, type OfflineEmail } from './botActivities';
import { Catalog } from './catalog';
import { ChatbotApi } from './chatbotApi';
import { Conversations } from './conversations';
import { type Attempt, Delivery } from './delivery';
import { createDesk } from './desk';
import { answerProblem, GenericChannel } from './genericChannel';
import { Groups } from './groups';
import { type GuestOptions, type MluviiGuest, startGuest } from './guest';
import { GuestApi } from './guestApi';
import { guestPage, isLocal } from './guestPage';
import { Login } from './login';
import { type Behavior, credentials, defaultBehavior, type MluviiStandInOptions } from './options';
import { operatorStates } from './publicApi';
import { SessionEvents } from './sessionEvents';
import { State } from './state';

export type { MluviiGuest } from './guest';
export type { Behavior, MluviiStandInOptions } from './options';
export type { Entry } from './state';

/** The tenant's chatbot, which the bot under test is. */
export interface ChatbotSide {
  id: number;
  clientId: string;
  clientSecret: string;
  /** Where activities go from now on; waiting ones follow at once. */
  connect(callbackUrl: string): void;
  /** The health check; resolves with the status, undefined when no answer came. */
  ping(member?: 'activity' | 'Activity'): Promise<number | undefined>;
  /** Delivers any activity of a session. */
  tell(sessionId: number, activity: string, members?: JsonObject): Promise<void>;
  /** Posts a body as it is, once; resolves with the status. */
  post(body: JsonObject): Promise<number | undefined>;
  /** Every call of the callback, how it was answered and how fast. */
  calls: readonly Attempt[];
  offlineEmails: readonly OfflineEmail[];
}

/** Our channel in mluvii. */
export interface GenericChannelSide {
  user: string;
  password: string;
  /** Presents other words from now on. */
  setCredentials(user: string, password: string): void;
  connect(registrationUrl: string, activityUrl: string): void;
  /** Sets the registration off; resolves with the status, undefined when no answer came. */
  register(): Promise<number | undefined>;
  /** Delivers any activity of a conversation. */
  tell(conversationId: string, type: string, members?: JsonObject): Promise<void>;
  calls: readonly Attempt[];
}

export interface MluviiStandIn {
  /** Origin of all its interfaces. */
  url: string;
  /** The settings with which the bot finds it, for both roles. */
  env: Record<string, string>;
  faults: Faults;
  /** Breaches of the contract by the bot. */
  violations: string[];
  behavior: Behavior;
  /** Groups, routing rules and operators; may be changed. */
  groups: Groups;
  catalog: Catalog;
  login: Login;
  desk: StandInDesk;
  chatbot: ChatbotSide;
  genericChannel: GenericChannelSide;
  /** The tenant's webhook about all its sessions. */
  sessionEvents: {
    connect(url: string): void;
    /** Delivers any event of a session. */
    tell(sessionId: number, eventType: string, members?: JsonObject): void;
    calls: readonly Attempt[];
  };
  guest: { start(options?: GuestOptions): Promise<MluviiGuest> };
  close(): Promise<void>;
}

/** Starts mluvii with its login, chatbot and public interfaces, Generic Channel, guests and operators, on the loopback. */
export async function startMluviiStandIn(options: MluviiStandInOptions = {}): Promise<MluviiStandIn> {
  const log: Log = options.log ?? silentLog;
  const violations: string[] = [];
  const violate = (violation: string) => {
    violations.push(violation);
    log.error('The mluvii contract was broken', { violation });
  };
  const behavior: Behavior = { ...defaultBehavior };
  const faults = new Faults();
  const state = new State();
  const webhook = { ...credentials.webhook };
  const retries = {
    firstRetryInMs: options.firstRetryInMs ?? 500,
    maxRetryInMs: options.maxRetryInMs ?? 2_000,
    retryForInMs: options.retryForInMs ?? 120_000,
  };
  const callback = new Delivery(
    { ...retries, name: 'callback', headers: () => ({}), deadlineInMs: options.callbackDeadlineInMs ?? 2_000 },
    behavior,
    log,
    violate,
  );
  callback.url = options.chatbotCallbackUrl;
  const basic = () => `Basic ${Buffer.from(`${webhook.user}:${webhook.password}`).toString('base64')}`;
  const out = new Delivery(
    {
      ...retries,
      name: 'generic channel',
      headers: () => ({ authorization: basic() }),
      deadlineInMs: 10_000,
      check: answerProblem,
    },
    behavior,
    log,
    violate,
  );
  out.url = options.activityUrl;
  const groups = new Groups(state, behavior);
  const catalog = new Catalog();
  const login = new Login(violate);
  const hook = new Delivery(
    { ...retries, name: 'session webhook', headers: () => ({}), deadlineInMs: 10_000 },
    behavior,
    log,
    violate,
  );
  hook.url = options.sessionEventsUrl;
  const events = new SessionEvents(hook);
  const conversations = new Conversations(state, groups, callback, behavior, violate, events);
  const activities = new BotActivities(state, groups, catalog, conversations, violate);
  const chatbotApi = new ChatbotApi(state, activities, conversations, violate);
  let url = '';
  const channel = new GenericChannel(state, groups, conversations, out, behavior, () => url, violate);
  channel.registrationUrl = options.registrationUrl;

  const guests = new GuestApi((of) => startGuest(state, conversations, of));

  const route = (request: ReadRequest): Answer | Promise<Answer> => {
    const { method, segments } = request;
    if (channel.isBatch(request)) return channel.receive(request);
    const [area, version, family, id, last] = segments;
    if (area === 'guest') return isLocal(request) ? guests.handle(request) : { status: 403 };
    if (method === 'POST' && request.path === '/login/connect/token') return login.token(request);
    if (method === 'GET' && area === 'login') return { status: 200, headers: { 'content-type': 'text/html' } };
    if (area !== 'api' || version !== 'v1') return notFound(request, violate);
    if (method === 'POST' && family === 'Chatbot' && last === 'activity')
      return login.check(request, 'chatbot') ?? chatbotApi.handle(request, id ?? '');
    if (method === 'GET' && family === 'Users' && id === 'operatorStates')
      return login.check(request, 'api') ?? operatorStates(state, groups, behavior);
    return notFound(request, violate);
  };
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(incoming);
    write(response, (await guestPage(request)) ?? (await route(request)));
  };

  const served = await serve({
    port: options.port ?? 0,
    faults,
    log,
    handle,
    failed: (response) => write(response, { status: 500 }),
  });
  url = served.url;
  if (options.registersItself) void channel.keepRegistering();

  return {
    url,
    env: {
      MLUVII_BASE_URL: url,
      MLUVII_WEBHOOK_USER: webhook.user,
      MLUVII_WEBHOOK_PASSWORD: webhook.password,
      MLUVII_CHANNEL_HOSTS: '127.0.0.1',
      MLUVII_API_CLIENT_ID: credentials.api.clientId,
      MLUVII_API_CLIENT_SECRET: credentials.api.clientSecret,
      MLUVII_CHATBOT_URL: url,
      MLUVII_CHATBOT_ID: String(credentials.chatbot.id),
      MLUVII_CHATBOT_CLIENT_ID: credentials.chatbot.clientId,
      MLUVII_CHATBOT_CLIENT_SECRET: credentials.chatbot.clientSecret,
      MLUVII_CHATBOT_CALLBACK_SECRET: credentials.chatbot.callbackSecret,
    },
    faults,
    violations,
    behavior,
    groups,
    catalog,
    login,
    desk: createDesk(state, groups, conversations, channel, url),
    chatbot: {
      ...credentials.chatbot,
      connect: (callbackUrl) => {
        callback.url = callbackUrl;
      },
      ping: (member = 'activity') => callback.post({ [member]: 'Ping' }),
      tell: (sessionId, activity, members) => conversations.tell(sessionOf(state, sessionId), activity, members),
      post: (body) => callback.post(body),
      calls: callback.attempts,
      offlineEmails: activities.offlineEmails,
    },
    genericChannel: {
      ...credentials.webhook,
      setCredentials: (user, password) => Object.assign(webhook, { user, password }),
      connect: (registrationUrl, activityUrl) => {
        channel.registrationUrl = registrationUrl;
        out.url = activityUrl;
      },
      register: () => channel.register(),
      tell: (conversationId, type, members = {}) => out.send(conversationId, { conversationId, type, ...members }),
      calls: out.attempts,
    },
    sessionEvents: {
      connect: (to) => {
        hook.url = to;
      },
      tell: (sessionId, eventType, members) => events.tell(sessionOf(state, sessionId), eventType, members),
      calls: hook.attempts,
    },
    guest: { start: (of = {}) => startGuest(state, conversations, of) },
    async close() {
      channel.close();
      await Promise.all([callback.close(), out.close(), hook.close()]);
      await served.close();
    },
  };
}

function sessionOf(state: State, sessionId: number) {
  const session = state.sessions.get(sessionId);
  if (!session) throw new Error(`there is no session ${sessionId}`);
  return session;
}

function notFound(request: ReadRequest, violate: (violation: string) => void): Answer {
  violate(`no such operation: ${request.method} ${request.path}`);
  return { status: 404 };
}
