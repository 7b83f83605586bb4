import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CancelTimer, Clock } from '../../common/clock';
import { errorCode, type Log } from '../../common/log';
import type { DocumentStore } from '../../store/store';
import { type CrmProblem, toProblem } from '../problem';
import { readSessionFile, type StorageFolder, storageFolders } from './sessionFile';
import type { SessionIntake } from './sessionIntake';

export interface FolderWatchOptions {
  /** The folder the contact center's storage arrives in; the folders of the layout are below. */
  folder: string;
  intervalInMs: number;
  intake: SessionIntake;
  documents: DocumentStore;
  clock: Clock;
  log: Log;
  /** Larger files are left alone. */
  largestFile?: number;
}

/** A file that was just written may not be whole yet. */
const settlesInMs = 2_000;
const callTimeoutInMs = 30_000;
/** A file whose session has no record is looked at again this long. */
const waitsForInMs = 7 * 24 * 60 * 60_000;
const largestByDefault = 64 * 1024 * 1024;

/**
 * Looks at the folder again and again and takes what is new or was written anew. Files are never changed or removed. What was
 * taken is remembered by size and time, over restarts; forgetting only makes it taken again, which changes nothing.
 */
export class FolderWatch {
  private cancel: CancelTimer | undefined;
  private running: Promise<void> | undefined;
  private isStarted = false;
  private readonly stopped = new AbortController();

  constructor(private readonly options: FolderWatchOptions) {}

  /** Begins to look. Twice is fine. */
  start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    this.look();
  }

  /** Resolves when nothing is under way any more. Twice is fine. */
  async stop(): Promise<void> {
    this.isStarted = false;
    this.cancel?.();
    this.stopped.abort();
    await this.running;
  }

  /** Goes over the folder once; resolves with how many files were taken. */
  async lookOnce(): Promise<number> {
    let taken = 0;
    for (const name of storageFolders) {
      for (const file of await this.filesOf(name)) {
        if (this.stopped.signal.aborted) return taken;
        if (await this.take(name, file)) taken += 1;
      }
    }
    return taken;
  }

  private look(): void {
    const { clock, log, intervalInMs } = this.options;
    this.running = this.lookOnce()
      .then(
        (taken) => {
          if (taken > 0) log.info('Session files were taken', { taken });
        },
        (error: unknown) => log.error('The folder of session files could not be read', { code: errorCode(error) }),
      )
      .finally(() => {
        if (this.isStarted) this.cancel = clock.schedule(intervalInMs, () => this.look());
      });
  }

  private async filesOf(folder: StorageFolder): Promise<Dirent[]> {
    try {
      const entries = await readdir(path.join(this.options.folder, folder), { withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).sort((one, other) => one.name.localeCompare(other.name));
    } catch (error) {
      // A kind of file that is not stored has no folder.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  private async take(folder: StorageFolder, { name }: Dirent): Promise<boolean> {
    const { documents, clock, intake, log, largestFile = largestByDefault } = this.options;
    const file = readSessionFile(name, folder);
    if (!file) return false;
    const place = path.join(this.options.folder, folder, name);
    const { size, mtimeMs } = await stat(place);
    const ageInMs = clock.now() - mtimeMs;
    if (ageInMs < settlesInMs || size > largestFile) return false;
    const key = `customCrm/file/${folder}/${name}`;
    const version = `${size} ${Math.floor(mtimeMs)}`;
    if ((await documents.read([key])).get(key)?.value['version'] === version) return false;
    const options = { signal: this.stopped.signal, timeoutInMs: callTimeoutInMs };
    try {
      const bytes = await readFile(place);
      const outcome =
        file.what === 'metadata'
          ? await intake.takeMetadata(bytes, file.kind, options)
          : await intake.takeFile(file, name, bytes, options);
      await documents.write(new Map([[key, { value: { version } }]]), clock.now());
      return outcome === 'taken';
    } catch (error) {
      const problem = toProblem(error);
      log.warn('A session file was not taken', { kind: problem.kind, code: problem.code, what: file.what });
      if (isFinal(problem, ageInMs)) await documents.write(new Map([[key, { value: { version } }]]), clock.now());
      return false;
    }
  }
}

/** What cannot become right by waiting is not looked at again until it is written anew. */
function isFinal({ kind }: CrmProblem, ageInMs: number): boolean {
  if (kind === 'tryAgain') return false;
  return kind !== 'notFound' || ageInMs > waitsForInMs;
}
