import { randomUUID } from 'node:crypto';
import { type Activity, ActivityEventNames, ActivityTypes, type Attachment, type Middleware, TurnContext } from 'botbuilder';
import { verbs } from '../cards/verbs';
import { type Clock, isoTime } from '../common/clock';
import { type JsonObject, toJson } from '../common/json';
import type { Log } from '../common/log';
import { noParent, span } from '../common/telemetry';
import { timed } from '../common/telemetryTimer';
import type { CustomerMessage, TranscriptEntry } from '../handoff/request';
import { isTerminal, type LiveLink, type Route } from '../relay/linkData';
import type { Relay } from '../relay/relay';
import { conversationKey, lastingReference } from './conversationKey';
import { type CorrectionWords, toCorrection } from './handoff/correction';
import { agentCardSubmission, isBotCardClick, toCustomerMessage } from './handoff/customerMessage';
import { resendVerb } from './handoff/deliveryActivity';
import { findInitiation, type Initiation, isInitiation } from './handoff/initiation';
import type { MovedPlaces } from './handoff/movedPlaces';
import { languageEvent } from './pageEvents';
import type { CanceledCalls } from './skill/canceledCalls';
import { isSkillTurn, skillPlaceOf } from './skill/skillTurn';
import { cardAnswer, messageAnswer, respond } from './teams/clickedCard';
import { isUninstalled } from './teams/lifecycle';
import type { Transcript } from './transcript';

const releaseWithinInMs = 10_000;

/** Name of the event (web page, button) with which a customer leaves the agent. */
export const leaveEvent = 'handoff.leave';
/** Events that tell that the customer has read what was shown: of Teams, and of a page that shows the chat. */
const readEvents: ReadonlySet<unknown> = new Set(['application/vnd.microsoft.readReceipt', 'handoff.read']);
/** Verb of the button with which a customer leaves the agent. */
export const leaveVerb = 'leaveHandoff';

export interface HandoffMiddlewareDependencies {
  relay: Relay;
  transcript: Transcript;
  clock: Clock;
  log: Log;
  /** The routes of a skill for customers of a channel. */
  routes(skill: string, channel: string): Route[];
  /** Whether a file of that name and type may go to an agent. All may without. */
  takesFile?(file: { name: string; contentType: string }): boolean;
  /** Remembers conversations that another bot has taken back, whose skill this one is. */
  canceled?: Pick<CanceledCalls, 'note'>;
  /** Follows conversations that their channel moves to another address. */
  moved?: Pick<MovedPlaces, 'note'>;
  words: HandoffWords;
}

/** Words of the customer's, and words for the customer, while a person has the conversation. */
export interface HandoffWords extends CorrectionWords {
  /** Whether the whole text means that the customer wants to leave the agent. */
  meansLeave(text: string, language: string): boolean;
  /** After a click on one of the bot's own cards. */
  cardIsOld(language: string): string;
  /** What one of the bot's own forms shows from now on. */
  closedForm(language: string): Attachment;
  /** After a message in which there is nothing an agent could read. */
  notPassedOn(language: string): string;
  /** After files of kinds that are not taken. */
  filesNotTaken(language: string, names: readonly string[]): string;
  /** When the end of the agent's chat cannot be brought to the customer just now. */
  tryAgain(language: string): string;
}

/**
 * Decides who has the conversation: while a link is open, the customer's activities go to the desk and no dialog sees
 * them (promise 5); otherwise the bot answers. Takes `handoff.initiate` out of what the bot sends and opens the link.
 */
export class HandoffMiddleware implements Middleware {
  private readonly initiating = new Map<string, Promise<void>>();

