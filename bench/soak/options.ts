import { parseArgs } from 'node:util';
import { type FaultKind, faultKinds } from './faultPlan';

export const usage = `npm run soak -- [options]
  --chats <n>      open agent chats, half of them at 8x8, half at Live Agent (default 100)
  --seconds <s>    how long they talk while processes die (default 60)
  --every <s>      pause between two messages of one side of a chat, on average (default: as fast as two cores bear)
  --faults <list>  any of ${faultKinds.join(',')}, or none (default: all)
  --fault-every <s> pause between two faults, on average (default 15)
  --seed <n>       the same seed plans the same faults (default: a random one, which is printed)
  --logs <folder>  keeps what the bots log (default: a folder that goes away when all was well)
  --json           only the last line
DATABASE_URL names an empty PostgreSQL database to use; without it the soak starts a server of its own (then it is
restarted among the faults).`;

export interface SoakOptions {
  chats: number;
  seconds: number;
  /** Pause between two messages of one side of a chat, on average. */
  everyInMs: number;
  faults: FaultKind[];
  faultEveryInMs: number;
  seed: number;
  logFolder?: string;
  json: boolean;
  databaseUrl?: string;
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line. Throws `UsageError`. */
export function readOptions(args: string[], env: Record<string, string | undefined>): SoakOptions {
  const values = parse(args);
  const chats = wholeNumber('--chats', values.chats, 1);
  const databaseUrl = env['DATABASE_URL'];
  return {
    chats,
    seconds: wholeNumber('--seconds', values.seconds, 1),
    everyInMs: 1000 * (values.every === undefined ? Math.max(5, chats / messagesPerSecond) : positive('--every', values.every)),
    faults: readFaults(values.faults, databaseUrl !== undefined),
    faultEveryInMs: 1000 * positive('--fault-every', values['fault-every']),
    seed: values.seed === undefined ? 1 + Math.floor(Math.random() * 1e6) : wholeNumber('--seed', values.seed, 1),
    json: values.json,
    ...(values.logs !== undefined && { logFolder: values.logs }),
    ...(databaseUrl && { databaseUrl }),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        chats: { type: 'string', default: '100' },
        seconds: { type: 'string', default: '60' },
        every: { type: 'string' },
        faults: { type: 'string', default: faultKinds.join(',') },
        'fault-every': { type: 'string', default: '15' },
        seed: { type: 'string' },
        logs: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : 'The options cannot be read.'}\n${usage}`);
  }
}

/** What two bots, the database, the desks and the soak itself bear in each direction on two cores, with room to catch up. */
const messagesPerSecond = 25;

function readFaults(text: string, isForeignDatabase: boolean): FaultKind[] {
  if (text === 'none') return [];
  const named = text.split(',').map((name) => name.trim());
  const wrong = named.find((name) => !faultKinds.some((kind) => kind === name));
  if (wrong !== undefined) throw new UsageError(`--faults: there is no fault "${wrong}"\n${usage}`);
  // A database that somebody else runs is theirs to restart.
  return faultKinds.filter((kind) => named.includes(kind) && !(isForeignDatabase && kind === 'database'));
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new UsageError(`${option} must be a whole number from ${least}\n${usage}`);
  return value;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`${option} must be a number above 0\n${usage}`);
  return value;
}
