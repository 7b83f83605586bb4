import type { Activity } from 'botbuilder';
import type { Clock } from '../../../common/clock';
import type { JsonObject } from '../../../common/json';
import type { Log } from '../../../common/log';
import type { ChannelHost } from '../servedChannel';
import { type Asked, type Understood, understand } from './asked';
import { abilitiesOf } from './capabilities';
import { askQuestion } from './formOutput';
import type { Guest } from './guest';
import { Loose } from './looseJson';
import type { Mailbox } from './mailbox';
import { link } from './markup';
import { Output, type TextOf } from './output';
import type { Sender } from './sender';
import type { Session, Sessions } from './session';
import { type Place, toActivity } from './toActivity';
import type { WireEvent } from './wire';

/** What was written shortly before the session was given away may be taken up after it. */
const straysForInMs = 500;

export interface IncomingOptions {
  sessions: Sessions;
  sender: Sender;
  mailbox: Mailbox;
  guest: Guest;
  host(): ChannelHost;
  readsGuest: boolean;
  clock: Clock;
  log: Log;
}

/** Turns what comes in into what the bot gets, with what is remembered of the session. */
export class Incoming {
  private readonly learning = new Set<Promise<void>>();

  constructor(private readonly options: IncomingOptions) {}

  /**
   * Takes an answer of mluvii's. True when there is nothing for the bot in it: somebody waits for it, or nobody does any more.
   * Resolves when it is written down.
   */
  async answer(sessionId: string, event: Extract<WireEvent, { kind: 'answer' }>): Promise<boolean> {
    if (event.isRefusal)
      this.options.log.warn('the channel did not do what it was asked', { session: sessionId, activity: event.name });
    return (await this.options.mailbox.receive(sessionId, event.name, event.body)) !== 'unasked';
  }

  /** The activity for the bot; undefined when there is nothing for it, because it was answered here or belongs to an operator. */
  async translate(event: WireEvent, place: Omit<Place, 'session'>, reference?: JsonObject): Promise<Activity | undefined> {
    const { log, guest } = this.options;
    if (event.kind === 'unknown')
      log.info('an activity is not known', { activity: /^\w{1,60}$/.test(event.name) ? event.name : '' });
    if (event.kind === 'unknown' || event.kind === 'ping') return undefined;
    if (event.kind === 'answer') return this.unasked(event, place);
    const before = await this.options.sessions.get(place.sessionId);
    if (isStray(event, before, place.receivedAt)) {
      log.info('what was said before the session was given away is the operator’s', { session: place.sessionId });
      return undefined;
    }
    const session = await this.options.sessions.change(place.sessionId, (latest) => noted(latest, event, reference));
    if (event.kind === 'cardSubmission') await guest.note(place.sessionId, event.params);
    if (session.isStarted && !before.isStarted && this.options.readsGuest) this.learn(place.sessionId);
    if (event.kind === 'text') return this.text(event, { ...place, session });
    return toActivity(event, { ...place, session });
  }

  /**
   * Notes that a guest was heard, in an activity that needs no translation. False when the session had been given away just before: then
   * it was said to the operator.
   */
  async hear({ sessionId, receivedAt }: Pick<Place, 'sessionId' | 'receivedAt'>, reference: JsonObject): Promise<boolean> {
    const event = { kind: 'text', text: '' } as const;
    if (isStray(event, await this.options.sessions.get(sessionId), receivedAt)) return false;
    await this.options.sessions.change(sessionId, (latest) => noted(latest, event, reference));
    return true;
  }

  /** Resolves when nobody is being asked about any more. */
  async idle(): Promise<void> {
    await Promise.all(this.learning);
  }

  private learn(sessionId: string): void {
    const learning = this.options.guest.learn(sessionId);
    this.learning.add(learning);
    void learning.finally(() => this.learning.delete(learning));
  }

  private async unasked(
    event: Extract<WireEvent, { kind: 'answer' }>,
    place: Omit<Place, 'session'>,
  ): Promise<Activity | undefined> {
    const { sessions, sender } = this.options;
    const session = await sessions.get(place.sessionId);
    const url = /^sharefileresponse$/i.test(event.name) && event.isRefusal ? new Loose(event.body).text('fileSource') : undefined;
    // A file that the guest's network does not take can still be opened.
    if (url && /^https?:\/\//i.test(url)) await sender.say(place.sessionId, [{ activity: 'Text', text: link(url, url) }]);
    return toActivity(event, { ...place, session });
  }

  private async text(event: Extract<WireEvent, { kind: 'text' }>, place: Place): Promise<Activity | undefined> {
    const { sessions, host, sender } = this.options;
    const { source, language } = place.session;
    const texts: TextOf = (key, params) => host().text(key, language, params);
    const { understood } = await sessions.change(place.sessionId, (session) => {
      if (session.understood?.id === place.id) return undefined;
      const isLeaving = session.asked?.form !== undefined && host().meansCancel(event.text, language);
      const as: Understood = isLeaving ? { is: 'typed' } : understand(session.asked, event.text, texts('channel.skip'));
      return { ...session, ...afterAnswer(session.asked, as), understood: { id: place.id, as } };
    });
    if (understood?.as.is === 'asking') {
      const { form, question, isRepeated } = understood.as;
      const output = new Output(abilitiesOf(source), texts);
      askQuestion(output, form, question, { isFirst: false, isRepeated });
      await sender.say(place.sessionId, output.activities);
      return undefined;
    }
    const activity = toActivity(event, place);
    if (understood?.as.is !== 'pressed' || !activity) return activity;
    const { title, text, value } = understood.as.choice;
    return { ...activity, text: text ?? title, ...(value && { value }) };
  }
}

/** What is still asked: the next question of a form, or no form any more. */
function afterAnswer(asked: Asked | undefined, as: Understood): { asked?: Asked } {
  if (as.is === 'asking') return { asked: { choices: [], ...asked, form: as.form } };
  if (!asked) return {};
  const { form: _form, ...rest } = asked;
  return { asked: rest };
}

function isStray(event: WireEvent, { state, leftAt }: Session, receivedAt: number): boolean {
  return (
    event.kind !== 'ended' && event.kind !== 'started' && state === 'operator' && receivedAt <= (leftAt ?? 0) + straysForInMs
  );
}

/** The session after an event: whoever hears of it has it. */
function noted({ leftAt: _leftAt, ...session }: Session, event: WireEvent, reference: JsonObject | undefined): Session {
  return {
    ...session,
    // While it is being given away, whoever does that decides.
    state: event.kind === 'ended' ? 'ended' : session.state === 'leaving' ? 'leaving' : 'bot',
    ...(event.source !== undefined && { source: event.source }),
    ...(event.language !== undefined && { language: event.language }),
    ...(event.kind !== 'ended' && { isStarted: true as const }),
    ...(reference && { reference }),
  };
}
