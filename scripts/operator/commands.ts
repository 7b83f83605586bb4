import type { JsonObject } from '../../common/json';
import type { OperatorClient } from './client';
import { type Columns, duration, facts, rowsOf, table } from './table';

/** What a command was called with. */
export interface Call {
  client: OperatorClient;
  /** What stands behind the command's name. */
  words: string[];
  options: { route?: string; because?: string; all?: boolean; force?: boolean; limit?: string; before?: string };
}

/** What it brought: for programs, and for people. */
export interface Brought {
  answer: JsonObject;
  text: string;
}

/** A command was called in a way it cannot be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Command {
  /** As it is written, with its arguments. */
  usage: string;
  help: string;
  run(call: Call): Promise<Brought>;
}

const since = (name: string) => (row: JsonObject) => duration(Date.now() - Date.parse(String(row[name] ?? '')));
const of = (name: string) => (row: JsonObject) => row[name];

const handoffColumns: Columns = [
  ['HANDOFF', of('id')],
  ['STATE', (row) => (row['isOpen'] === true ? row['state'] : `${String(row['state'])} (closing)`)],
  ['DESK', of('desk')],
  ['ROUTE', (row) => `${String(row['route'])}/${String(row['ofRoutes'])}`],
  ['AGE', (row) => duration(row['ageInMs'])],
  ['IDLE', since('lastActivityAt')],
  ['INSTANCE', of('instance')],
  ['WAITING', (row) => `${String(row['waitingToDesk'])}+${String(row['waitingToCustomer'])}`],
  ['GIVEN UP', of('givenUp')],
  ['TROUBLE', (row) => (row['trouble'] as JsonObject | undefined)?.['code']],
];
const routeColumns: Columns = [
  ['ROUTE', of('route')],
  ['DESK', of('desk')],
  ['ACCEPT WITHIN', (row) => duration(row['acceptWithinInMs'])],
  ['NEW CHATS', (row) => (row['isOff'] === true ? 'off' : 'on')],
];
const timelineColumns: Columns = ['at', 'who', 'what', 'state', 'attempts', 'error', 'times'].map(
  (name) => [name.toUpperCase(), of(name)] as const,
);
const letterColumns: Columns = [
  ['DEAD LETTER', of('id')],
  ['DESK', of('provider')],
  ['ERROR', of('error')],
  ['ATTEMPTS', of('attempts')],
  ['AGE', since('acceptedAt')],
  ['OPEN', of('isOpen')],
];
const taskColumns: Columns = [
  ['TASK', of('id')],
  ['STATE', of('state')],
  ['ATTEMPTS', of('attempts')],
  ['LAST ERROR', of('lastError')],
  ['AGE', since('addedAt')],
  ['DUE IN', (row) => duration(row['dueInMs'])],
];
const deskColumns: Columns = [
  ['DESK', of('desk')],
  ['NEW CHATS', (row) => (row['isOff'] === true ? 'off' : 'on')],
  ['BECAUSE', (row) => (row['off'] as JsonObject | undefined)?.['because']],
  ['BY', (row) => (row['off'] as JsonObject | undefined)?.['by']],
  ['SEEN FROM', (row) => rowsOf(row, 'seenFrom').map(seen).join('; ')],
];
const instanceColumns: Columns = [
  ['INSTANCE', of('instance')],
  ['STATE', (row) => (row['isAlive'] !== true ? 'silent' : row['isDraining'] === true ? 'draining' : 'in use')],
  ['HANDOFFS', of('links')],
  ['SILENT FOR', (row) => duration(row['silentForInMs'])],
  ['STARTED', since('startedAt')],
  ['VERSION', of('version')],
];
const auditColumns: Columns = [
  ['NUMBER', of('seq')],
  ['WHEN', of('at')],
  ['WHO', of('operator')],
  ['WHAT', of('act')],
  ['TO', of('target')],
  ['DETAILS', of('details')],
  ['OUTCOME', of('outcome')],
];

