import type { Response } from 'restify';
import type { Clock } from '../../common/clock';
import { sleep } from '../../common/clock';
import { errorCode } from '../../common/log';
import { answerJson } from './answer';

/** One part the process depends on. */
export interface HealthCheck {
  /** Resolves when the part works, rejects when not; asked at most once a second. */
  check(): Promise<void>;
  /** Without it the process takes no traffic; a part that is not required is only reported. */
  required: boolean;
}

type PartStatus = { status: 'ok' | 'failed'; required: boolean; code?: string };

const checkTimeoutInMs = 3_000;
const keepForInMs = 1_000;

/** Answers `/healthz` (the process runs) and `/readyz` (it can do its work: 200, else 503, with every part's state). */
export class HealthRoutes {
  private last: { at: number; parts: Promise<Record<string, PartStatus>> } | undefined;

  constructor(
    private readonly checks: Readonly<Record<string, HealthCheck>>,
    private readonly clock: Clock,
    private readonly isStopping: () => boolean,
    /** An operator wants this instance empty: others are to be asked. */
    private readonly isDraining: () => boolean = () => false,
  ) {}

  async answerHealth(response: Response): Promise<void> {
    answerJson(response, 200, { status: 'ok' });
  }

  async answerReadiness(response: Response): Promise<void> {
    const parts = await this.parts();
    const isDraining = this.isDraining();
    const isReady =
      !this.isStopping() && !isDraining && Object.values(parts).every((part) => part.status === 'ok' || !part.required);
    answerJson(response, isReady ? 200 : 503, {
      status: this.isStopping() ? 'stopping' : isDraining ? 'draining' : isReady ? 'ready' : 'notReady',
      parts,
    });
  }

  /** Callers that ask at the same time share one round of checks. */
  private parts(): Promise<Record<string, PartStatus>> {
    const now = this.clock.monotonic();
    if (!this.last || now - this.last.at >= keepForInMs) this.last = { at: now, parts: this.checkAll() };
    return this.last.parts;
  }

  private async checkAll(): Promise<Record<string, PartStatus>> {
    const entries = Object.entries(this.checks).map(async ([name, part]) => [name, await this.checkOne(part)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  private async checkOne(part: HealthCheck): Promise<PartStatus> {
    const over = new AbortController();
    const timeout = sleep(this.clock, checkTimeoutInMs, over.signal).then((passed) => (passed ? 'timedOut' : undefined));
    const code = await Promise.race([
      Promise.resolve()
        .then(() => part.check())
        .then(() => undefined, errorCode),
      timeout,
    ]);
    over.abort();
    return code === undefined ? { status: 'ok', required: part.required } : { status: 'failed', required: part.required, code };
  }
}
