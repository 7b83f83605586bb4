import { type BackoffOptions, backoffInMs } from '../../common/backoff';
import type { CancelTimer, Clock } from '../../common/clock';
import { isJsonObject, type JsonObject, toJson } from '../../common/json';
import { errorCode, type Log } from '../../common/log';
import { DataverseError } from '../../dynamics/dataverseError';
import type { AttachedFile, NoteFile, Notes, NoteTarget } from '../../dynamics/notes';
import { type DocumentStore, ETagMismatch, noDocument } from '../../store/store';

/** A file on its way to the CRM. */
export interface SpooledFile {
  /** Id of the note it becomes. */
  id: string;
  target: NoteTarget;
  subject: string;
  file: NoteFile;
}

export interface FileSpoolOptions {
  notes: Notes;
  documents: DocumentStore;
  clock: Clock;
  log: Log;
  backoff?: BackoffOptions;
}

interface Entry {
  attempts: number;
  /** Milliseconds since 1970. */
  dueAt: number;
}

const indexKey = 'customCrm/spool';
const fileKey = (id: string) => `customCrm/spool/${id}`;
const usualBackoff: BackoffOptions = { firstInMs: 1_000, maxInMs: 120_000 };
const sweepInMs = 30_000;
const callTimeoutInMs = 60_000;
const mostTries = 20;

/**
 * Files that were taken and are carried to the CRM in the background, over outages and restarts. What the CRM refuses for good is
 * logged and given up. Several instances may carry the same file: its note has one id.
 */
export class FileSpool {
  private cancel: CancelTimer | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private isStarted = false;
  private readonly stopped = new AbortController();

  constructor(private readonly options: FileSpoolOptions) {}

  /** Looks for files an earlier process left, and goes on doing so. Twice is fine. */
  start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    this.wake();
  }

  /** Takes up no more files and resolves when the one under way is given up or done. Twice is fine. */
  async stop(): Promise<void> {
    this.isStarted = false;
    this.cancel?.();
    this.stopped.abort();
    await this.running;
  }

  /** Writes a file down; resolves when that is durable. False when it is known already. */
  async add(spooled: SpooledFile): Promise<boolean> {
    const { documents, clock } = this.options;
    const key = fileKey(spooled.id);
    const isKnown = (await documents.read([key])).has(key);
    if (!isKnown) await documents.write(new Map([[key, { value: toJson(spooled) as JsonObject }]]), clock.now());
    // Also for a known one: a crash may have come between the two.
    await this.changeIndex((index) => index.has(spooled.id) || index.set(spooled.id, { attempts: 0, dueAt: clock.now() }));
    this.wake();
    return !isKnown;
  }

  /** A file that is not carried over yet. */
  async read(id: string): Promise<AttachedFile | undefined> {
    const spooled = await this.load(id);
    return spooled && { targetId: spooled.target.id, file: spooled.file };
  }

  /** How many files are still to be carried over. */
  async backlog(): Promise<number> {
    return (await this.readIndex()).entries.size;
  }

  private wake(): void {
    if (!this.isStarted) return;
    if (this.running !== undefined) {
      this.again = true;
      return;
    }
    this.cancel?.();
    this.running = this.carry().finally(() => {
      this.running = undefined;
      if (this.again) {
        this.again = false;
        this.wake();
      }
    });
  }

  private async carry(): Promise<void> {
    const { clock, log } = this.options;
    let nextInMs = sweepInMs;
    try {
      for (const [id, entry] of (await this.readIndex()).entries) {
        if (!this.isStarted) return;
        const dueInMs = entry.dueAt - clock.now();
        const leftInMs = dueInMs > 0 ? dueInMs : await this.carryOne(id, entry);
        if (leftInMs !== undefined) nextInMs = Math.min(nextInMs, leftInMs);
      }
    } catch (error) {
      log.error('Files for the CRM could not be looked for', { code: errorCode(error) });
    }
    if (this.isStarted) this.cancel = clock.schedule(nextInMs, () => this.wake());
  }

  /** Resolves with the time until the next attempt, or undefined when there is none. */
  private async carryOne(id: string, { attempts }: Entry): Promise<number | undefined> {
    const { notes, clock, log, backoff = usualBackoff } = this.options;
    const spooled = await this.load(id);
    try {
      if (spooled) {
        const { target, subject, file } = spooled;
        const options = { signal: this.stopped.signal, timeoutInMs: callTimeoutInMs };
        await notes.add(id, target, { subject, text: '', file }, options);
      }
    } catch (error) {
      const isFinal = error instanceof DataverseError && !error.retriable && error.status !== 403;
      if (!isFinal) {
        const inMs = backoffInMs(attempts + 1, backoff, error instanceof DataverseError ? error.retryAfterInMs : undefined);
        log.warn('A file could not be carried to the CRM yet', { attachment: id, code: errorCode(error), retryInMs: inMs });
        await this.changeIndex((index) => index.set(id, { attempts: attempts + 1, dueAt: clock.now() + inMs }));
        return inMs;
      }
      // Kept for the operator and for downloads until old documents are deleted.
      log.error('The CRM refused a file', { attachment: id, code: error.summary });
      await this.changeIndex((index) => index.delete(id));
      return undefined;
    }
    await this.changeIndex((index) => index.delete(id));
    await this.options.documents.delete([fileKey(id)]);
    return undefined;
  }

  private async load(id: string): Promise<SpooledFile | undefined> {
    const key = fileKey(id);
    return (await this.options.documents.read([key])).get(key)?.value as SpooledFile | undefined;
  }

  private async readIndex(): Promise<{ entries: Map<string, Entry>; eTag: string | undefined }> {
    const stored = (await this.options.documents.read([indexKey])).get(indexKey);
    const files = isJsonObject(stored?.value['files']) ? stored.value['files'] : {};
    return { entries: new Map(Object.entries(files as unknown as Record<string, Entry>)), eTag: stored?.eTag };
  }

  private async changeIndex(change: (index: Map<string, Entry>) => unknown): Promise<void> {
    const { documents, clock } = this.options;
    for (let tries = 1; ; tries += 1) {
      const { entries, eTag } = await this.readIndex();
      change(entries);
      const value = { files: toJson(Object.fromEntries(entries)) };
      try {
        await documents.write(new Map([[indexKey, { value, eTag: eTag ?? noDocument }]]), clock.now());
        return;
      } catch (error) {
        if (!(error instanceof ETagMismatch) || tries >= mostTries) throw error;
      }
    }
  }
}
