import { type Activity, ActivityTypes, type ConversationReference, TurnContext } from 'botbuilder';
import { type Clock, isoTime } from '../../common/clock';
import { errorCode, type Log } from '../../common/log';
import { plainWords } from '../../common/plainWords';
import { handoffStatusEvent } from '../../dialogs/handoffContext';
import { recordFor } from '../../dialogs/handoffInitiation';
import { actOnHandoffStatus } from '../../dialogs/handoffStatus';
import { tellInitiationFailed } from '../../dialogs/personOffer';
import { say, send, type Turn, text } from '../../dialogs/turn';
import type { AroundTurns, Job, TurnKeeper } from '../aroundTurns';
import { lastingReference } from '../conversationKey';
import { leaveEvent } from '../handoffMiddleware';
import { isSkillTurn } from '../skill/skillTurn';
import { isUninstalled } from '../teams/lifecycle';
import type { Transcript } from '../transcript';
import { escalateValue } from './escalateValue';
import type { SkillClient } from './skillClient';
import type { SkillConversations, SkillEnd } from './skillConversations';
import { statusOf } from './skillOutcome';

const backEvent = 'switchboard/skillEnded';
const ownEvent = Symbol('the skill has ended');
const quotedLength = 100;
const corrections: ReadonlySet<string> = new Set([ActivityTypes.MessageUpdate, ActivityTypes.MessageDelete]);
const nothing: Job = async () => undefined;

export interface LentConversationsOptions {
  conversations: SkillConversations;
  client: SkillClient;
  transcript: Pick<Transcript, 'read'>;
  /** What records call the skill. */
  name: string;
  /** What leads to the skill; every wish for a person without. */
  words: readonly string[];
  /** Whether the whole text means that the customer wants to leave a chat with a person. */
  meansLeave(text: string, language: string): boolean;
  runTurn(reference: Partial<ConversationReference>, logic: (context: TurnContext) => Promise<void>): Promise<void>;
  runBot(context: TurnContext): Promise<void>;
  clock: Clock;
  log: Log;
}

/**
 * The bot as the parent of a skill that finds people for it: a wish for a person lends the conversation to the skill, which has
 * all that the customer says until it ends. Who has the conversation stands in the store, so that a restart changes nothing.
 */
export class LentConversations implements AroundTurns {
  private readonly words: ReadonlySet<string>;

  constructor(private readonly options: LentConversationsOptions) {
    this.words = new Set(options.words.map(plainWords));
  }

  around(context: TurnContext, own: Job | undefined, bot: TurnKeeper): Job | undefined {
    const { activity } = context;
    // What another bot has lent to us is not lent on.
    if (isSkillTurn(activity)) return own;
    if (activity.name === backEvent)
      return context.turnState.get(ownEvent) === true ? (turn) => this.comeBackIfEnded(turn, bot) : undefined;
    if (activity.type === ActivityTypes.Event && activity.name === leaveEvent)
      return async (turn) => (turn.data.lent ? this.passOn(turn, bot) : own?.(turn));
    // What the customer changed or took back is nothing for this bot by itself, and news for a person.
    if (corrections.has(activity.type)) return (turn) => this.take(turn, own ?? nothing, bot);
    return own && ((turn) => this.take(turn, own, bot));
  }

  /** Lets the bot take a conversation back whose end is noted. Twice is fine. */
  async bringBack(id: string): Promise<void> {
    const conversation = await this.options.conversations.find(id);
    if (!conversation?.ended) return;
    await this.options.runTurn(conversation.reference, async (context) => {
      context.activity.name = backEvent;
      context.turnState.set(ownEvent, true);
      await this.options.runBot(context);
    });
  }

  private async take(turn: Turn, own: Job, bot: TurnKeeper): Promise<void> {
    await this.comeBackIfEnded(turn, bot);
    const { activity } = turn.context;
    if (!turn.data.lent) return this.atHome(turn, own, bot);
    if (isUninstalled(activity)) {
      await this.takeBack(turn);
      delete turn.data.handoff;
      return own(turn);
    }
    switch (activity.type) {
      case ActivityTypes.Message:
      case ActivityTypes.MessageUpdate:
      case ActivityTypes.MessageDelete:
      case ActivityTypes.Invoke:
        return this.passOn(turn, bot);
      case ActivityTypes.EndOfConversation:
        await this.takeBack(turn);
        return own(turn);
      case ActivityTypes.Event:
        // A client's word about a handoff that is the skill's to tell.
        return activity.name === handoffStatusEvent ? undefined : own(turn);
      default:
        return own(turn);
    }
  }

  private async atHome(turn: Turn, own: Job, bot: TurnKeeper): Promise<void> {
    const { input } = turn;
    const isCalled = input.kind === 'text' && this.words.has(plainWords(input.text));
    if (isCalled && !bot.dialogs.isActive(turn)) return this.lend(turn, turn.data.lastQuestion, bot);
    if (this.words.size === 0) turn.elsewhere = ({ topic }) => this.lend(turn, topic, bot);
    return own(turn);
  }

