import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import type { HttpClient } from '../../common/http';
import { packageRoot } from '../../common/packageRoot';
import { pause } from './pause';

const startsWithinInMs = 90_000;
const program = path.join(packageRoot, 'dist', 'bot', 'index.js');

/** One process of the product, which can be killed, stopped, continued and started again on the same port. */
export class BotInstance {
  private child: ChildProcess | undefined;

  constructor(
    readonly name: string,
    readonly url: string,
    private readonly env: Record<string, string>,
    private readonly folder: string,
    private readonly http: HttpClient,
  ) {}

  /** Resolves when it is ready for traffic. Throws when it ends before that, or takes too long. */
  async start(): Promise<void> {
    const log = openSync(path.join(this.folder, `${this.name}.log`), 'a');
    const { PATH, HOME, TMPDIR } = process.env;
    // The working folder is the soak's, so that no .env file of a developer is read.
    const child = spawn(process.execPath, [program], {
      cwd: this.folder,
      env: { ...(PATH && { PATH }), ...(HOME && { HOME }), ...(TMPDIR && { TMPDIR }), ...this.env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    // A soak that is broken off leaves no bots behind, a stopped one neither.
    const endToo = () => child.kill('SIGKILL');
    process.once('exit', endToo);
    child.once('exit', () => process.off('exit', endToo));
    for (const end = Date.now() + startsWithinInMs; Date.now() < end; await pause(100)) {
      if (child.exitCode !== null || child.signalCode !== null) break;
      if (await this.isReady()) return;
    }
    throw new Error(`${this.name} did not start; see its log in ${this.folder}`);
  }

  /** `SIGKILL` is awaited, the others are only sent. */
  async signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = signal === 'SIGKILL' ? once(child, 'exit') : undefined;
    child.kill(signal);
    await exit;
  }

  /** Ends it as a deployment would. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const over = new AbortController();
    const isLate = await Promise.race([exit.then(() => false), pause(30_000, over.signal).then(() => true)]);
    over.abort();
    if (isLate) await this.signal('SIGKILL');
  }

  private async isReady(): Promise<boolean> {
    try {
      return (await this.http({ method: 'GET', url: `${this.url}/readyz`, timeoutInMs: 2_000 })).status === 200;
    } catch {
      // Nobody listens yet.
      return false;
    }
  }
}