/** All commands by name; a name may be of two words. */
export const commands: Readonly<Record<string, Command>> = {
  handoffs: list('handoffs', 'What is open, oldest first.', 'handoffs', handoffColumns, 'No handoff is open.'),
  handoff: {
    usage: 'handoff <id>',
    help: 'One handoff and what happened to it.',
    run: async ({ client, words }) => {
      const answer = await client.get(`handoffs/${part(words[0], 'the id of a handoff')}`);
      const handoff = answer['handoff'] as JsonObject;
      const routes = table(routeColumns, rowsOf(handoff, 'routes'), '');
      return { answer, text: [facts(handoff), routes, table(timelineColumns, rowsOf(handoff, 'timeline'), '')].join('\n\n') };
    },
  },
  end: doing('end <id>', 'Ends a handoff; customer and desk are told.', ({ words }) => ({
    path: `handoffs/${part(words[0], 'the id of a handoff')}/end`,
  })),
  requeue: doing(
    'requeue <id> [--route n]',
    'Sends it to the next route of its skill, or to route n (from 1, or a desk’s name).',
    ({ words, options }) => ({
      path: `handoffs/${part(words[0], 'the id of a handoff')}/requeue`,
      body: options.route === undefined ? {} : { route: /^\d+$/.test(options.route) ? Number(options.route) : options.route },
    }),
  ),
  'dead-letters': list('dead-letters', 'Messages that were given up.', 'deadLetters', letterColumns, 'No message was given up.'),
  replay: {
    usage: 'replay <id> | --all',
    help: 'Sends a dead letter again, or all whose handoff is open.',
    run: async (call) => {
      if (call.options.all !== true) return replay(call.client, need(call.words[0], 'the id of a dead letter, or --all'));
      const letters = rowsOf(await call.client.get('dead-letters'), 'deadLetters').filter((letter) => letter['isOpen'] === true);
      for (const { id } of letters) await replay(call.client, String(id));
      return { answer: { outcome: 'replayed', count: letters.length }, text: `replayed ${letters.length}` };
    },
  },
  discard: doing('discard <id>', 'Deletes a dead letter and its text.', ({ words }) => ({
    path: 'dead-letters/discard',
    body: { id: need(words[0], 'the id of a dead letter') },
  })),
  ledger: list('ledger', 'Background work that waits or was refused.', 'tasks', taskColumns, 'Everything is written.'),
  'ledger retry': doing('ledger retry <id>', 'Tries a task now; a dead one is replayed.', ({ words }) => ({
    path: 'ledger/retry',
    body: { id: need(words[0], 'the id of a task') },
  })),
  desks: list('desks', 'Desks, how they look, and whether they get new chats.', 'desks', deskColumns, 'No desk is configured.'),
  'desk off': doing(
    'desk off <name> --because …',
    'No new chat goes to this desk; running ones go on.',
    ({ words, options }) => ({
      path: `desks/${part(words[0], 'the name of a desk')}/off`,
      body: { because: need(options.because, '--because with a reason') },
    }),
  ),
  'desk on': doing('desk on <name>', 'New chats go there again.', ({ words }) => ({
    path: `desks/${part(words[0], 'the name of a desk')}/on`,
  })),
  instances: list('instances', 'Processes and what they have.', 'instances', instanceColumns, 'No instance reports.'),
  drain: doing('drain <instance>', 'It gives its handoffs to the others and takes no more.', ({ words }) => ({
    path: `instances/${part(words[0], 'the name of an instance')}/drain`,
  })),
  undrain: doing('undrain <instance>', 'It is in use again.', ({ words }) => ({
    path: `instances/${part(words[0], 'the name of an instance')}/undrain`,
  })),
  audit: {
    usage: 'audit [--limit n] [--before number]',
    help: 'What operators did, newest first.',
    run: async ({ client, options }) => {
      const query = new URLSearchParams({
        ...(options.limit !== undefined && { limit: options.limit }),
        ...(options.before !== undefined && { before: options.before }),
      });
      const answer = await client.get(`audit?${query}`);
      const more = answer['next'] === undefined ? '' : `\nMore: --before ${String(answer['next'])}`;
      return { answer, text: table(auditColumns, rowsOf(answer, 'acts'), 'Nothing was done yet.') + more };
    },
  },
  erase: doing(
    'erase <conversation> [--force]',
    'Deletes what is kept of a conversation; names its records in Dynamics.',
    ({ words, options }) => ({
      path: 'erase',
      body: {
        conversation: need(words[0], 'a conversation as a handoff shows it'),
        ...(options.force === true && { force: true }),
      },
    }),
  ),
};

function list(path: string, help: string, name: string, columns: Columns, nothing: string): Command {
  return {
    usage: path,
    help,
    run: async ({ client }) => {
      const answer = await client.get(path);
      return { answer, text: table(columns, rowsOf(answer, name), nothing) };
    },
  };
}

function doing(usage: string, help: string, wish: (call: Call) => { path: string; body?: JsonObject }): Command {
  return {
    usage,
    help,
    run: async (call) => {
      const { path, body } = wish(call);
      const answer = await call.client.post(path, body);
      return { answer, text: facts(answer) };
    },
  };
}

async function replay(client: OperatorClient, id: string): Promise<Brought> {
  const answer = await client.post('dead-letters/retry', { id });
  return { answer, text: facts(answer) };
}

function seen(state: JsonObject): string {
  const left = state['leftAlone'] as JsonObject | undefined;
  const calls = `${String(state['callsUnderWay'])} calls`;
  return `${String(state['instance'])}: ${left ? `left alone (${String(left['because'])})` : calls}`;
}

function need(word: string | undefined, what: string): string {
  if (word === undefined || word.trim() === '') throw new UsageError(`Give ${what}.`);
  return word;
}

const part = (word: string | undefined, what: string) => encodeURIComponent(need(word, what));