  constructor(private readonly deps: HandoffMiddlewareDependencies) {}

  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    // Our own proactive turns pass through; the relay decided about them already.
    if (context.activity.type === ActivityTypes.Event && context.activity.name === ActivityEventNames.ContinueConversation)
      return next();
    const { activity } = context;
    if (activity.type === ActivityTypes.EndOfConversation && isSkillTurn(activity))
      await this.deps.canceled?.note(conversationKey(activity));
    const begunAt = this.deps.clock.monotonic();
    const link = await this.deps.relay.find(conversationKey(activity));
    const by = link ? 'desk' : 'bot';
    const type = knownTypes.has(activity.type) ? activity.type : 'other';
    const attributes = { 'switchboard.type': type, 'switchboard.by': by, 'switchboard.handoff': link?.id };
    // While a link is open the turn belongs to the handoff's trace, which began with the turn that asked for it.
    const parent = link?.request.traceparent ?? noParent;
    const begunAgoInMs = this.deps.clock.monotonic() - begunAt;
    await span('turn', { kind: 'server', parent, attributes, begunAgoInMs }, () =>
      timed('switchboard.turn.duration', { by }, () => this.takeTurn(context, link, next), outcomeOf),
    );
  }

  private async takeTurn(context: TurnContext, link: LiveLink | undefined, next: () => Promise<void>): Promise<void> {
    const forBot = link ? await this.handedOffTurn(context, link) : true;
    if (forBot) await this.botTurn(context, next);
  }

  /** Resolves when a turn that is about to open a link for the conversation has ended, so that its words come first. */
  async turnEnded(key: string): Promise<void> {
    await this.initiating.get(key);
  }

  private async botTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    const key = conversationKey(context.activity);
    let ended: (() => void) | undefined;
    context.onSendActivities(async (_context, activities, send) => {
      const initiation = findInitiation(activities);
      if (!initiation) return send();
      if (!ended) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.initiating.set(key, promise);
        ended = resolve;
      }
      await this.open(context, initiation);
      // The event is for us; a channel could do nothing with it.
      const kept = activities.filter((activity) => !isInitiation(activity));
      activities.splice(0, activities.length, ...kept);
      return kept.length > 0 ? send() : [];
    });
    try {
      await next();
    } finally {
      if (ended) {
        this.initiating.delete(key);
        ended();
      }
    }
  }

  private async open(context: TurnContext, initiation: Initiation): Promise<void> {
    const { activity } = context;
    const { skill, topic, language, customer, fields, chatActivityId, sourcePageUrl, since } = initiation;
    const key = conversationKey(activity);
    const reference = lastingReference(TurnContext.getConversationReference(activity));
    const id = randomUUID();
    const attributes = { 'switchboard.handoff': id, 'switchboard.skill': skill };
    const { link, created } = await span('handoff.initiate', { attributes }, ({ traceparent }) =>
      this.deps.relay.request({
        id,
        conversationKey: key,
        request: {
          routes: this.deps.routes(skill, activity.channelId),
          ...(traceparent !== undefined && { traceparent }),
          conversation: toJson({ ...reference, ...skillPlaceOf(context) }) as JsonObject,
          ...(since !== undefined && { transcriptSince: since }),
          handoff: {
            skill,
            topic,
            language,
            fields,
            customer: { ...defined(customer), id: activity.from.id, isAuthenticated: customer.isAuthenticated ?? false },
            channel: activity.channelId,
            requestedAt: isoTime(this.deps.clock.now()),
            ...(chatActivityId !== undefined && { chatActivityId }),
            ...(sourcePageUrl !== undefined && { sourcePageUrl }),
          },
        },
      }),
    );
    if (created) return;
    this.deps.log.warn('conversation is handed off already', { state: link.state });
    // Its end has not reached the customer yet; to say now that the chat is passed on would be a lie.
    if (isTerminal(link.state)) throw new Error('the conversation is not released yet');
  }

  /** Deals with an activity while a link is open. True when the link ended meanwhile and the bot should answer. */
  private async handedOffTurn(context: TurnContext, link: LiveLink): Promise<boolean> {
    const { relay } = this.deps;
    const { activity } = context;
    await this.deps.moved?.note(link.id, activity, link.request.conversation['serviceUrl']);
    if (isTerminal(link.state)) return this.afterEnd(context, link);
    if (link.state === 'transferred' && isReturn(activity)) {
      await relay.command(link.id, 'channelReturned');
      return this.afterEnd(context, link);
    }
    if (isUninstalled(activity)) {
      await relay.command(link.id, 'customerLeft');
      return true;
    }
    switch (activity.type) {
      case ActivityTypes.Message:
        return this.message(context, link);
      case ActivityTypes.MessageUpdate:
      case ActivityTypes.MessageDelete:
        return this.correction(context, link);
      case ActivityTypes.Typing:
        relay.typing(link.id);
        return false;
      case ActivityTypes.EndOfConversation:
        await relay.command(link.id, 'customerLeft');
        return false;
      case ActivityTypes.Event:
        // Noted by the bot, which says nothing.
        if (activity.name === languageEvent) return true;
        if (activity.name === leaveEvent) await relay.command(link.id, 'customerLeft');
        else if (readEvents.has(activity.name)) relay.customerRead(link.id);
        return false;
      case ActivityTypes.Invoke:
        return this.invoke(context, link);
      default:
        return false;
    }
  }

  /** The agent's chat is over and the customer is just being told so: what comes now is for the bot, after that. */
  private async afterEnd(context: TurnContext, link: LiveLink): Promise<boolean> {
    const { activity } = context;
    if (activity.type === ActivityTypes.Typing) return false;
    if (await this.deps.relay.released(link.id, releaseWithinInMs)) return true;
    if (activity.type === ActivityTypes.Message) await this.say(context, this.deps.words.tryAgain(link.request.handoff.language));
    return false;
  }

  private async say(context: TurnContext, text: string): Promise<void> {
    await context.sendActivity({ type: ActivityTypes.Message, text });
  }

  private async message(context: TurnContext, link: LiveLink, activity: Activity = context.activity): Promise<boolean> {
    const { relay, clock, words } = this.deps;
    const language = link.request.handoff.language;
    if (verbOf(activity) === leaveVerb || (activity.text && words.meansLeave(activity.text, language))) {
      await relay.command(link.id, 'customerLeft');
      return false;
    }
    if (verbOf(activity) === resendVerb) {
      await this.resend(context, link);
      return false;
    }
    if (isBotCardClick(activity) && !activity.text) {
      await this.say(context, words.cardIsOld(language));
      return false;
    }
    const message = toCustomerMessage(activity, clock);
    if (!message) {
      if (activity.attachments?.length) await this.say(context, words.notPassedOn(language));
      return false;
    }
    const refused = message.files.filter((file) => this.deps.takesFile?.(file) === false);
    if (refused.length > 0) {
      message.files = message.files.filter((file) => !refused.includes(file));
      await this.say(
        context,
        words.filesNotTaken(
          language,
          refused.map(({ name }) => name),
        ),
      );
      if (message.text === '' && message.files.length === 0) return false;
    }
    const outcome = await relay.accept(link.id, message);
    if (outcome === 'closed') return this.afterEnd(context, link);
    await this.note(link, message);
    return false;
  }

  /** What the customer changed or took back. After the end it is no news for anybody. */
  private async correction(context: TurnContext, link: LiveLink): Promise<boolean> {
    const { relay, clock, words } = this.deps;
    const message = toCorrection(context.activity, words, link.request.handoff.language, clock);
    if (message && (await relay.accept(link.id, message)) !== 'closed') await this.note(link, message);
    return false;
  }

  private async note(link: LiveLink, { id, at, author, text, files }: CustomerMessage): Promise<void> {
    const entry: TranscriptEntry = { at, from: author ?? 'customer', text, ...(files.length > 0 && { files }) };
    await this.deps.transcript.add(link.conversationKey, id, entry);
  }

  /** "Send again" below a message that did not arrive. */
  private async resend(context: TurnContext, link: LiveLink): Promise<void> {
    const { messageIds } = context.activity.value as { messageIds?: unknown };
    for (const id of Array.isArray(messageIds) ? messageIds.slice(0, 100) : []) {
      if (typeof id === 'string') await this.deps.relay.retry(link.id, 'toDesk', id);
    }
  }

  /** Teams and other clients send card clicks as invokes that want an answer at once. */
  private async invoke(context: TurnContext, link: LiveLink): Promise<boolean> {
    const { relay, words } = this.deps;
    // Whatever else a client asks, the bot declines it as ever.
    if (context.activity.name !== 'adaptiveCard/action') return true;
    const language = link.request.handoff.language;
    const submitted = { ...context.activity, type: ActivityTypes.Message, value: actionData(context.activity) } as Activity;
    const verb = verbOf(context.activity);
    let answer = messageAnswer('');
    if (verb === leaveVerb) await relay.command(link.id, 'customerLeft');
    else if (verb === verbs.refresh) answer = cardAnswer(words.closedForm(language));
    else if (agentCardSubmission(submitted)) await this.message(context, link, submitted);
    else answer = messageAnswer(words.cardIsOld(language));
    await respond(context, 200, answer);
    return false;
  }
}

/** Few values, and none that a caller thought up. */
const knownTypes: ReadonlySet<string> = new Set(Object.values(ActivityTypes));

function outcomeOf(): string {
  return 'failed';
}

/** A channel that was handed over tells us nothing; if it speaks to us after all, it was given back. */
function isReturn({ type }: Activity): boolean {
  return type === ActivityTypes.Message || type === ActivityTypes.ConversationUpdate;
}

/** What an invoke's action carries. */
function actionData(activity: Activity): unknown {
  return (activity.value as { action?: { data?: unknown } } | undefined)?.action?.data;
}

function verbOf(activity: Activity): unknown {
  const value = activity.value as { verb?: unknown; action?: { verb?: unknown } } | undefined;
  return value?.verb ?? value?.action?.verb;
}

/** The members that have a value. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
