import type { TurnContext } from 'botbuilder';
import { doneCard } from '../cards/choiceCards';
import type { Clock } from '../common/clock';
import type { HttpClient } from '../common/http';
import { isJsonObject } from '../common/json';
import { KeyedQueue } from '../common/keyedQueue';
import { errorCode, type Log } from '../common/log';
import type { CustomCrmParts } from '../customCrm';
import { CommandWords } from '../dialogs/words';
import { articleUrl } from '../dynamics/articles';
import type { Contacts } from '../dynamics/contacts';
import type { ChatRecords } from '../dynamics/ledger';
import type { HandoffProvider, WebhookInbound } from '../handoff/provider';
import type { ProviderRegistry } from '../handoff/registry';
import type { EscalationSkills } from '../handoff/skills/escalationSkills';
import type { KnowledgeBase } from '../knowledge/knowledgeBase';
import { OperatorOrders } from '../relay/operating/orders';
import { defaultRelayOptions } from '../relay/options';
import { Relay } from '../relay/relay';
import type { Store } from '../store/store';
import { StoreFailure } from '../store/storeFailure';
import { BotAdapter } from './adapter';
import { BotStorage } from './botStorage';
import type { ServedChannel } from './channels/servedChannel';
import { servedChannels } from './channels/servedChannels';
import { withContacts } from './chatRecords';
import { conversationKey } from './conversationKey';
import { CustomerServiceBot } from './customerServiceBot';
import type { Files } from './files';
import { MovedPlaces } from './handoff/movedPlaces';
import { HandoffMiddleware } from './handoffMiddleware';
import { Housekeeping } from './housekeeping';
import { instanceName, productVersion } from './instanceName';
import { createParent, type ParentSettings } from './parent';
import { ProactiveChannel } from './proactiveChannel';
import type { AddRoute } from './server/addRoute';
import { addAgentHost } from './server/agentHostRoutes';
import { type BotServer, createServer } from './server/createServer';
import { addCustomCrmRoutes } from './server/customCrmRoutes';
import { addCustomerPage } from './server/customerPage';
import type { DirectLineAccess } from './server/customerTicket';
import { addMetricsRoute } from './server/metricsRoute';
import { addOperatorRoutes } from './server/operatorRoutes';
import { WrongKeys } from './server/wrongKeys';
import type { Settings } from './settings';
import { SharedTurns } from './sharedTurns';
import { articleAddress, type SignedLinks } from './signedLinks';
import { CanceledCalls } from './skill/canceledCalls';
import { addSkillManifest } from './skill/manifestRoute';
import { SkillCalls } from './skill/skillCalls';
import type { StoredReference } from './skill/skillTurn';
import { FileSaving } from './teams/fileSaving';
import { createTexts } from './texts';
import { Transcript } from './transcript';
import { isTranscript, TranscriptFile } from './transcriptFile';
import { isAllowedType } from './uploads';

/** What the application is made of; the concrete choices are made in index.ts. */
export interface AppParts {
  settings: Settings;
  log: Log;
  clock: Clock;
  http: HttpClient;
  store: Store;
  links: SignedLinks;
  files: Files;
  registry: ProviderRegistry;
  skills: EscalationSkills;
  knowledge: KnowledgeBase;
  records: ChatRecords;
  contacts: Pick<Contacts, 'findByEmail'>;
  /** Portal address of an article, with {kbnum}; without it the bot shows articles itself. */
  articleUrlTemplate?: string;
  /** Customers' channels that this process serves itself. */
  channels?: readonly ServedChannel[];
  /** The service a contact center uses as its CRM, with the pages of its agents; neither without. */
  customCrm?: CustomCrmParts;
  /** Another bot that finds people for this one as its skill. */
  skill?: ParentSettings;
  /** Where the customer page gets its conversations; no page without. */
  directLine?: DirectLineAccess;
  /** All metrics in the text format of Prometheus; no route for them without. */
  scrapeMetrics?: () => Promise<string>;
}

export interface App {
  /** Takes up what an earlier process left, then takes requests. Resolves with the port. */
  start(): Promise<number>;
  /** Takes no more requests, finishes what is in hand, gives links free. Twice is fine. */
  stop(): Promise<void>;
}

/** As long as somebody may come back to a chat to read on; after that the question is better asked anew. */
const articleLinksLastInMs = 90 * 86_400_000;

