import { type Activity, ActivityTypes, type ConversationReference, TestAdapter, TurnContext } from 'botbuilder';
import { ConnectorError } from '../../../bot/adapter';
import { conversationKey } from '../../../bot/conversationKey';
import { toActivities } from '../../../bot/handoff/deliveryActivity';
import { HandoffMiddleware, leaveEvent, leaveVerb } from '../../../bot/handoffMiddleware';
import { ProactiveChannel } from '../../../bot/proactiveChannel';
import { createTexts } from '../../../bot/texts';
import { Transcript } from '../../../bot/transcript';
import { silentLog } from '../../../common/log';
import { CommandWords } from '../../../dialogs/words';
import type { CustomerChannel } from '../../../relay/delivery';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

/** The SDK's test adapter with the proactive turn it lacks. */
class ProactiveTestAdapter extends TestAdapter {
  proactive(reference: Partial<ConversationReference>, logic: (context: TurnContext) => Promise<void>): Promise<void> {
    const activity = TurnContext.applyConversationReference({ type: 'event', name: 'ContinueConversation' }, reference, true);
    return this.runMiddleware(new TurnContext(this, activity), logic);
  }
}

/** A bot that echoes, asks for a person when told to, and notes which events it saw; relay, middleware and channel are real. */
class Conversation {
  readonly seenByBot: string[] = [];
  readonly outcomes: unknown[] = [];
  /** Other events that reached the bot. */
  readonly events: string[] = [];
  failure: Error | undefined;
  key = '';

  private constructor(
    readonly desk: FakeDesk,
    readonly rig: RelayRig,
    private readonly adapter: ProactiveTestAdapter,
  ) {}

  static async start(): Promise<Conversation> {
    const desk = new FakeDesk();
    const texts = createTexts();
    const words = new CommandWords(texts);
    let conversation!: Conversation;
    const adapter = new ProactiveTestAdapter((context) => conversation.bot(context));
    let channel!: ProactiveChannel;
    const forward: CustomerChannel = {
      deliver: (...args) => channel.deliver(args[0], args[1], args[2]),
      typing: (...args) => channel.typing(...args),
    };
    const rig = await RelayRig.start([desk], {}, forward);
    conversation = new Conversation(desk, rig, adapter);
    const { clock } = rig;
    const transcript = new Transcript({ store: rig.store.transcripts, clock, log: silentLog, article: () => undefined });
    const middleware = new HandoffMiddleware({
      relay: rig.relay,
      transcript,
      clock,
      log: silentLog,
      routes: () => [{ provider: 'fake', target: {}, acceptWithinInMs: 60_000 }],
      takesFile: ({ name }) => !name.endsWith('.exe'),
      words: {
        meansLeave: (text, language) => words.meansLeave(text, texts.resolve(language)),
        cardIsOld: () => 'old card',
        closedForm: () => ({ contentType: 'application/vnd.microsoft.card.adaptive', content: { body: 'closed' } }),
        notPassedOn: () => 'not passed on',
        filesNotTaken: (_language, names) => `not taken: ${names.join(', ')}`,
        tryAgain: () => 'try again',
        corrected: (text) => `corrected: ${text}`,
        deleted: () => 'deleted',
      },
    });
    channel = new ProactiveChannel({
      runTurn: (reference: Partial<ConversationReference>, logic) => {
        if (conversation.failure) throw conversation.failure;
        return adapter.proactive(reference, logic);
      },
      runBot: (context) => conversation.bot(context),
      turnEnded: (key) => middleware.turnEnded(key),
      texts: {
        t: (key, language, values) => texts.t(key, texts.resolve(language), values),
        fileAddress: (file) => `https://bot.example/${file.name}`,
        leave: () => ({ title: 'Leave', text: 'leave the chat' }),
      },
      transcript,
      documents: rig.store.documents,
      clock,
      log: silentLog,
    });
    adapter.use(middleware);
    adapter.use(transcript);
    return conversation;
  }

