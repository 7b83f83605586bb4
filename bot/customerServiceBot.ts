import {
  type Attachment,
  type BotState,
  ConversationState,
  type StatePropertyAccessor,
  type Storage,
  type TurnContext,
  UserState,
} from 'botbuilder';
import { verbs } from '../cards/verbs';
import { type Clock, systemClock } from '../common/clock';
import { KeyedQueue } from '../common/keyedQueue';
import { errorCode } from '../common/log';
import type { Collaborators, Identity } from '../dialogs/collaborators';
import { CustomerDialogs } from '../dialogs/customerDialogs';
import { customerInput } from '../dialogs/customerInput';
import { FeedbackDialog } from '../dialogs/feedbackDialog';
import { refreshForm } from '../dialogs/formRefresh';
import { handoffStatusEvent } from '../dialogs/handoffContext';
import { HandoffDialog } from '../dialogs/handoffDialog';
import { handleHandoffStatus } from '../dialogs/handoffStatus';
import { switchLanguage } from '../dialogs/language';
import { answerMessage } from '../dialogs/mainDialog';
import { OfflineMessageDialog } from '../dialogs/offlineMessageDialog';
import { type ConversationData, type CustomerData, completeConversationData } from '../dialogs/state';
import { forChannel, now, setTurn, type Turn, text } from '../dialogs/turn';
import { endVisit } from '../dialogs/visit';
import { welcome } from '../dialogs/welcome';
import { CommandWords } from '../dialogs/words';
import type { AroundTurns, Job, TurnKeeper } from './aroundTurns';
import { CheckedStorage, isStateConflict } from './checkedStorage';
import { joinEvent, languageEvent } from './pageEvents';
import { cardAnswer, otherInvokeAnswer, respond, updateClickedCard } from './teams/clickedCard';
import { isEdited, isInstalled, isUninstalled } from './teams/lifecycle';

/** What the composition root gives the bot. */
export interface CustomerServiceBotOptions extends Omit<Collaborators, 'clock' | 'botName' | 'visitIdleInMs'> {
  /** Keeps conversation and user state. */
  storage: Storage;
  clock?: Clock;
  /** Goes into the chat record; "Switchboard" without. */
  botName?: string;
  /** After this long without a question a visit counts as over. Four hours without. */
  visitIdleInMs?: number;
  /** The conversation as relay, records and transcript key it. */
  conversationKey(context: TurnContext): string;
  /** Brings turns of one conversation in a row; those of this process without. */
  turns?: Pick<KeyedQueue, 'run'>;
  /** Who the customer is by a verified sign-in; nobody known without. */
  identify?(context: TurnContext): Identity | Promise<Identity>;
  /** What the channel says about the customer, unproven; the customer's own word counts for more. Nothing without. */
  knows?(context: TurnContext): Promise<CustomerData>;
  /** Further ways of using the bot; the last one has the first say. */
  around?: readonly AroundTurns[];
}

const fourHoursInMs = 4 * 3_600_000;

/**
 * The bot itself: takes the activities of all channels and answers the customer. Turns of one conversation run one
 * after the other, so do not wait for a turn of a conversation inside another turn of the same.
 */
export class CustomerServiceBot {
  private readonly collaborators: Collaborators;
  private readonly conversationState: ConversationState;
  private readonly userState: UserState;
  private readonly conversation: StatePropertyAccessor<Partial<ConversationData>>;
  private readonly customer: StatePropertyAccessor<CustomerData>;
  private readonly words: CommandWords;
  private readonly dialogs = new CustomerDialogs([new HandoffDialog(), new FeedbackDialog(), new OfflineMessageDialog()]);
  private readonly perConversation: Pick<KeyedQueue, 'run'>;
  private readonly keeper: TurnKeeper = { dialogs: this.dialogs, save: (turn) => this.save(turn) };

  constructor(private readonly options: CustomerServiceBotOptions) {
    this.collaborators = {
      ...options,
      clock: options.clock ?? systemClock,
      botName: options.botName ?? 'Switchboard',
      visitIdleInMs: options.visitIdleInMs ?? fourHoursInMs,
    };
    this.perConversation = options.turns ?? new KeyedQueue();
    this.conversationState = new ConversationState(new CheckedStorage(options.storage));
    this.userState = new UserState(options.storage);
    this.conversation = this.conversationState.createProperty('conversation');
    this.customer = this.userState.createProperty('customer');
    this.words = new CommandWords(options.texts);
  }

