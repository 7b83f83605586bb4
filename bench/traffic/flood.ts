import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'undici';

/** What became of more calls than the receiver can take. */
export interface Flood {
  sent: number;
  /** Answered 2xx. */
  taken: number;
  /** Answered 503: the caller is to come again. */
  refused: number;
  /** Any other answer. */
  failed: number;
  /** No answer: the connection was reset, refused or never made, by error code. */
  broken: Record<string, number>;
  elapsedInMs: number;
  /** Of the calls that were taken and of those that were refused: from sending to the answer, sorted, in milliseconds. */
  takenInMs: number[];
  refusedInMs: number[];
}

export interface FloodOptions {
  url: string;
  path: string;
  /** The body of the nth call. */
  body(nth: number): string;
  /** Calls begun on average per second, whatever becomes of them. */
  perSecond?: number;
  /** In place of that: so many callers, each with a connection of its own, each beginning anew when it was answered. */
  callers?: number;
  /** How long a caller that was refused stays away. */
  awayForInMs: number;
  durationInMs: number;
}

/** Calls without mercy: nobody waits for anybody, and each call under way has a connection to itself. */
export async function flood(options: FloodOptions): Promise<Flood> {
  const result: Flood = {
    sent: 0,
    taken: 0,
    refused: 0,
    failed: 0,
    broken: {},
    elapsedInMs: 0,
    takenInMs: [],
    refusedInMs: [],
  };
  const begunAt = performance.now();
  const isOver = () => performance.now() - begunAt >= options.durationInMs;
  const idle: Client[] = [];
  if (options.callers !== undefined) {
    const caller = async () => {
      while (!isOver()) if ((await call(options, result, idle)) !== 200) await pause(options.awayForInMs);
    };
    await Promise.all(Array.from({ length: options.callers }, caller));
  } else await atRandomTimes(options.perSecond ?? 0, isOver, () => call(options, result, idle));
  result.elapsedInMs = performance.now() - begunAt;
  await Promise.all(idle.map((client) => client.destroy()));
  result.takenInMs.sort((a, b) => a - b);
  result.refusedInMs.sort((a, b) => a - b);
  return result;
}

async function atRandomTimes(perSecond: number, isOver: () => boolean, begin: () => Promise<unknown>): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  let due = performance.now();
  while (!isOver()) {
    due += (-Math.log(1 - Math.random()) * 1000) / perSecond;
    while (performance.now() < due) await pause(1);
    const job = begin();
    underWay.add(job);
    void job.finally(() => underWay.delete(job));
  }
  await Promise.all(underWay);
}

/** One call; resolves with its status, or undefined when no answer came. */
async function call(options: FloodOptions, result: Flood, idle: Client[]): Promise<number | undefined> {
  const client = idle.pop() ?? new Client(options.url, { headersTimeout: 60_000, connectTimeout: 60_000 });
  const body = options.body(result.sent);
  result.sent += 1;
  const startedAt = performance.now();
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await client.request({ method: 'POST', path: options.path, headers, body });
    await response.body.dump();
    const tookInMs = performance.now() - startedAt;
    if (response.statusCode === 200) {
      result.taken += 1;
      result.takenInMs.push(tookInMs);
    } else if (response.statusCode === 503) {
      result.refused += 1;
      result.refusedInMs.push(tookInMs);
    } else result.failed += 1;
    idle.push(client);
    return response.statusCode;
  } catch (error) {
    const { code } = error as { code?: unknown };
    const name = String(code ?? (error as Error).name);
    result.broken[name] = (result.broken[name] ?? 0) + 1;
    await client.destroy();
    return undefined;
  }
}
