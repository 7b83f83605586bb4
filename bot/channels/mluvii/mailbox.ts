import { randomUUID } from 'node:crypto';
import { type Clock, sleep } from '../../../common/clock';
import { isJsonObject, type JsonObject } from '../../../common/json';
import type { KeyedQueue } from '../../../common/keyedQueue';
import type { DocumentStore } from '../../../store/store';
import { answerNames, type Query, type WireCommand } from './wire';

const lookEveryInMs = 250;

/** No answer came in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(readonly query: Query) {
    super(`no answer to ${query}`);
  }
}

export interface MailboxOptions {
  documents: DocumentStore;
  clock: Clock;
  /** One question of a kind at a time per session, over all instances. */
  turns(): Pick<KeyedQueue, 'run'>;
  send(sessionId: string, command: WireCommand): Promise<boolean>;
  timeoutInMs: number;
}

/**
 * Questions to mluvii and their answers, which come by the callback, at whichever instance, without an id of the question:
 * they are matched by session and name, through the store. An answer to a question that was given up is dropped.
 */
export class Mailbox {
  private readonly waiting = new Map<string, () => void>();

  constructor(private readonly options: MailboxOptions) {}

  /**
   * Asks and waits for the answer; `undefined` when the session is not ours. Throws `NoAnswer`, and `ConnectorError` when the
   * question was not taken.
   */
  ask(sessionId: string, command: WireCommand & { activity: Query }, signal?: AbortSignal): Promise<JsonObject | undefined> {
    const key = answerKey(sessionId, answerNames[command.activity]);
    return this.options.turns().run(key, async () => {
      const { documents, clock, timeoutInMs } = this.options;
      const id = randomUUID();
      await documents.write(new Map([[key, { value: { id, state: 'asked' } }]]), clock.now());
      const until = clock.monotonic() + timeoutInMs;
      if (!(await this.options.send(sessionId, command))) {
        await documents.delete([key]);
        return undefined;
      }
      for (;;) {
        const answer = (await documents.read([key])).get(key)?.value;
        if (answer?.['state'] === 'answered' && isJsonObject(answer['body'])) {
          await documents.delete([key]);
          return answer['body'];
        }
        const leftInMs = until - clock.monotonic();
        if (leftInMs <= 0 || signal?.aborted) {
          await documents.write(new Map([[key, { value: { id, state: 'givenUp' } }]]), clock.now());
          throw new NoAnswer(command.activity);
        }
        await this.pause(key, Math.min(lookEveryInMs, leftInMs), signal);
      }
    });
  }

  /**
   * Takes an answer that came. `taken`: somebody waits for it. `late`: nobody does any more. `unasked`: nobody did. Resolves
   * when it is written down.
   */
  async receive(sessionId: string, name: string, body: JsonObject): Promise<'taken' | 'late' | 'unasked'> {
    const { documents, clock } = this.options;
    const key = answerKey(sessionId, name);
    const stored = (await documents.read([key])).get(key);
    if (!stored) return 'unasked';
    if (stored.value['state'] === 'givenUp') {
      await documents.delete([key]);
      return 'late';
    }
    if (stored.value['state'] === 'asked') {
      await documents.write(new Map([[key, { value: { ...stored.value, state: 'answered', body } }]]), clock.now());
      this.waiting.get(key)?.();
    }
    return 'taken';
  }

  /** Waits for an answer here, or for the time to look whether another instance got it. */
  private async pause(key: string, forInMs: number, signal: AbortSignal | undefined): Promise<void> {
    const answered = new AbortController();
    this.waiting.set(key, () => answered.abort());
    await sleep(this.options.clock, forInMs, signal ? AbortSignal.any([answered.signal, signal]) : answered.signal);
    this.waiting.delete(key);
  }
}

/** Where an answer lies in the store while somebody waits for it. */
export function answerKey(sessionId: string, answerName: string): string {
  return `mluvii/answer/${sessionId}/${answerName.toLowerCase()}`;
}