  /**
   * Answers one activity. Resolves when the customer has the answer and the state is kept. Whatever goes wrong inside is
   * logged and told to the customer; rejects only when not even that could be sent.
   */
  async run(context: TurnContext): Promise<void> {
    const job = (this.options.around ?? []).reduce<Job | undefined>(
      (own, way) => way.around(context, own, this.keeper),
      this.jobFor(context),
    );
    if (!job) return;
    await this.perConversation.run(this.options.conversationKey(context), () => this.runSafely(context, job));
  }

  /** What an activity is answered with; undefined for all that needs no answer and no state. */
  private jobFor(context: TurnContext): ((turn: Turn) => Promise<void>) | undefined {
    const { activity } = context;
    switch (activity.type) {
      case 'message':
        return (turn) => answerMessage(turn, this.dialogs);
      case 'messageUpdate':
        return isEdited(activity) ? (turn) => this.onEdited(turn) : undefined;
      case 'conversationUpdate':
      case 'installationUpdate':
        if (isUninstalled(activity)) return (turn) => this.onUninstalled(turn);
        return isInstalled(activity) ? welcomeOnce : undefined;
      case 'event':
        if (activity.name === joinEvent) return onJoin;
        if (activity.name === languageEvent) return onLanguage;
        return activity.name === handoffStatusEvent ? (turn) => handleHandoffStatus(turn, this.dialogs) : undefined;
      case 'invoke':
        return (turn) => this.onInvoke(turn);
      case 'endOfConversation':
        return (turn) => this.onEndOfConversation(turn);
      default:
        return undefined;
    }
  }

  private async runSafely(context: TurnContext, job: (turn: Turn) => Promise<void>): Promise<void> {
    try {
      const turn = await this.openTurn(context);
      await job(turn);
      await this.save(turn);
      await updateClickedCard(context, replacementOf(turn), this.options.log);
    } catch (error) {
      await this.onError(context, error);
    }
  }

  private async openTurn(context: TurnContext): Promise<Turn> {
    const { activity } = context;
    // Side by side: each by itself would wait for the store.
    await Promise.all([this.conversationState.load(context), activity.from?.id && this.userState.load(context)]);
    const data = completeConversationData(await this.conversation.get(context, {}));
    const customer = activity.from?.id ? ((await this.customer.get(context)) ?? (await this.options.knows?.(context)) ?? {}) : {};
    const language = data.language ?? this.options.texts.resolve(activity.locale);
    const input = customerInput(activity);
    const turn: Turn = {
      context,
      input,
      command: input.kind === 'text' ? this.words.match(input.text, language) : undefined,
      language,
      namedLanguage: input.kind === 'text' ? this.words.languageNamed(input.text, language) : undefined,
      data,
      customer,
      conversationKey: this.options.conversationKey(context),
      identity: (await this.options.identify?.(context)) ?? { isAuthenticated: false },
      collaborators: this.collaborators,
    };
    setTurn(turn);
    return turn;
  }

  /** Writes what changed. Most customers are never known by name, and nothing is written for those. */
  private async save({ context, customer }: Turn): Promise<void> {
    await this.conversationState.saveChanges(context, false);
    if (!context.activity.from?.id) return;
    const isKnown = Object.keys(customer).length > 0 || (await this.customer.get(context)) !== undefined;
    if (isKnown) await this.customer.set(context, customer);
    await this.userState.saveChanges(context, false);
  }

  private async onInvoke(turn: Turn): Promise<void> {
    const { activity } = turn.context;
    if (activity.name !== 'adaptiveCard/action') {
      const { status, body } = otherInvokeAnswer(activity.name, text(turn, 'card.noDialogs'));
      await respond(turn.context, status, body);
      return;
    }
    if (turn.input.kind !== 'submission') {
      await respond(turn.context, 400, cardError('BadRequest', 'The action is not one of this bot.'));
      return;
    }
    const { verb, data } = turn.input;
    if (verb === verbs.refresh) refreshForm(turn, this.dialogs, data);
    else await answerMessage(turn, this.dialogs);
    await respond(turn.context, 200, cardAnswer(replacementOf(turn)));
  }

  /** The last question was put right: it gets another answer. What was changed further up has been dealt with. */
  private async onEdited(turn: Turn): Promise<void> {
    const { id } = turn.context.activity;
    if (id === undefined || id !== turn.data.lastQuestionId || turn.input.kind !== 'text') return;
    await answerMessage(turn, this.dialogs);
  }

