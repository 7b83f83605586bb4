import { type Clock, sleep } from '../../../common/clock';
import { KeyedQueue } from '../../../common/keyedQueue';
import { failure } from './errors';

/** Texts sent within about 15 ms of each other were seen to vanish although answered 200; this leaves room for coarse timers. */
const minimumGapInMs = 20;
const rememberedNumbers = 64;
/** A chat that went on in another process is never reported as over here. */
const rememberedChats = 20_000;

/** What one chat's POSTs were in this process: which numbers the server took for what, and when the last one ended. */
interface PostRecord {
  epoch: number;
  /** Number → owner, for those the server accepted. */
  accepted: Map<number, string>;
  /** Owner → number last tried; a repeat has to use the same one. */
  tried: Map<string, number>;
  lastEndedAt: number | undefined;
}

/**
 * Keeps the POSTs of one chat strictly one after the other and apart in time, and knows which numbers are used up. Only a
 * refinement of the numbers kept in the session: all of it may be lost with the process.
 */
export class PostQueue {
  private readonly queue = new KeyedQueue();
  private readonly records = new Map<string, PostRecord>();

  constructor(private readonly clock: Clock) {}

  /** Runs a job when all earlier POSTs of the chat are over and the gap has passed. */
  run<T>(sessionId: string, signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    return this.queue.run(sessionId, async () => {
      await this.keepApart(sessionId, signal);
      const record = this.record(sessionId);
      try {
        return await job();
      } finally {
        record.lastEndedAt = this.clock.monotonic();
      }
    });
  }

  /** Waits until the gap after the chat's last POST has passed; for a second POST within one job. */
  async keepApart(sessionId: string, signal: AbortSignal): Promise<void> {
    const last = this.records.get(sessionId)?.lastEndedAt;
    const waitInMs = last === undefined ? 0 : last + minimumGapInMs - this.clock.monotonic();
    if (waitInMs > 0) await sleep(this.clock, waitInMs, signal);
    if (signal.aborted) throw failure({ code: 'aborted', retriable: true, delivered: 'no' });
  }

  /** The number to send under: the reserved one, unless this owner already used another or somebody else used it up. */
  numberFor(sessionId: string, epoch: number, owner: string, reserved: number): number {
    const record = this.recordOf(sessionId, epoch);
    const tried = record.tried.get(owner);
    if (tried !== undefined) return tried;
    const takenBy = record.accepted.get(reserved);
    return takenBy === undefined || takenBy === owner ? reserved : Math.max(...record.accepted.keys()) + 1;
  }

  noteTried(sessionId: string, epoch: number, owner: string, number: number): void {
    remember(this.recordOf(sessionId, epoch).tried, owner, number, rememberedNumbers);
  }

  noteRefused(sessionId: string, epoch: number, owner: string): void {
    this.recordOf(sessionId, epoch).tried.delete(owner);
  }

  noteAccepted(sessionId: string, epoch: number, owner: string, number: number): void {
    remember(this.recordOf(sessionId, epoch).accepted, number, owner, rememberedNumbers);
  }

  /** The chat is over; frees what was kept about it. */
  forget(sessionId: string): void {
    this.records.delete(sessionId);
  }

  private record(sessionId: string): PostRecord {
    let record = this.records.get(sessionId);
    if (!record) {
      record = { epoch: 0, accepted: new Map(), tried: new Map(), lastEndedAt: undefined };
      remember(this.records, sessionId, record, rememberedChats);
    }
    return record;
  }

  private recordOf(sessionId: string, epoch: number): PostRecord {
    const record = this.record(sessionId);
    if (record.epoch !== epoch) {
      record.epoch = epoch;
      record.accepted.clear();
      record.tried.clear();
    }
    return record;
  }
}

function remember<K, V>(map: Map<K, V>, key: K, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > limit) {
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  }
}
