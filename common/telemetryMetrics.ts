/** What a metric measures: its instrument, its unit (UCUM), what it says, and the attributes it is told apart by. */
export interface MetricDefinition {
  kind: 'counter' | 'histogram' | 'gauge';
  unit: string;
  says: string;
  /** Each has few values: a desk, a reason of a closed list, never an id. */
  attributes: readonly string[];
  /** Upper bounds of a histogram's buckets. */
  buckets?: readonly number[];
  /** Series of a counter that are told as 0 from the start on, so that an alert sees the first step. */
  zeros?: readonly Readonly<Record<string, string>>[];
}

/** From a millisecond to half a minute. */
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From a second to an hour. */
const minutes = [1, 5, 10, 20, 30, 60, 120, 180, 300, 600, 1_200, 1_800, 3_600];
const shares = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

/** Every metric of the product. docs/watching.md says what each one means to an operator. */
export const metrics = {
  'switchboard.turn.duration': {
    kind: 'histogram',
    unit: 's',
    says: 'How long the bot takes for a customer’s activity, once it is its turn; `by` says who has the conversation.',
    attributes: ['by', 'outcome'],
    buckets: seconds,
  },
  'switchboard.request.duration': {
    kind: 'histogram',
    unit: 's',
    says: 'How long a request of a channel or a desk takes from its arrival to our answer, waiting included.',
    attributes: ['route', 'status'],
    buckets: seconds,
  },
  'switchboard.admission.refused': {
    kind: 'counter',
    unit: '{request}',
    says: 'Requests that were asked to come again because this process is full.',
    attributes: ['reason'],
    zeros: [{ reason: 'full' }, { reason: 'conversation' }],
  },
  'switchboard.answers': {
    kind: 'counter',
    unit: '{answer}',
    says: 'Questions by what the knowledge base had for them: one sure article, several, or none.',
    attributes: ['decision'],
  },
  'switchboard.answer.confidence': {
    kind: 'histogram',
    unit: '1',
    says: 'How sure the ranking was of the best article of a question.',
    attributes: ['decision'],
    buckets: shares,
  },
  'switchboard.handoffs.requested': {
    kind: 'counter',
    unit: '{handoff}',
    says: 'Handoffs that were begun, by skill and first desk.',
    attributes: ['skill', 'provider'],
  },
  'switchboard.handoffs.accepted': {
    kind: 'counter',
    unit: '{handoff}',
    says: 'Handoffs that an agent took.',
    attributes: ['provider'],
  },
  'switchboard.handoffs.rerouted': {
    kind: 'counter',
    unit: '{handoff}',
    says: 'Routes that failed while another one was left to try.',
    attributes: ['provider', 'reason'],
  },
  'switchboard.handoffs.failed': {
    kind: 'counter',
    unit: '{handoff}',
    says: 'Handoffs that no agent took, by the last desk and its reason.',
    attributes: ['provider', 'reason'],
  },
  'switchboard.handoffs.ended': {
    kind: 'counter',
    unit: '{handoff}',
    says: 'Handoffs that ended, by who ended them and whether an agent had been there.',
    attributes: ['provider', 'by', 'accepted'],
  },
  'switchboard.handoff.wait': {
    kind: 'histogram',
    unit: 's',
    says: 'How long a customer waited from asking for a person until one was there.',
    attributes: ['provider'],
    buckets: minutes,
  },
  'switchboard.handoff.duration': {
    kind: 'histogram',
    unit: 's',
    says: 'How long the chat with an agent lasted.',
    attributes: ['provider'],
    buckets: minutes,
  },
  'switchboard.links.open': {
    kind: 'gauge',
    unit: '{link}',
    says: 'Handoffs that this instance looks after, ended ones with work left included.',
    attributes: ['provider', 'state'],
  },
  'switchboard.relay.latency': {
    kind: 'histogram',
    unit: 's',
    says: 'From taking a message until the other side had it, the call to the other side included.',
    attributes: ['direction'],
    buckets: seconds,
  },
  'switchboard.relay.added': {
    kind: 'histogram',
    unit: 's',
    says: 'The same without the call that brought it there: what the product itself, its queue and its retries add.',
    attributes: ['direction'],
    buckets: seconds,
  },
  'switchboard.retries': {
    kind: 'counter',
    unit: '{attempt}',
    says: 'Attempts that failed and will be made again, by what was attempted.',
    attributes: ['what'],
    zeros: ['open', 'send', 'deliver', 'listen', 'close', 'record'].map((what) => ({ what })),
  },
  'switchboard.dead_letters': {
    kind: 'counter',
    unit: '{message}',
    says: 'Messages and records that were given up; an operator can send them again.',
    attributes: ['where'],
    zeros: ['toDesk', 'toCustomer', 'dynamics'].map((where) => ({ where })),
  },
  'switchboard.desk.call.duration': {
    kind: 'histogram',
    unit: 's',
    says: 'Calls to desks, without the time they waited for their turn.',
    attributes: ['provider', 'operation', 'outcome'],
    buckets: seconds,
  },
  'switchboard.desk.events': {
    kind: 'counter',
    unit: '{event}',
    says: 'Events that desks brought by webhook, poll or stream, repeated ones included.',
    attributes: ['provider', 'kind'],
  },
  'switchboard.desk.circuit': {
    kind: 'gauge',
    unit: '1',
    says: '0: the desk is called; 1: it asked for a pause; 2: it is left alone because its calls failed.',
    attributes: ['provider'],
  },
  'switchboard.channel.call.duration': {
    kind: 'histogram',
    unit: 's',
    says: 'Calls to the customers’ channel.',
    attributes: ['operation', 'outcome'],
    buckets: seconds,
  },
  'switchboard.ledger.tasks': {
    kind: 'gauge',
    unit: '{task}',
    says: 'Tasks in the store that wait to be done, above all records on their way to Dynamics. The same for all instances.',
    attributes: [],
  },
  'switchboard.ledger.lag': {
    kind: 'gauge',
    unit: 's',
    says: 'Age of the oldest of these tasks.',
    attributes: [],
  },
  'switchboard.dynamics.call.duration': {
    kind: 'histogram',
    unit: 's',
    says: 'Calls to Dynamics, waiting for a free slot included.',
    attributes: ['operation', 'outcome'],
    buckets: seconds,
  },
  'switchboard.store.duration': {
    kind: 'histogram',
    unit: 's',
    says: 'Calls to the store.',
    attributes: ['part', 'outcome'],
    buckets: seconds,
  },
  'switchboard.leases.lost': {
    kind: 'counter',
    unit: '{lease}',
    says: 'Times this instance was too late with its heartbeat and let all its handoffs go.',
    attributes: [],
    zeros: [{}],
  },
  'switchboard.event_loop.delay': {
    kind: 'gauge',
    unit: 's',
    says: 'How much later than due the process gets to its work, since the last reading.',
    attributes: ['quantile'],
  },
  'switchboard.process.memory': {
    kind: 'gauge',
    unit: 'By',
    says: 'Memory of the process.',
    attributes: ['kind'],
  },
} as const satisfies Record<string, MetricDefinition>;

type Metrics = typeof metrics;
export type MetricName = keyof Metrics;
type NamesOf<Kind extends MetricDefinition['kind']> = {
  [Name in MetricName]: Metrics[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

export type CounterName = NamesOf<'counter'>;
export type HistogramName = NamesOf<'histogram'>;
export type GaugeName = NamesOf<'gauge'>;

/** The attributes of a metric: all of them, so that series can be compared. */
export type MetricAttributes<Name extends MetricName> = Readonly<Record<Metrics[Name]['attributes'][number], string>>;
