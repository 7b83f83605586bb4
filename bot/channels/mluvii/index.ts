import { randomUUID } from 'node:crypto';
import type { Activity, ResourceResponse, TurnContext } from 'botbuilder';
import type { Clock } from '../../../common/clock';
import type { HttpClient } from '../../../common/http';
import { isJsonObject, type JsonObject } from '../../../common/json';
import type { Log } from '../../../common/log';
import type { Store } from '../../../store/store';
import type { Task } from '../../../store/tasks';
import { ConnectorError } from '../../adapter/leanConnector';
import { conversationKey } from '../../conversationKey';
import type { AddRoute } from '../../server/addRoute';
import type { ChannelHost, ChannelPlaces, LeftMessage, ServedChannel } from '../servedChannel';
import { createApiTransport } from './apiTransport';
import { Arrivals, arrivalId } from './arrivals';
import { withChoices } from './asked';
import { addCallbackRoutes } from './callback';
import { abilitiesOf } from './capabilities';
import { decode } from './decode';
import { adoptDirectLine } from './directLine';
import { createDirectLineTransport } from './directLineTransport';
import { encode } from './encode';
import { Guest } from './guest';
import { Incoming } from './incoming';
import { Mailbox } from './mailbox';
import { offlineMail } from './offlineMail';
import { Output } from './output';
import { Sender } from './sender';
import { Sessions } from './session';
import { SessionControl } from './sessionControl';
import type { SessionEvent } from './sessionEvent';
import type { MluviiSettings } from './settings';
import { storedPlaces } from './storedPlaces';
import { channelId } from './toActivity';
import { Tokens } from './tokens';
import type { WireCommand } from './wire';

export { isConfigured, type MluviiSettings, settingsSchema } from './settings';

export interface MluviiDependencies {
  http: HttpClient;
  clock: Clock;
  log: Log;
  store: Pick<Store, 'documents' | 'tasks'>;
  sendTimeoutInMs: number;
}

/**
 * The bot as a chatbot of mluvii's: as an API chatbot (mluvii calls `/channels/mluvii/<secret>`, we call its REST endpoint), as a
 * Bot Framework chatbot (mluvii is a Direct Line client of our Azure bot), or both.
 */
export class MluviiChannel implements ServedChannel {
  readonly channelId = channelId;
  /** What can be done with a session as a whole. */
  readonly control: SessionControl;
  private readonly sessions: Sessions;
  private readonly sender: Sender;
  private readonly incoming: Incoming;
  private readonly arrivals: Arrivals;
  private readonly log: Log;
  private connected: ChannelHost | undefined;

  constructor(
    private readonly settings: MluviiSettings,
    private readonly deps: MluviiDependencies,
  ) {
    const { clock, store } = deps;
    this.log = deps.log.child({ channel: channelId });
    const { log } = this;
    this.sessions = new Sessions(store.documents, clock);
    const { sessions } = this;
    this.sender = new Sender({ sessions, api: this.api(), directLine: this.directLine(), clock, log });
    const { sender } = this;
    const mailbox = new Mailbox({
      documents: store.documents,
      clock,
      turns: () => this.host().turns,
      send: (sessionId, command) => sender.command(sessionId, command),
      timeoutInMs: settings.MLUVII_CHATBOT_ANSWER_TIMEOUT_SECONDS * 1000,
    });
    this.control = new SessionControl({ sessions, mailbox, sender, clock, log });
    this.incoming = new Incoming({
      sessions,
      sender,
      mailbox,
      guest: new Guest({ settings, mailbox, sessions, log }),
      host: () => this.host(),
      readsGuest: settings.MLUVII_CHATBOT_READ_GUEST,
      clock,
      log,
    });
    this.arrivals = new Arrivals({
      tasks: store.tasks,
      clock,
      log,
      perform: (task) => this.perform(task),
      verdict: (error, task) => {
        if (this.host().isUnavailable(error)) return 'retry';
        // A turn that failed has told the customer, or could not; a second one would begin in the middle.
        if (task.payload['kind'] !== 'command') return 'drop';
        return mayCommandAgain(error) ? 'retry' : 'keep';
      },
    });
  }

  addRoutes(add: AddRoute): void {
    if (this.settings.MLUVII_CHATBOT_ID === undefined) return;
    addCallbackRoutes(add, {
      settings: this.settings,
      take: (id, body) => this.take(id, body),
      takeSessionEvent: (event) => this.takeSessionEvent(event),
      log: this.log,
    });
  }

  start(host: ChannelHost): void {
    this.connected = host;
    this.arrivals.start();
  }

  async stop(): Promise<void> {
    await this.arrivals.stop();
    await this.incoming.idle();
  }

  placesOf(conversationId: string): ChannelPlaces {
    return storedPlaces(conversationId);
  }

  async adopt(activity: Activity): Promise<Activity | 'handled' | undefined> {
    return this.settings.MLUVII_CHATBOT_DIRECT_LINE ? adoptDirectLine(activity, this.incoming, this.deps.clock) : undefined;
  }

  async send(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    const sessionId = context.activity.conversation.id;
    const responses: ResourceResponse[] = [];
    for (const activity of activities) {
      const session = await this.sessions.get(sessionId);
      const { language } = session;
      const output = new Output(abilitiesOf(session.source), (key, params) => this.host().text(key, language, params));
      output.isInputOff = session.isInputOff === true;
      encode(activity, output);
      // Before it is sent: the answer may be quicker than the store.
      if (activity.type === 'message') await this.remember(sessionId, output);
      if (output.activities.length > 0) await this.sender.say(sessionId, output.activities);
      responses.push({ id: randomUUID() });
    }
    return responses;
  }

