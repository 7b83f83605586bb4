import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { packageRoot } from '../../common/packageRoot';
import { until } from './fakeClock';
import { freePorts } from './freePorts';

const program = path.join(packageRoot, 'dist', 'bot', 'index.js');
const startsWithinInMs = 60_000;

/** How a process ended, and what it said. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs the compiled product with these variables and nothing of ours; resolves when it has ended. */
export async function runProduct(env: Record<string, string>, folder: string): Promise<Ended> {
  const process = new ProductProcess(env, folder);
  return process.ended;
}

/** A folder of its own for a product's data; the caller removes it. */
export function dataFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'switchboard-e2e-'));
}

/** Learned once by this code from these phrases, and used by all products of the tests: learning takes seconds of both processors. */
function learnedRanking(phrasesPerTopic: number | undefined): string {
  const code = path.join(packageRoot, 'dist', 'knowledge', 'ranking');
  const hash = createHash('sha256').update(String(phrasesPerTopic));
  for (const file of readdirSync(code).sort()) hash.update(readFileSync(path.join(code, file)));
  return path.join(tmpdir(), `switchboard-rankings-${process.getuid?.() ?? 'user'}`, `${hash.digest('hex').slice(0, 16)}.bin`);
}

class ProductProcess {
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;

  constructor(env: Record<string, string>, folder: string) {
    if (!existsSync(program)) throw new Error('The product is not compiled: run `npm run build` first.');
    const { PATH, HOME, TMPDIR } = process.env;
    // The working folder is the data's, so that no .env file of a developer is read.
    this.child = spawn(process.execPath, [program], {
      cwd: folder,
      env: { ...(PATH && { PATH }), ...(HOME && { HOME }), ...(TMPDIR && { TMPDIR }), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      this.stdout += part;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      this.stderr += part;
    });
    this.ended = new Promise((resolve) => {
      // Not `close`: the sandbox inherits the output and outlives a killed bot.
      this.child.once('exit', (code, signal) =>
        setImmediate(() => resolve({ code, signal, stdout: this.stdout, stderr: this.stderr })),
      );
    });
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

export interface ProductOptions {
  /** Example phrases a topic to learn from: few make a start quick, all make the answers good. */
  phrasesPerTopic?: number;
  env?: Record<string, string>;
}

/** The whole compiled product with its sandbox, on ports and data of its own. */
export class Product {
  private process: ProductProcess | undefined;

  private constructor(
    readonly port: number,
    readonly folder: string,
    private readonly env: Record<string, string>,
  ) {}

  /** Starts it; resolves when it answers questions. */
  static async start(options: ProductOptions = {}): Promise<Product> {
    const port = await freePorts(11);
    const folder = dataFolder();
    const env: Record<string, string> = {
      PORT: String(port),
      SANDBOX_PORT: String(port + 1),
      SQLITE_FILE: path.join(folder, 'switchboard.db'),
      KNOWLEDGE_MODEL_FILE: learnedRanking(options.phrasesPerTopic),
      LOG_LEVEL: 'debug',
      ...(options.phrasesPerTopic !== undefined && {
        KNOWLEDGE_PHRASES_FILE: writePhrases(folder, options.phrasesPerTopic),
      }),
      ...options.env,
    };
    const product = new Product(port, folder, env);
    try {
      await product.start();
    } catch (error) {
      await product.close();
      throw error;
    }
    return product;
  }

  get botUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get dynamicsUrl(): string {
    return `http://127.0.0.1:${this.port + 1}`;
  }

  get eightByEightUrl(): string {
    return `http://127.0.0.1:${this.port + 3}`;
  }

  get deskUrl(): string {
    return `http://127.0.0.1:${this.port + 5}`;
  }

  /** All the bot has written so far, over all its lives. */
  get output(): string {
    return this.earlier + (this.process?.stdout ?? '') + (this.process?.stderr ?? '');
  }

  private earlier = '';

  /** Starts the bot again after `kill` or `stop`; resolves when it is ready to answer, or only when it listens. */
  async start(readiness: 'ready' | 'listening' = 'ready'): Promise<void> {
    this.earlier = this.output;
    const process = new ProductProcess(this.env, this.folder);
    this.process = process;
    const address = `${this.botUrl}/${readiness === 'ready' ? 'readyz' : 'healthz'}`;
    await until(
      'the product starts',
      async () => {
        if (!process.isRunning) throw new Error(`The product ended at its start:\n${this.output}`);
        return (await statusOf(address)) === 200;
      },
      startsWithinInMs,
    );
  }

  /** Ends the bot as a power cut would; the sandbox goes on. */
  async kill(): Promise<void> {
    this.process?.signal('SIGKILL');
    await this.process?.ended;
  }

  /** Ends the bot as an operator would. */
  async stop(): Promise<Ended & { tookInMs: number }> {
    if (!this.process) throw new Error('the product was not started');
    const began = performance.now();
    this.process.signal('SIGTERM');
    const ended = await this.process.ended;
    return { ...ended, tookInMs: performance.now() - began };
  }

  get isRunning(): boolean {
    return this.process?.isRunning ?? false;
  }

  /** Ends everything and removes the data. Twice is fine. */
  async close(): Promise<void> {
    if (this.process?.isRunning) await this.stop();
    await stopSandbox(this.port + 1);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Ends a sandbox that has outlived its bot. Resolves when its ports are free; fine when there is none. */
export async function stopSandbox(firstPort: number): Promise<void> {
  const control = `http://127.0.0.1:${firstPort + 5}`;
  if ((await statusOf(`${control}/access`)) === undefined) return;
  await fetch(`${control}/stop`, { method: 'POST' }).catch(() => undefined);
  await until('the sandbox ends', async () => (await statusOf(`${control}/access`)) === undefined);
}

/** The status of the answer to a GET; undefined when nobody answers. */
export async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    // Nobody listens: that is the answer.
    return undefined;
  }
}

/** The real questions of the sandbox with their topics. */
export function readPhrases(): { text: string; category: string }[] {
  const file = path.join(packageRoot, 'sandbox', 'dynamics', 'phrases.csv');
  return parse(readFileSync(file, 'utf8'), { columns: true, bom: true }) as { text: string; category: string }[];
}

function writePhrases(folder: string, perTopic: number): string {
  const counts = new Map<string, number>();
  const kept = readPhrases().filter(({ category }) => {
    const count = (counts.get(category) ?? 0) + 1;
    counts.set(category, count);
    return count <= perTopic;
  });
  const file = path.join(folder, 'phrases.csv');
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  writeFileSync(file, ['text,category', ...kept.map(({ text, category }) => `${cell(text)},${cell(category)}`)].join('\n'));
  return file;
}
