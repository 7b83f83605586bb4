import { isoTime, systemClock } from '../../common/clock';
import type { JsonObject, JsonValue } from '../../common/json';
import type { Delivery } from './delivery';
import type { Groups } from './groups';
import { type Behavior, credentials } from './options';
import type { SessionEvents } from './sessionEvents';
import type { Session, State } from './state';

/** Sessions that a chatbot answers: what the bot is told, and who has the session next. */
export class Conversations {
  constructor(
    private readonly state: State,
    private readonly groups: Groups,
    private readonly callback: Delivery,
    private readonly behavior: Behavior,
    private readonly violate: (violation: string) => void,
    readonly events: SessionEvents,
  ) {}

  /** A guest begins; the rules decide who gets the session. */
  async start(options: Pick<Session, 'source' | 'language' | 'callParams'>): Promise<Session> {
    const session = this.state.create({ ...options, place: 'bot' });
    this.events.created(session);
    const target = this.groups.route(session);
    if (target === 'chatbot') await this.tell(session, 'ConversationStarted', { timestamp: timestamp() });
    else this.toGroup(session, target, true);
    this.state.changed();
    return session;
  }

  /** An event for the bot; resolves once it was taken. */
  tell(session: Session, activity: string, members: JsonObject = {}): Promise<void> {
    const { language, source } = session;
    return this.callback.send(String(session.id), this.spell(session, { activity, ...members, language, source }));
  }

  /** The answer to something the bot asked; comes later, and not always. */
  respond(session: Session, to: string, members: JsonObject): void {
    const { loseResponsesTo, failResponsesTo, responseDelayInMs } = this.behavior;
    if (loseResponsesTo.includes(to) || loseResponsesTo.includes('*')) return;
    const isFailed = failResponsesTo.includes(to);
    const outcome = to === 'ShareFile' ? 'isSuccess' : 'success';
    const told = isFailed ? { [outcome]: false, errorMessage: 'The server could not do it' } : members;
    const name = /^(En|Dis)ableGuestInput$/.test(to) ? 'GuestInputChangeResponse' : `${to}Response`;
    // After the request was answered, as the real one does.
    systemClock.schedule(responseDelayInMs, () => void this.tell(session, name, told));
  }

  /** `HandOff`: back to the routing with the parameters as they are now. */
  handOff(session: Session): void {
    const target = this.groups.route(session);
    if (target === 'chatbot') {
      // The rules chose the bot once more: the guest would go round in circles.
      this.violate('HandOff leads back to the chatbot: a parameter of the routing was not set before it');
      void this.tell(session, 'ConversationStarted', { timestamp: timestamp() });
      return;
    }
    session.givenUpBy = 'HandOff';
    this.toGroup(session, target, true);
    if (this.behavior.tellsEndAfterHandoff) void this.tell(session, 'ConversationEnded', { timestamp: timestamp() });
  }

  /** `Forward`: exactly that group or operator, however busy. */
  forward(
    session: Session,
    { operatorGroupId, userId }: { operatorGroupId?: number | undefined; userId?: number | undefined },
  ): void {
    session.givenUpBy = 'Forward';
    const operator = this.groups.operators.find((candidate) => candidate.userId === userId);
    this.toGroup(session, operatorGroupId ?? this.groups.groups[0]?.id, false);
    if (operator) session.operator = operator;
    if (this.behavior.tellsEndAfterHandoff) void this.tell(session, 'ConversationEnded', { timestamp: timestamp() });
  }

  /** What a bot can name in `Forward`. */
  canForward({ operatorGroupId, userId }: { operatorGroupId?: number | undefined; userId?: number | undefined }): boolean {
    if (operatorGroupId !== undefined && !this.groups.find(operatorGroupId)) return false;
    return userId === undefined || this.groups.operators.some((operator) => operator.userId === userId);
  }

  /** An operator gives the session back. */
  async toBot(session: Session): Promise<void> {
    const { operator } = session;
    const name = operator?.name;
    this.events.forwarded(session, { chatbotId: credentials.chatbot.id });
    if (operator) this.events.left(session, operator);
    delete session.operator;
    delete session.groupId;
    delete session.givenUpBy;
    session.place = 'bot';
    this.state.add(session, { from: 'system', kind: 'left', ...(name !== undefined && { name }) });
    if (this.behavior.restartsOnReturn) await this.tell(session, 'ConversationStarted', { timestamp: timestamp() });
  }

  /** The session is over. A bot that has it hears of it; one that gave it up only where the vendor does it that way. */
  end(session: Session, by: string): void {
    if (session.place === 'ended') return;
    const isBots = session.place === 'bot';
    session.place = 'ended';
    session.endedBy = by;
    this.state.add(session, { from: 'system', kind: 'ended' });
    this.events.ended(session);
    const tells = isBots ? this.behavior.tellsEnd : this.behavior.tellsEndAfterHandoff && session.conversationId === undefined;
    if (tells) void this.tell(session, 'ConversationEnded', { timestamp: timestamp() });
  }

  /** Waiting for an operator of the group; closed groups show the offline form instead. */
  toGroup(session: Session, groupId: number | undefined, respectsCapacity: boolean): void {
    const group = groupId === undefined ? undefined : this.groups.find(groupId);
    session.handedOverAt ??= isoTime(systemClock.now());
    if (!group || (respectsCapacity && this.groups.stateOf(group).state === 'OFFLINE')) {
      session.place = 'offlineForm';
      this.state.add(session, { from: 'system', kind: 'offlineForm' });
      return;
    }
    session.groupId = group.id;
    session.place = 'queue';
    this.events.forwarded(session, { operatorGroupId: group.id });
    this.state.add(session, { from: 'system', kind: 'queued', text: group.name });
  }

  /** As the wire has it, with the spellings a reader has to bear. */
  private spell(session: Session, members: JsonObject): JsonObject {
    const { misspelled, pascalCase } = this.behavior;
    const name = String(members['activity']);
    const misspelling = name === 'GetAvailableGroupsResponse' ? 'sesionId' : 'sessinId';
    const isMisspelled = misspelled && /^(GetAvailableGroups|SetCallParams)Response$/.test(name);
    const body: JsonObject = { [isMisspelled ? misspelling : 'sessionId']: session.id, ...members };
    if (!pascalCase) return body;
    const entries = Object.entries(body).map(([key, value]): [string, JsonValue] => [
      `${key[0]?.toUpperCase()}${key.slice(1)}`,
      value,
    ]);
    return Object.fromEntries(entries);
  }
}

/** Without offset, as the documentation's samples have it. */
function timestamp(): string {
  return isoTime(systemClock.now()).replace('Z', '');
}