  async knows(sessionId: string): Promise<{ name?: string; email?: string; phone?: string; contactId?: string }> {
    const { name, email, phone, contactId } = (await this.sessions.get(sessionId)).facts;
    return { ...(name && { name }), ...(email && { email }), ...(phone && { phone }), ...(contactId && { contactId }) };
  }

  async leaveMessage(sessionId: string, message: LeftMessage): Promise<void> {
    const command = offlineMail(message, this.settings);
    await this.arrivals.add(sessionId, `offline-${arrivalId({ ...command, timestamp: '' })}`, { kind: 'command', command });
  }

  /** Writes down what was called back with. Answers go past the queue: a turn in it may be waiting for one. */
  private async take(sessionId: string, body: JsonObject): Promise<void> {
    const event = decode(body);
    if (event.kind === 'answer' && (await this.incoming.answer(sessionId, event))) return;
    await this.arrivals.add(sessionId, arrivalId(body), { kind: 'incoming', body });
  }

  /** Of sessions that were given to operators nothing but the tenant's webhook tells; those of other chatbots are not ours. */
  private async takeSessionEvent(event: SessionEvent): Promise<void> {
    if (event.kind === 'other') return;
    const { sessionId } = event;
    const session = await this.sessions.find(sessionId);
    if (!session || session.state === 'ended') return;
    if (event.kind === 'operatorJoined') {
      const waitedInMs = session.leftAt === undefined ? null : Math.max(0, this.deps.clock.now() - session.leftAt);
      this.log.info('an operator has joined a session', { session: sessionId, state: session.state, waitedInMs });
      return;
    }
    // As the session's own word for it, which only a chatbot that has the session gets.
    const body = { activity: 'ConversationEnded', sessionId, ...(event.at !== undefined && { timestamp: event.at }) };
    await this.arrivals.add(sessionId, 'sessionEnded', { kind: 'incoming', body });
  }

  private async perform(task: Task): Promise<void> {
    const sessionId = task.group.slice(task.group.indexOf('/') + 1);
    const { kind, body, command } = task.payload;
    if (kind === 'command' && isJsonObject(command)) {
      // Written by leaveMessage from this very type.
      await this.sender.command(sessionId, command as WireCommand);
      return;
    }
    if (!isJsonObject(body)) return;
    const place = { sessionId, id: task.id, receivedAt: task.addedAt, serviceUrl: this.settings.MLUVII_CHATBOT_URL };
    const key = conversationKey({ channelId, conversation: { id: sessionId } });
    await this.host().turns.run(key, async () => {
      if (await this.arrivals.isOvertaken(task)) return;
      const activity = await this.incoming.translate(decode(body), place);
      if (activity) await this.host().runTurn(activity);
    });
  }

  /** Numbers count what the last message showed, and a form is over when something else is said. */
  private async remember(sessionId: string, output: Output): Promise<void> {
    const { choices, areNumbered, form, isInputOff } = output;
    await this.sessions.change(sessionId, ({ asked, ...session }) => {
      const { form: _form, numbered: _numbered, ...rest } = asked ?? { choices: [] };
      const hadNothing = asked === undefined || (asked.form === undefined && asked.numbered === undefined);
      const isInputSame = isInputOff === (session.isInputOff === true);
      if (hadNothing && choices.length === 0 && !form && isInputSame) return undefined;
      return { ...session, isInputOff, asked: { ...withChoices(rest, choices, areNumbered), ...(form && { form }) } };
    });
  }

  private host(): ChannelHost {
    if (!this.connected) throw new Error('the channel has not been started');
    return this.connected;
  }

  private api(): ReturnType<typeof createApiTransport> | undefined {
    const { MLUVII_CHATBOT_ID: chatbotId, MLUVII_CHATBOT_URL: url, MLUVII_CHATBOT_SCOPE: scope } = this.settings;
    const { MLUVII_CHATBOT_CLIENT_ID: clientId, MLUVII_CHATBOT_CLIENT_SECRET: clientSecret } = this.settings;
    if (chatbotId === undefined || clientId === undefined || clientSecret === undefined) return undefined;
    const { http, clock, sendTimeoutInMs: timeoutInMs } = this.deps;
    const tokens = new Tokens({ http, clock, url, clientId, clientSecret, ...(scope !== undefined && { scope }) });
    return createApiTransport({
      http,
      clock,
      tokens,
      url,
      chatbotId,
      textForm: this.settings.MLUVII_CHATBOT_TEXT_FORM,
      timeoutInMs,
    });
  }

  private directLine(): ReturnType<typeof createDirectLineTransport> | undefined {
    if (!this.settings.MLUVII_CHATBOT_DIRECT_LINE) return undefined;
    return createDirectLineTransport({ host: () => this.host(), letterCase: this.settings.MLUVII_CHATBOT_CHANNEL_DATA_CASE });
  }
}

/** A message left twice is better than one that nobody gets. */
function mayCommandAgain(error: unknown): boolean {
  if (!(error instanceof ConnectorError)) return false;
  const { status } = error;
  return status === undefined || status === 401 || status === 429 || status >= 500;
}
