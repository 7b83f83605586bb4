import { type Activity, ActivityTypes, CardFactory, type TurnContext } from 'botbuilder';
import { BotAdapter } from '../../bot/adapter';
import { type BotServer, createServer } from '../../bot/server/createServer';
import { addCustomerPage, type WebAccess } from '../../bot/server/customerPage';
import { createSignedLinks } from '../../bot/signedLinks';
import { type Clock, systemClock } from '../../common/clock';
import { createHttpClient } from '../../common/http';
import { silentLog } from '../../common/log';
import { type DirectLine, startDirectLine } from '../../sandbox/direct-line/startDirectLine';

/** A site with a bot that says back what it hears, the customer page and a Direct Line between them. */
export interface EchoSite {
  url: string;
  directLine: DirectLine;
  /** Everything the bot was sent, oldest first. */
  heard: Activity[];
  /** Lets the bot say something by itself in the last conversation. */
  say(activity: Partial<Activity>): Promise<void>;
  stopBot(): Promise<void>;
  /** Starts the bot again at the same port. */
  startBot(): Promise<void>;
  stop(): Promise<void>;
}

const card = CardFactory.adaptiveCard({
  type: 'AdaptiveCard',
  version: '1.5',
  body: [
    { type: 'TextBlock', text: 'When will my card arrive?', weight: 'bolder', size: 'medium', wrap: true },
    { type: 'TextBlock', text: 'Cards arrive within six working days after you ordered them.', wrap: true },
  ],
  actions: [
    { type: 'Action.Submit', title: 'That helped', data: { verb: 'helped' } },
    { type: 'Action.Submit', title: 'Not what I meant', data: { verb: 'other' } },
  ],
});

export interface EchoSiteOptions {
  dataFile?: string;
  lineClock?: Clock;
  web?: Partial<WebAccess>;
}

const uploads = { maxBytes: 64 * 1024, types: ['image/*', 'application/pdf', 'text/plain', '.doc'] };

export async function startEchoSite(options: EchoSiteOptions = {}): Promise<EchoSite> {
  const web = { publicUrl: 'http://localhost', origins: [], trustedProxies: 0, ratePerMinute: 6_000, ...options.web };
  const http = createHttpClient();
  const links = createSignedLinks(['a key for the tests that is long enough']);
  const identity = { appType: 'SingleTenant' as const, allowedCallers: [] };
  const adapter = new BotAdapter({ identity, http, clock: systemClock, sendTimeoutInMs: 5_000 });
  const heard: Activity[] = [];
  const runTurn = async (context: TurnContext) => {
    heard.push(context.activity);
    await echo(context);
  };
  let directLine: DirectLine | undefined;
  const create = (): BotServer =>
    createServer({
      settings: { mode: 'sandbox', host: '127.0.0.1', publicUrl: 'http://localhost', shutdownTimeoutInMs: 500 },
      log: silentLog,
      adapter,
      runTurn,
      links,
      routes: (add) => {
        if (directLine) addCustomerPage(add, { directLine, links, http, log: silentLog, web, uploads });
      },
    });
  // The bot's port is needed by the Direct Line and the other way round: one start to learn it.
  const probe = create();
  const port = await probe.start(0);
  await probe.stop();
  directLine = await startDirectLine({
    port: 0,
    botUrl: `http://127.0.0.1:${port}/api/messages`,
    log: silentLog,
    ...(options.dataFile && { dataFile: options.dataFile }),
    ...(options.lineClock && { clock: options.lineClock }),
  });
  const line = directLine;
  let bot = create();
  await bot.start(port);
  return {
    url: `http://127.0.0.1:${port}`,
    directLine: line,
    heard,
    say: async (activity) => {
      const last = heard.at(-1)!;
      const reference = {
        channelId: last.channelId,
        serviceUrl: last.serviceUrl,
        conversation: last.conversation,
        bot: last.recipient,
        user: last.from,
      };
      await adapter.runProactiveTurn(reference, async (context) => {
        await context.sendActivity(activity);
      });
    },
    stopBot: () => bot.stop(),
    startBot: async () => {
      bot = create();
      await bot.start(port);
    },
    stop: async () => {
      await bot.stop();
      await line.stop();
      await http.close();
    },
  };
}

async function echo(context: TurnContext): Promise<void> {
  const { activity } = context;
  if (activity.type === ActivityTypes.ConversationUpdate) {
    await context.sendActivity('Welcome to Contoso Bank. What can I do for you?');
    return;
  }
  if (activity.type !== ActivityTypes.Message) return;
  await context.sendActivity({ type: ActivityTypes.Typing });
  if (activity.text === 'card') {
    await context.sendActivity({ type: ActivityTypes.Message, attachments: [card] });
  } else if (activity.text === 'cards') {
    await context.sendActivity({ type: ActivityTypes.Message, attachments: [card, card, card], attachmentLayout: 'carousel' });
  } else if (activity.attachments?.length) {
    await context.sendActivity(`You sent ${activity.attachments.map((file) => file.name).join(', ')}`);
  } else {
    await context.sendActivity({
      type: ActivityTypes.Message,
      text: `You said: ${activity.text ?? JSON.stringify(activity.value)}`,
      suggestedActions: { to: [], actions: [{ type: 'imBack', title: 'Talk to a person', value: 'I want to talk to a person' }] },
    });
  }
}
