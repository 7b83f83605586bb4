/**
 * A bot somebody else wrote: the plain SDK as its documentation shows it (CloudAdapter, SkillDialog, CloudSkillHandler), nothing of
 * ours. Runs as a process of its own; its state is a file, so that it survives a kill. Settings: PORT, STATE_FILE, SKILL_URL.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  ActivityHandler,
  ActivityTypes,
  ChannelServiceRoutes,
  CloudAdapter,
  CloudSkillHandler,
  ConfigurationBotFrameworkAuthentication,
  ConversationState,
  SkillConversationIdFactory,
  type Storage,
  type StoreItems,
  type TurnContext,
} from 'botbuilder';
import { DialogSet, DialogTurnStatus, SkillDialog } from 'botbuilder-dialogs';
import restify from 'restify';

class FileStorage implements Storage {
  private readonly file: string;
  private items: StoreItems;
  constructor(file: string) {
    this.file = file;
    this.items = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StoreItems) : {};
  }
  async read(keys: string[]): Promise<StoreItems> {
    const known = keys.filter((key) => this.items[key] !== undefined);
    return structuredClone(Object.fromEntries(known.map((key) => [key, this.items[key]])));
  }
  async write(changes: StoreItems): Promise<void> {
    this.keep({ ...this.items, ...(JSON.parse(JSON.stringify(changes)) as StoreItems) });
  }
  async delete(keys: string[]): Promise<void> {
    this.keep(Object.fromEntries(Object.entries(this.items).filter(([key]) => !keys.includes(key))));
  }
  private keep(items: StoreItems): void {
    this.items = items;
    writeFileSync(`${this.file}.new`, JSON.stringify(items));
    renameSync(`${this.file}.new`, this.file);
  }
}

const port = Number(process.env['PORT']);
const storage = new FileStorage(process.env['STATE_FILE'] ?? 'parent.json');
const authentication = new ConfigurationBotFrameworkAuthentication({});
const adapter = new CloudAdapter(authentication);
const conversationState = new ConversationState(storage);
const conversationIdFactory = new SkillConversationIdFactory(storage);
const dialogs = new DialogSet(conversationState.createProperty('dialogs'));
dialogs.add(
  new SkillDialog(
    {
      botId: '',
      conversationIdFactory,
      conversationState,
      skill: { id: 'switchboard', appId: '', skillEndpoint: `${process.env['SKILL_URL']}/api/messages` },
      skillHostEndpoint: `http://127.0.0.1:${port}/api/skills`,
      skillClient: authentication.createBotFrameworkClient(),
    },
    'skill',
  ),
);

/** `!{"name": …, "value": …}` calls the skill with that activity, `!stop` takes the conversation back; the rest goes to the skill while it has it. */
class Parent extends ActivityHandler {
  override async run(context: TurnContext): Promise<void> {
    const { activity } = context;
    const dc = await dialogs.createContext(context);
    if (activity.type === ActivityTypes.Event && activity.name?.startsWith('handoff.')) {
      await context.sendActivity(`event: ${JSON.stringify(activity.value)}`);
    } else if (
      activity.type === ActivityTypes.EndOfConversation ||
      (activity.type === ActivityTypes.Message && dc.activeDialog)
    ) {
      if (activity.text === '!stop') {
        await dc.cancelAllDialogs();
        await context.sendActivity('stopped');
      } else await this.tell(context, await dc.continueDialog());
    } else if (activity.type === ActivityTypes.Message && activity.text?.startsWith('!')) {
      await this.tell(context, await dc.beginDialog('skill', { activity: JSON.parse(activity.text.slice(1)) as object }));
    } else if (activity.type === ActivityTypes.Message) {
      await context.sendActivity(`parent heard: ${activity.text}`);
    }
    await conversationState.saveChanges(context, false);
  }

  private async tell(context: TurnContext, turn: Awaited<ReturnType<SkillDialog['continueDialog']>>): Promise<void> {
    if (turn.status === DialogTurnStatus.complete) await context.sendActivity(`ended: ${JSON.stringify(turn.result)}`);
  }
}

const parent = new Parent();
adapter.onTurnError = async (context) => {
  await context.sendActivity('parent failed');
};
const server = restify.createServer();
server.use(restify.plugins.bodyParser());
server.post('/api/messages', async (request, response) => {
  // The SDK's types are older than those of restify.
  await adapter.process(request as never, response as never, (context) => parent.run(context));
});
const handler = new CloudSkillHandler(adapter, (context) => parent.run(context), conversationIdFactory, authentication);
new ChannelServiceRoutes(handler).register(server, '/api/skills');
server.listen(port, '127.0.0.1', () => process.stdout.write('parent listens\n'));