  /** Nothing can be sent any more. A handoff that is under way is ended by the relay, with its record. */
  private async onUninstalled(turn: Turn): Promise<void> {
    delete turn.data.isWelcomed;
    this.dialogs.cancel(turn);
    if (!turn.data.handoff) await endVisit(turn, 'visitorDisconnected', now(turn));
  }

  private async onEndOfConversation(turn: Turn): Promise<void> {
    this.dialogs.cancel(turn);
    delete turn.data.handoff;
    await endVisit(turn, 'visitorDisconnected', now(turn));
  }

  /** What the failed turn changed is not kept, but for a dialog under way: it could fail the same way for ever. */
  private async onError(context: TurnContext, error: unknown): Promise<void> {
    const { log } = this.options;
    const { type, name } = context.activity;
    log.error('A turn failed', {
      code: errorCode(error),
      type,
      conversation: this.options.conversationKey(context),
    });
    try {
      const turn = await this.reopenTurn(context);
      // After a conflict the state is that of another turn, which went well.
      if (!isStateConflict(error) && this.dialogs.isActive(turn)) {
        this.dialogs.cancel(turn);
        await this.conversationState.saveChanges(context, false);
      }
    } catch (stateError) {
      log.error('The state could not be put right after a failed turn', { code: errorCode(stateError) });
    }
    if (type === 'invoke') {
      await respond(context, 500, cardError('InternalServerError', 'The action failed.'));
      return;
    }
    if (type === 'endOfConversation') return;
    // Whoever brought the status has told the customer what happened, and brings it again.
    if (type === 'event' && name === handoffStatusEvent) throw error;
    await this.apologize(context, error);
  }

  private async reopenTurn(context: TurnContext): Promise<Turn> {
    await Promise.all([reload(this.conversationState, context), reload(this.userState, context)]);
    return this.openTurn(context);
  }

  private async apologize(context: TurnContext, cause: unknown): Promise<void> {
    const { texts, log } = this.options;
    const language = texts.resolve(context.activity.locale);
    const person = texts.t('replies.person', language);
    try {
      await context.sendActivity({
        type: 'message',
        text: texts.t('error.turn', language),
        suggestedActions: { to: [], actions: [{ type: 'imBack', title: person, value: person }] },
      });
    } catch (sendError) {
      log.error('A failed turn could not be told to the customer', { code: errorCode(sendError) });
      throw cause;
    }
  }
}

/** What the pressed card is to show, as the channel takes it. */
function replacementOf(turn: Turn): Attachment | undefined {
  return turn.replacement && forChannel(turn, turn.replacement);
}

async function welcomeOnce(turn: Turn): Promise<void> {
  if (!turn.data.isWelcomed) await welcome(turn);
}

/** The customer page tells that it is there, and on which page of the site. */
async function onJoin(turn: Turn): Promise<void> {
  const value: unknown = turn.context.activity.value;
  const url = typeof value === 'object' && value !== null ? (value as { sourcePageUrl?: unknown }).sourcePageUrl : undefined;
  if (typeof url === 'string' && /^https?:\/\//i.test(url) && url.length <= 1_000) turn.data.sourcePageUrl = url;
  await welcomeOnce(turn);
}

/**
 * Whoever has not asked anything yet is greeted anew, so that the suggested questions are in the chosen language too. While a
 * person has the conversation it is only noted, for what the bot says afterwards.
 */
async function onLanguage(turn: Turn): Promise<void> {
  const value: unknown = turn.context.activity.value;
  const wanted = typeof value === 'object' && value !== null ? (value as { language?: unknown }).language : undefined;
  const { languages } = turn.collaborators.texts;
  if (typeof wanted !== 'string' || !languages.includes(wanted) || wanted === turn.data.language) return;
  if (turn.data.lastQuestion !== undefined && !turn.data.handoff) return switchLanguage(turn, wanted);
  turn.language = wanted;
  turn.data.language = wanted;
  if (!turn.data.handoff) await welcome(turn);
}

function cardError(code: string, message: string): object {
  return { statusCode: code === 'BadRequest' ? 400 : 500, type: 'application/vnd.microsoft.error', value: { code, message } };
}

async function reload(state: BotState, context: TurnContext): Promise<void> {
  if (state instanceof UserState && !context.activity.from?.id) return;
  await state.load(context, true);
}