  private async lend(turn: Turn, topic: string | undefined, bot: TurnKeeper): Promise<void> {
    const { conversations, name, log } = this.options;
    const { activity } = turn.context;
    const request = { skill: name, topic: topic ?? name };
    bot.dialogs.cancel(turn);
    const chatActivityId = await recordFor(turn, request.topic);
    const value = escalateValue(turn, topic, chatActivityId, await this.said(turn));
    const id = await conversations.create(lastingReference(TurnContext.getConversationReference(activity)));
    turn.data.lent = { skillConversationId: id, handoffId: id };
    turn.data.handoff = { ...request, state: 'requested' };
    turn.data.misses = 0;
    // From here on the skill may speak, and a killed process must know that it has the conversation.
    await bot.save(turn);
    const { text: _said, attachments: _files, value: _value, entities: _entities, ...rest } = activity;
    try {
      await this.deliver(turn, { ...rest, type: ActivityTypes.Event, name: 'escalate', value });
    } catch (error) {
      log.error('the skill did not take a call', { code: errorCode(error), skill: name });
      await this.forget(turn);
      delete turn.data.handoff;
      return tellInitiationFailed(turn, request);
    }
    await this.comeBackIfEnded(turn, bot);
  }

  /** What the customer did goes to the skill; that it did not get there is told. */
  private async passOn(turn: Turn, bot: TurnKeeper): Promise<void> {
    const { activity } = turn.context;
    try {
      await this.deliver(turn, activity);
    } catch (error) {
      this.options.log.warn('a message did not reach the skill', { code: errorCode(error), skill: this.options.name });
      const said = activity.text ?? '';
      if (turn.command === 'cancel' || this.options.meansLeave(said, turn.language)) {
        // Nobody is kept in a chat that cannot be reached.
        await this.forget(turn);
        delete turn.data.handoff;
        return say(turn, 'input.whatElse', undefined, ['person']);
      }
      const quoted = said === '' ? '' : `\n\n${text(turn, 'notice.quoted', { text: said.slice(0, quotedLength) })}`;
      const undelivered = `${text(turn, 'notice.undelivered', { count: 1 })}${quoted}`;
      return send(turn, { text: undelivered, replies: [text(turn, 'replies.leaveHandoff')] });
    }
    await this.comeBackIfEnded(turn, bot);
  }

  private async deliver(turn: Turn, activity: Partial<Activity>): Promise<void> {
    const { lent } = turn.data;
    if (!lent) return;
    const isInvoke = activity.type === ActivityTypes.Invoke;
    const sent = isInvoke ? { ...activity, deliveryMode: 'expectReplies' } : activity;
    for (const reply of await this.options.client.send(sent, lent.skillConversationId)) {
      const { replyToId: _reply, id: _id, ...rest } = reply;
      if (reply.type === ActivityTypes.EndOfConversation)
        await this.options.conversations.noteEnd(lent.skillConversationId, reply.value, reply.code);
      else if (reply.type !== ActivityTypes.Event) await turn.context.sendActivity(rest);
    }
  }

  private async takeBack(turn: Turn): Promise<void> {
    try {
      await this.deliver(turn, { ...turn.context.activity, type: ActivityTypes.EndOfConversation });
    } catch (error) {
      this.options.log.warn('the skill did not take the end of a conversation', { code: errorCode(error) });
    }
    await this.forget(turn);
  }

  private async comeBackIfEnded(turn: Turn, bot: TurnKeeper): Promise<void> {
    const { lent } = turn.data;
    if (!lent) return;
    const conversation = await this.options.conversations.find(lent.skillConversationId);
    if (conversation && !conversation.ended) return this.follow(turn, lent.skillConversationId, conversation.reference);
    // A conversation that was kept for too long without a word is over, too.
    const ended: SkillEnd = conversation?.ended ?? { value: { outcome: 'systemEnded' }, code: '' };
    const status = statusOf(ended, lent.handoffId);
    if (status) await actOnHandoffStatus(turn, bot.dialogs, status);
    else {
      delete turn.data.handoff;
      await say(turn, 'input.whatElse');
    }
    await this.forget(turn);
  }

  /** Teams may move a conversation to another service URL: what the skill says goes to the newest. */
  private async follow({ context }: Turn, id: string, known: Partial<ConversationReference>): Promise<void> {
    const { serviceUrl } = context.activity;
    if (!serviceUrl || serviceUrl === known.serviceUrl) return;
    await this.options.conversations.follow(id, serviceUrl);
  }

  private async forget(turn: Turn): Promise<void> {
    const { lent } = turn.data;
    if (!lent) return;
    delete turn.data.lent;
    await this.options.conversations.remove(lent.skillConversationId);
  }

  private async said(turn: Turn) {
    try {
      const until = isoTime(this.options.clock.now());
      return await this.options.transcript.read(turn.conversationKey, turn.data.lastVisitEndedAt, until);
    } catch (error) {
      // A gap in the transcript must not cost the customer the person.
      this.options.log.error('the transcript could not be read', { code: errorCode(error) });
      return [];
    }
  }
}