/** Wires the parts to each other. Nothing runs before `start`. */
export function createApp(parts: AppParts): App {
  const { settings, log, clock, store, registry, skills, knowledge, records } = parts;
  const texts = createTexts();
  const served = servedChannels(parts.channels ?? []);
  const words = new CommandWords(texts);
  const transcript = new Transcript({ store: store.transcripts, clock, log, article: (id) => knowledge.get(id) });
  const transcriptFiles = new TranscriptFile({
    transcript,
    links: parts.links,
    texts,
    publicUrl: settings.publicUrl,
    clock,
    keptForInMs: settings.transcriptRetentionInMs,
  });
  const adapter = new BotAdapter({
    identity: settings.identity,
    http: parts.http,
    clock,
    sendTimeoutInMs: settings.sendTimeoutInMs,
    channels: parts.channels ?? [],
    onTurnError: async (context, error) => {
      log.error('turn failed', { code: errorCode(error), type: context.activity.type });
      throw error;
    },
  });
  parts.files.useBotToken(() => adapter.channelToken());
  const canceled = new CanceledCalls(store.documents, clock);
  const moved = new MovedPlaces(store.documents, clock, log);
  const parent =
    parts.skill &&
    createParent({
      settings: parts.skill,
      publicUrl: settings.publicUrl,
      adapter,
      documents: store.documents,
      transcript,
      runBot: (context) => bot.run(context),
      meansLeave: (text, language) => words.meansLeave(text, language),
      http: parts.http,
      clock,
      log,
    });
  const bot: CustomerServiceBot = new CustomerServiceBot({
    storage: new BotStorage(store.documents, clock),
    knowledge,
    chatRecords: served.withMessages(withContacts(records, parts.contacts)),
    identify: (context) => served.identify(context),
    knows: (context) => served.knows(context),
    skills,
    links: {
      readArticle: (kbRecordId, article) =>
        articleAddress(
          settings.publicUrl,
          parts.links,
          { kbRecordId, articleId: article.id },
          clock.now() + articleLinksLastInMs,
        ),
    },
    transcriptFiles,
    texts,
    clock,
    log,
    turns: turnsFor(parts, 'state'),
    conversationKey: (context) => conversationKey(context.activity),
    around: [new SkillCalls({ transcript, log }), ...(parent ? [parent.around] : [])],
  });
  const channel = new ProactiveChannel({
    runTurn: (reference, logic) => adapter.runProactiveTurn(reference, logic, (reference as StoredReference).skill?.audience),
    runBot: (context) => bot.run(context),
    turnEnded: (key) => middleware.turnEnded(key),
    canceled,
    moved,
    texts: {
      t: (key, language, values) => texts.t(key, texts.resolve(language), values),
      fileAddress: (file, context) => parts.files.linkAgentFile(file, context.handoffId),
      leave: (language) => {
        const title = texts.t('replies.leaveHandoff', texts.resolve(language));
        return { title, text: title };
      },
    },
    transcript,
    documents: store.documents,
    clock,
    log,
  });
  const orders = new OperatorOrders({
    store: store.operations,
    instance: instanceName(),
    version: productVersion(),
    clock,
    log,
  });
  skills.heed(orders);
  const relay = new Relay({
    store: store.links,
    isExclusive: store.isExclusive,
    registry,
    channel,
    transcripts: {
      read: async (key, since, until) => {
        // The turn that asked for the handoff is part of what the agent reads.
        await middleware.turnEnded(key);
        return transcript.read(key, since, until);
      },
    },
    clock,
    log,
    options: { ...defaultRelayOptions, ...settings.chat },
    orders,
  });
  const middleware: HandoffMiddleware = new HandoffMiddleware({
    relay,
    transcript,
    clock,
    log,
    routes: (skill, channel) => skills.routes(skill, channel),
    takesFile: (file) => isAllowedType(settings.uploads, file),
    canceled,
    moved,
    words: {
      meansLeave: (text, language) => words.meansLeave(text, texts.resolve(language)),
      cardIsOld: (language) => texts.t('handoff.cardIsOld', texts.resolve(language)),
      closedForm: (language) =>
        doneCard({
          language: texts.resolve(language),
          title: texts.t('card.closedTitle', texts.resolve(language)),
          text: texts.t('card.closed', texts.resolve(language)),
        }),
      filesNotTaken: (language, names) => texts.t('handoff.filesNotTaken', texts.resolve(language), { names: names.join(', ') }),
      notPassedOn: (language) => texts.t('handoff.notPassedOn', texts.resolve(language)),
      tryAgain: (language) => texts.t('handoff.tryAgain', texts.resolve(language)),
      corrected: (text, language) => texts.t('handoff.corrected', texts.resolve(language), { text }),
      deleted: (language) => texts.t('handoff.deleted', texts.resolve(language)),
    },
  });
  adapter.use(
    new FileSaving({
      open: (token) => parts.links.open('file', token),
      fetch: (reference, signal) => parts.files.fetch(reference, { registry, link: (id) => relay.get(id) }, signal),
      mayReach: (url) => parts.files.mayReach(url),
      http: parts.http,
      t: (key, locale, params) => texts.t(key, texts.resolve(locale), params),
      log,
    }),
  );
  adapter.use(middleware);
  adapter.use(transcript);
  const housekeeping = new Housekeeping({
    store,
    clock,
    log,
    keepForInMs: settings.transcriptRetentionInMs,
    keepActsForInMs: settings.auditRetentionInMs,
  });
  const server = createAppServer(
    { ...parts, transcriptFiles },
    adapter,
    relay,
    orders,
    (context) => bot.run(context),
    (add) => parent?.addRoutes(add),
  );

  return {
    async start() {
      records.start();
      parts.customCrm?.start();
      await orders.start(() => relay.status());
      await relay.start();
      housekeeping.start();
      served.start({
        adapter,
        runTurn: (context) => bot.run(context),
        turns: turnsFor(parts, 'arrival'),
        isUnavailable: (error) => error instanceof StoreFailure,
        texts,
        words,
      });
      return server.start(settings.port, settings.host);
    },
    async stop() {
      await server.stop();
      await parts.customCrm?.stop();
      await served.stop();
      housekeeping.stop();
      await relay.stop();
      await orders.stop();
    },
  };
}

