/** What a bench process can be asked; arguments and results must be plain data. */
// biome-ignore lint/suspicious/noExplicitAny: parameters are contravariant, so no narrower type admits every method
export type Methods = Record<string, (...given: any[]) => Promise<unknown>>;

export interface Call {
  id: number;
  method: string;
  given: unknown[];
}

export interface Answer {
  id: number;
  value?: unknown;
  error?: string;
}

/** The options the parent gave. */
export function argument<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** Answers the parent's calls, and ends with it. `stop` runs before a polite end. */
export function serve(methods: Methods, stop: () => Promise<void> = async () => undefined): void {
  const all: Methods = { ready: async () => true, usage, memory, ...methods };
  process.on('message', (message) => {
    const { id, method, given } = message as Call;
    const send = (answer: Answer) => process.send?.(answer);
    Promise.resolve()
      .then(() => all[method]?.(...given))
      .then(
        (value) => send({ id, value }),
        (error: unknown) => send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => {
    void stop().finally(() => process.exit(0));
  });
}

async function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuInUs: user + system, atInMs: performance.now(), peakRssInBytes: process.resourceUsage().maxRSS * 1024 };
}

async function memory() {
  // A second time, because finalizers of the first round free what the next collects; free pages go back to the system.
  const collect = globalThis.gc as unknown as ((options: object) => void) | undefined;
  collect?.({ type: 'major', flavor: 'last-resort' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  collect?.({ type: 'major', flavor: 'last-resort' });
  const { rss, heapUsed } = process.memoryUsage();
  return { rssInBytes: rss, heapInBytes: heapUsed };
}
