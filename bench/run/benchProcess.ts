import { type ChildProcess, fork } from 'node:child_process';
import type { Answer, Call, Methods } from './serve';

/** CPU time of a whole process, all its threads, in microseconds. */
export interface Usage {
  cpuInUs: number;
  /** When it was read, on the process's own monotonic clock, in milliseconds. */
  atInMs: number;
  /** The most memory the process ever had. */
  peakRssInBytes: number;
}

export interface Memory {
  rssInBytes: number;
  heapInBytes: number;
}

/** What every bench process answers besides its own methods. */
export interface CommonMethods extends Methods {
  usage(): Promise<Usage>;
  /** After a full garbage collection. */
  memory(): Promise<Memory>;
}

/** A process of the bench as its parent sees it: methods are called over the process's own channel. */
export class BenchProcess<M extends Methods> {
  private readonly waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  private calls = 0;

  private constructor(
    private readonly child: ChildProcess,
    readonly name: string,
  ) {
    child.on('message', (message) => this.settle(message as Answer));
    child.on('exit', (code, signal) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`${name} ended with ${signal ?? code}`));
      this.waiting.clear();
    });
  }

  /** Starts a compiled file; resolves when it serves. `nodeOptions` go to Node before the file, `env` adds to the environment. */
  static async start<M extends Methods>(
    file: string,
    options: { name: string; argument?: object; nodeOptions?: string[]; env?: Record<string, string> },
  ): Promise<BenchProcess<M>> {
    const child = fork(file, [JSON.stringify(options.argument ?? {})], {
      execArgv: ['--expose-gc', ...(options.nodeOptions ?? [])],
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const made = new BenchProcess<M>(child, options.name);
    await made.call('ready', []);
    return made;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  ask<K extends keyof (M & CommonMethods) & string>(
    method: K,
    ...given: Parameters<(M & CommonMethods)[K]>
  ): ReturnType<(M & CommonMethods)[K]> {
    return this.call(method, given) as ReturnType<(M & CommonMethods)[K]>;
  }

  /** Ends the process and resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.kill('SIGTERM');
    await gone;
  }

  private call(method: string, given: unknown[]): Promise<unknown> {
    const id = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      const call: Call = { id, method, given };
      this.child.send(call, (error) => {
        if (error) reject(error);
      });
    });
  }

  private settle(answer: Answer): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (answer.error !== undefined) waiting?.reject(new Error(`${this.name}: ${answer.error}`));
    else waiting?.resolve(answer.value as never);
  }
}