function createAppServer(
  parts: AppParts & { transcriptFiles: TranscriptFile },
  adapter: BotAdapter,
  relay: Relay,
  orders: OperatorOrders,
  runTurn: (context: TurnContext) => Promise<void>,
  addFurther: (add: AddRoute) => void,
): BotServer {
  const { settings, log, clock, store, registry, knowledge, records } = parts;
  const { directLine } = parts;
  return createServer({
    settings,
    log,
    adapter,
    runTurn,
    turns: turnsFor(parts, 'arrival'),
    clock,
    links: parts.links,
    isUnavailable: (error) => error instanceof StoreFailure,
    isDraining: () => orders.isDraining(),
    messagesPerMinute: settings.messagesPerMinute,
    health: {
      store: { check: () => store.check(), required: true },
      knowledge: {
        check: async () => {
          if (!knowledge.ready) throw new Error('no article index yet');
        },
        required: true,
      },
    },
    webhooks: webhooksOf(registry.all()),
    onEvents: (provider, events) => relay.receive(provider, events),
    articles: {
      find: async (reference) => {
        const article = knowledge.get(String(reference['articleId']));
        const portalUrl = article && articleUrl(parts.articleUrlTemplate, article);
        return (
          article && { title: article.title, html: article.html, language: article.language, ...(portalUrl && { portalUrl }) }
        );
      },
      markRead: async (reference) => {
        if (typeof reference['kbRecordId'] === 'string') await records.articleRead(reference['kbRecordId']);
      },
    },
    fetchFile: (reference, signal) =>
      isTranscript(reference)
        ? parts.transcriptFiles.read(reference)
        : parts.files.fetch(isJsonObject(reference) ? reference : {}, { registry, link: (id) => relay.get(id) }, signal),
    routes: (add) => {
      // Each door counts by itself: a scraper with an old key shuts no agent out.
      const wrongKeys = () => new WrongKeys({ trustedProxies: settings.web.trustedProxies, clock });
      if (directLine) {
        const web = { ...settings.web, publicUrl: settings.publicUrl };
        addCustomerPage(add, {
          directLine,
          links: parts.links,
          http: parts.http,
          log,
          clock,
          web,
          uploads: settings.uploads,
          hasDemo: settings.mode === 'sandbox',
        });
      }
      addSkillManifest(add, {
        publicUrl: settings.publicUrl,
        ...(settings.identity.appId && { appId: settings.identity.appId }),
      });
      addFurther(add);
      for (const channel of parts.channels ?? []) channel.addRoutes(add);
      if (parts.customCrm) {
        addCustomCrmRoutes(add, { crm: parts.customCrm, links: parts.links, wrongKeys: wrongKeys(), log });
        addAgentHost(add, { crm: parts.customCrm, isOpen: isOnLoopback(settings), wrongKeys: wrongKeys(), log });
      }
      const { metricsKey: key } = settings;
      if (parts.scrapeMetrics && (key !== undefined || isOnLoopback(settings)))
        addMetricsRoute(add, { ...(key !== undefined && { key }), wrongKeys: wrongKeys(), scrape: parts.scrapeMetrics });
      if (settings.operatorKeys) {
        addOperatorRoutes(add, {
          keys: settings.operatorKeys,
          trustedProxies: settings.web.trustedProxies,
          relay,
          ...store,
          records,
          desks: registry.names(),
          channels: parts.channels ?? [],
          orders,
          clock,
          log,
        });
      }
    },
  });
}

/** Only people at this machine can reach a sandbox there. */
function isOnLoopback({ mode, host }: Settings): boolean {
  return mode === 'sandbox' && ['127.0.0.1', 'localhost', '::1'].includes(host);
}

/**
 * Brings turns of one conversation in a row, over all instances when several share the store. Arrivals and state have lines of
 * their own: a customer's turn may wait for a proactive one, which needs the state.
 */
function turnsFor({ store, clock, log }: AppParts, purpose: string): Pick<KeyedQueue, 'run'> {
  return store.isExclusive ? new KeyedQueue() : new SharedTurns({ turns: store.turns, purpose, clock, log });
}

function webhooksOf(providers: HandoffProvider[]): Map<string, WebhookInbound> {
  return new Map(
    providers.flatMap((provider) => (provider.inbound.kind === 'webhook' ? [[provider.name, provider.inbound] as const] : [])),
  );
}