  readonly bot = async (context: TurnContext): Promise<void> => {
    const { type, name, text, value } = context.activity;
    this.key = conversationKey(context.activity);
    this.seenByBot.push(name ?? text ?? type);
    if (name === 'handoff.status') this.outcomes.push(value);
    else if (type === ActivityTypes.Event && name !== undefined) this.events.push(name);
    if (text === 'person please') {
      await context.sendActivity('passing you on');
      await context.sendActivity({
        type: 'event',
        name: 'handoff.initiate',
        value: { skill: 'cards', topic: 'my card', customer: { name: 'Ann' } },
      });
      await context.sendActivity('one moment');
    } else if (type === ActivityTypes.Message) await context.sendActivity(`echo ${text}`);
  };

  async receive(activity: Partial<Activity>): Promise<void> {
    await this.adapter.receiveActivity({ type: ActivityTypes.Message, ...activity });
  }

  say(text: string): Promise<void> {
    return this.receive({ text });
  }

  /** Texts (or names of events) the customer got so far, and forgets them. */
  read(): string[] {
    return this.adapter.activeQueue.splice(0).map((activity) => activity.text ?? activity.name ?? activity.type ?? '');
  }

  get queue(): Partial<Activity>[] {
    return this.adapter.activeQueue;
  }

  async handedOff(): Promise<void> {
    await this.say('person please');
    await this.rig.until('the desk has it', () => this.desk.opened.length === 1);
    await this.rig.relay.receive('fake', [this.desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await this.rig.until('the customer knows', () => this.queue.some(({ text }) => text?.includes('Kim')));
    this.read();
  }

  async isBack(): Promise<void> {
    await this.rig.advanceUntil('the bot has it back', () => this.outcomes.length > 0);
    await this.rig.until('the link is released', async () => (await this.rig.relay.find(this.key)) === undefined);
  }
}

describe('a conversation that is handed off', () => {
  let chat: Conversation;
  beforeEach(async () => {
    chat = await Conversation.start();
  });
  afterEach(() => chat.rig.stop());

  it('is the bot’s, then the agent’s, then the bot’s again', async () => {
    await chat.say('hello');
    expect(chat.read()).toEqual(['echo hello']);
    await chat.handedOff();
    await chat.say('is somebody there');
    await chat.rig.until('the agent reads it', () => chat.desk.received.length === 1);
    expect(chat.seenByBot).toEqual(['hello', 'person please']);
    await chat.rig.relay.receive('fake', [chat.desk.event({ kind: 'agentMessage', text: 'yes', attachments: [], cards: [] })]);
    await chat.rig.until('the customer reads it', () => chat.queue.length > 0);
    expect(chat.read()).toEqual(['Kim: yes']);
    await chat.rig.relay.receive('fake', [chat.desk.event({ kind: 'ended', by: 'agent' })]);
    await chat.isBack();
    expect(chat.outcomes).toEqual([
      expect.objectContaining({ state: 'completed', endedBy: 'agent', wasConnected: true, skill: 'cards' }),
    ]);
    chat.read();
    await chat.say('hello again');
    expect(chat.read()).toEqual(['echo hello again']);
  });

  it('passes on what was said, the asking turn included, and says the bot’s own words first', async () => {
    await chat.say('my card is gone');
    await chat.say('person please');
    await chat.rig.until('the desk has it', () => chat.desk.opened.length === 1);
    await chat.rig.until('the queue is told', () => chat.queue.some(({ text }) => text?.includes('queue')));
    expect(chat.read().filter((text) => text !== 'handoff.status')).toEqual([
      'echo my card is gone',
      'passing you on',
      'one moment',
      expect.stringContaining('queue'),
    ]);
    expect(chat.desk.opened[0]).toMatchObject({
      skill: 'cards',
      topic: 'my card',
      customer: { name: 'Ann', isAuthenticated: false },
    });
    const [request] = await chat.rig.store.transcripts.read(chat.key, 10);
    expect(request?.payload).toMatchObject({ from: 'customer', text: 'my card is gone' });
  });

  it.each([
    ['by words', { text: 'Leave the chat!' }],
    ['by a button', { value: { verb: leaveVerb } }],
    ['by the page', { type: ActivityTypes.Event, name: leaveEvent }],
    ['by ending the conversation', { type: ActivityTypes.EndOfConversation }],
  ])('is left %s', async (_how, activity) => {
    await chat.handedOff();
    await chat.receive(activity);
    await chat.isBack();
    expect(chat.outcomes).toEqual([expect.objectContaining({ state: 'completed', endedBy: 'customer' })]);
    await chat.rig.until('the desk knows', () => chat.desk.closed.length === 1);
  });

  it('keeps "no", "stop" and "cancel" for the agent', async () => {
    await chat.handedOff();
    for (const text of ['no', 'stop', 'cancel']) await chat.say(text);
    await chat.rig.until('the agent reads them', () => chat.desk.received.length === 3);
  });

  it('lets the bot note the language chosen in the page, and says nothing', async () => {
    await chat.handedOff();
    await chat.receive({ type: ActivityTypes.Event, name: 'webchat/language', value: { language: 'de' } });
    expect(chat.events).toEqual(['webchat/language']);
    await chat.receive({ type: ActivityTypes.Event, name: 'webchat/other' });
    expect(chat.events).toEqual(['webchat/language']);
    expect(chat.read()).toEqual([]);
  });

  it('answers clicks on the bot’s older cards sensibly, and passes submissions of the agent’s cards on', async () => {
    await chat.handedOff();
    await chat.receive({ value: { verb: 'readArticle', articleId: 'a' } });
    expect(chat.read()).toEqual(['old card']);
    const card = {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: { type: 'AdaptiveCard', actions: [{ type: 'Action.Submit', title: 'Go', data: { choice: 'x' } }] },
    };
    await chat.rig.relay.receive('fake', [chat.desk.event({ kind: 'agentMessage', text: '', attachments: [], cards: [card] })]);
    await chat.rig.until('the card is there', () => chat.queue.length > 0);
    const shown = chat.queue[0]?.attachments?.[0]?.content as { actions: { data: object }[] };
    await chat.receive({ value: { ...shown.actions[0]?.data, note: 'mine' } });
    await chat.rig.until('the agent has it', () => chat.desk.received.length === 1);
    expect(chat.desk.received[0]).toMatchObject({ text: 'Go', cardSubmission: { choice: 'x', note: 'mine' } });
  });

  it.each(['application/vnd.microsoft.readReceipt', 'handoff.read'])(
    'tells the desk what was read when the channel sends %s',
    async (name) => {
      await chat.handedOff();
      const said = chat.desk.event({ kind: 'agentMessage', text: 'read me', attachments: [], cards: [], eventId: 'said-1' });
      await chat.rig.relay.receive('fake', [said]);
      await chat.rig.until('it is shown', () => chat.queue.some(({ text }) => text?.includes('read me')));
      await chat.rig.until('the desk knows', async () => {
        await chat.receive({ type: ActivityTypes.Event, name });
        return chat.desk.read.includes('said-1');
      });
      expect(chat.seenByBot).not.toContain(name);
    },
  );

  it('takes files along, and nothing that nobody could read', async () => {
    await chat.handedOff();
    await chat.receive({ attachments: [{ contentType: 'image/png', contentUrl: 'https://files.example/a', name: 'a.png' }] });
    await chat.receive({ text: '   ' });
    await chat.receive({ type: ActivityTypes.MessageReaction });
    await chat.rig.until('the file is there', () => chat.desk.received.length === 1);
    expect(chat.desk.received[0]).toMatchObject({ text: '', files: [{ name: 'a.png', contentType: 'image/png' }] });
    await chat.rig.clock.advance(1_000);
    expect(chat.desk.received).toHaveLength(1);
    expect(chat.seenByBot).toEqual(['person please']);
  });

  it('keeps back files of kinds that are not taken, says which, and takes the rest along', async () => {
    await chat.handedOff();
    const at = (name: string) => ({ contentType: 'application/octet-stream', contentUrl: `https://files.example/${name}`, name });
    await chat.receive({ attachments: [at('setup.exe')] });
    expect(chat.read()).toEqual(['not taken: setup.exe']);
    await chat.receive({ text: 'both', attachments: [at('setup.exe'), at('a.doc')] });
    expect(chat.read()).toEqual(['not taken: setup.exe']);
    await chat.rig.until('the desk has them', () => chat.desk.received.length === 1);
    expect(chat.desk.received[0]).toMatchObject({ text: 'both', files: [{ name: 'a.doc' }] });
  });

  it('repeats a delivery the channel did not take, and gives up one it never will', async () => {
    await chat.handedOff();
    chat.failure = new ConnectorError(503, 'busy', 'no');
    await chat.rig.relay.receive('fake', [chat.desk.event({ kind: 'agentMessage', text: 'later', attachments: [], cards: [] })]);
    await chat.rig.clock.advance(2_000);
    chat.failure = undefined;
    await chat.rig.advanceUntil('it came', () => chat.queue.some(({ text }) => text === 'Kim: later'));
    chat.failure = new ConnectorError(403, 'blocked', 'no');
    await chat.rig.relay.receive('fake', [chat.desk.event({ kind: 'agentMessage', text: 'never', attachments: [], cards: [] })]);
    await chat.rig.until('the agent knows', () => chat.desk.received.some(({ author }) => author === 'bot'));
  });

  it('lets the message that came just after the end be answered by the bot', async () => {
    await chat.handedOff();
    chat.failure = new ConnectorError(503, 'busy', 'no');
    await chat.rig.relay.receive('fake', [chat.desk.event({ kind: 'ended', by: 'agent' })]);
    await chat.rig.until('the chat is over', async () => (await chat.rig.relay.find(chat.key))?.state === 'ended');
    const late = chat.say('one more thing');
    await chat.rig.clock.advance(100);
    chat.failure = undefined;
    await chat.rig.advanceUntil('the bot answered', () => chat.queue.some(({ text }) => text === 'echo one more thing'));
    await late;
    const read = chat.read();
    expect(read.findIndex((text) => text.includes('ended'))).toBeLessThan(read.indexOf('echo one more thing'));
  });
});

describe('what a delivery becomes', () => {
  const texts = createTexts();
  const context = { handoffId: 'h', deliveryId: 'd', skill: 's', provider: 'p', language: 'en' };
  const wording = {
    t: (key: string, language: string, values?: Record<string, string | number>) => texts.t(key, language, values),
    fileAddress: () => 'https://bot.example/f',
    leave: () => ({ title: 'Leave', text: 'leave the chat' }),
  };

  it.each([
    { kind: 'queued' as const },
    { kind: 'queued' as const, position: 2, estimatedWaitSeconds: 90 },
    { kind: 'agentJoined' as const },
    { kind: 'agentJoined' as const, agentName: '<b>Kim</b>' },
    { kind: 'transferred' as const, to: 'Complaints' },
    { kind: 'agentLeft' as const },
    { kind: 'nextRoute' as const },
    { kind: 'fileRequested' as const },
    { kind: 'fileTransferred' as const, outcome: 'failed' as const },
    { kind: 'undelivered' as const, count: 1, canRetry: true, messages: [{ id: 'm', text: 'hi {{count}} $t(x)' }] },
    { kind: 'ended' as const, by: 'agent' as const, wasConnected: true },
    { kind: 'ended' as const, by: 'customer' as const, wasConnected: false },
    { kind: 'ended' as const, by: 'system' as const, reason: 'inactive', wasConnected: true },
    ...(['noAgentAvailable', 'closed', 'rejected', 'timedOut', 'error'] as const).map((reason) => ({
      kind: 'failed' as const,
      reason,
    })),
  ])('is words for %j, and events only where the channel takes them', (notice) => {
    const teams = toActivities(notice, context, 'msteams', wording);
    expect(teams.map(({ type }) => type)).toEqual(['message']);
    expect(teams[0]?.text).toMatch(/\w/);
    expect(teams[0]?.textFormat).toBe('plain');
    const web = toActivities(notice, context, 'webchat', wording);
    expect(web.filter(({ type }) => type === 'message')).toEqual(teams);
  });

  it('quotes what was not delivered as it was written', () => {
    const [activity] = toActivities(
      { kind: 'undelivered', count: 1, canRetry: true, messages: [{ id: 'm', text: 'hi {{count}} $t(x) <i>' }] },
      context,
      'x',
      wording,
    );
    expect(activity?.text).toContain('"hi {{count}} $t(x) <i>"');
    expect(activity?.attachments?.[0]?.content.buttons[0].value).toEqual({ verb: 'resendMessages', messageIds: ['m'] });
  });
});
