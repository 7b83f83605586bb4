import type { Clock } from '../../common/clock';
import { isoTime } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import { errorCode, type Log } from '../../common/log';
import type { NewAct, OperationsStore } from '../../store/operations';
import { HttpProblem } from './answer';

/** How an act went: a word, and what else is worth keeping. */
export interface ActResult {
  outcome: string;
  details?: JsonObject;
}

/** Everything an operator does is written down before it is done, and then how it went. */
export class OperatorActs {
  constructor(private readonly deps: { store: Pick<OperationsStore, 'beginAct' | 'endAct' | 'acts'>; clock: Clock; log: Log }) {}

  /** Does it, noted. Without a note nothing is done: rejects when the store cannot be reached. */
  async run<R extends ActResult>(act: NewAct, work: () => Promise<R>): Promise<R> {
    const { store, clock } = this.deps;
    const seq = await store.beginAct(act, clock.now());
    try {
      const result = await work();
      await this.note(seq, act, result.outcome, result.details);
      return result;
    } catch (error) {
      await this.note(seq, act, error instanceof HttpProblem ? `refused: ${error.reason}` : `failed: ${errorCode(error)}`);
      throw error;
    }
  }

  /** A page of what was done, newest first. */
  async list(limit: number, before: number | undefined): Promise<{ acts: JsonObject[]; next?: number }> {
    const acts = await this.deps.store.acts(limit, before);
    const last = acts.at(-1);
    return {
      acts: acts.map(({ at, outcome, ...act }) => ({ ...act, at: isoTime(at), outcome: outcome ?? 'not known' })),
      ...(last && acts.length === limit && { next: last.seq }),
    };
  }

  private async note(seq: number, { operator, act, target, details }: NewAct, outcome: string, more?: JsonObject): Promise<void> {
    const { store, log } = this.deps;
    log.info('an operator acted', { operator, act, target, outcome, seq });
    try {
      await store.endAct(seq, outcome, more && { ...details, ...more });
    } catch (error) {
      // It was done: the answer must say so. The list shows the act without an outcome, the log has it.
      log.error('the outcome of an act was not written down', { seq, code: errorCode(error) });
    }
  }
}
