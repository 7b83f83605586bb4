import type { JsonObject, JsonValue } from '../../common/json';
import { type Behavior, defaultGroups, defaultRules, type Group, type GroupState, type RoutingRule } from './options';
import { type Operator, operatorNamed, type Session, type State } from './state';

const STATE_NUMBERS: Record<GroupState, number> = { OFFLINE: 0, ONLINE: 1, BUSY: 2 };
const REASON_NUMBERS: Record<string, number> = {
  NONE: 0,
  BUSINESS_HOURS: 1,
  NO_OPERATORS: 2,
  QUEUE_FULL: 4,
  DELETED: 8,
  AWAY_IS_OFFLINE: 16,
  CHANNEL_BLOCKED: 32,
};
const SLOTS = 3;

/** Groups of operators, how they stand, and the rules by which sessions come to them. */
export class Groups {
  readonly groups: Group[] = defaultGroups();
  /** Ranked; a test may change them. */
  readonly rules: RoutingRule[] = defaultRules();
  /** Those at work when the desk is staffed; whoever takes a chat under another name counts as well. */
  readonly operators: Operator[] = ['Katka', 'Tomáš'].map(operatorNamed);

  constructor(
    private readonly state: State,
    private readonly behavior: Behavior,
  ) {}

  find(id: number): Group | undefined {
    return this.groups.find((group) => group.id === id);
  }

  /** Where the rules lead a session now; undefined when none fits. */
  route({ callParams, source }: Pick<Session, 'callParams' | 'source'>): RoutingRule['target'] | undefined {
    return this.rules.find(
      ({ conditions, sources }) =>
        (sources === undefined || sources.includes(source)) &&
        Object.entries(conditions).every(([name, value]) => (callParams[name] ?? null) === value),
    )?.target;
  }

  /** The groups the rules lead to when the bot's own rule is left out, best first. */
  matching(session: Session): Group[] {
    const target = this.route(session);
    const group = typeof target === 'number' ? this.find(target) : undefined;
    return group ? [group] : [];
  }

  stateOf(group: Group): { state: GroupState; reasons: string[] } {
    if (group.state !== undefined) {
      const reasons = group.reasons ?? (group.state === 'OFFLINE' ? ['NO_OPERATORS'] : []);
      return { state: group.state, reasons };
    }
    return this.state.isStaffed ? { state: 'ONLINE', reasons: [] } : { state: 'OFFLINE', reasons: ['NO_OPERATORS'] };
  }

  /** As `GetAvailableGroupsResponse` tells it. */
  describe(group: Group): JsonObject {
    const { state, reasons } = this.stateOf(group);
    const sessions = [...this.state.sessions.values()].filter(({ groupId }) => groupId === group.id);
    const waiting = sessions.filter(({ place }) => place === 'queue').length;
    const accepted = sessions.filter(({ place }) => place === 'operator').length;
    const maxSlots = state === 'OFFLINE' ? 0 : this.operators.length * SLOTS;
    const free = Math.max(0, group.queueSize - waiting);
    const word = <T extends string>(value: T, numbers: Record<string, number>): JsonValue =>
      this.behavior.numericStates ? (numbers[value] ?? value) : value;
    return {
      displayName: group.name,
      groupId: group.id,
      groupState: word(state, STATE_NUMBERS),
      groupOfflineReasons: reasons.map((reason) => word(reason, REASON_NUMBERS)),
      groupWorkload: {
        maxSlots,
        usedSlotsWaiting: waiting,
        usedSlotsAccepted: accepted,
        freeSlots: state === 'ONLINE' ? Math.max(0, maxSlots - waiting - accepted) : 0,
      },
      queueWorkload: {
        freeQueueSlotsCountTotal: reasons.includes('QUEUE_FULL') ? 0 : free,
        inQueueCountTotal: reasons.includes('QUEUE_FULL') ? group.queueSize : waiting,
        isQueueFull: reasons.includes('QUEUE_FULL') || free === 0,
      },
    };
  }

  /** Operators who could take a session of these groups now. */
  available(groups: Group[]): Operator[] {
    return groups.some((group) => this.stateOf(group).state === 'ONLINE') ? this.operators : [];
  }
}
