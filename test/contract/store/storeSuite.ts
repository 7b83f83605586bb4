import type { Store } from '../../../store/store';
import { describeBalance } from './balance';
import type { DatabaseClock } from './databaseClock';
import { describeDocuments } from './documents';
import { describeErasure } from './erasure';
import { describeForgetting } from './forgetting';
import { describeInbox } from './inbox';
import { describeLinkLife } from './linkLife';
import { describeLinkModel } from './linkModel';
import { describeOperations } from './operations';
import { describeOutbox } from './outbox';
import { describePurge } from './purge';
import { describeTakeOver } from './takeOver';
import { describeTasks } from './tasks';
import { describeTranscripts } from './transcripts';
import { describeTurns } from './turns';
import { describeUpdate } from './update';
import { describeWaiting } from './waiting';
import { describeWholeStore } from './wholeStore';

/** A store over an empty database of its own. */
export interface OpenedStore {
  store: Store;
  clock: DatabaseClock;
  /** Closes the store and opens the same database anew. */
  reopen(): Promise<Store>;
  /** Every row of every table there is, as JSON. */
  dump(): Promise<Record<string, string[]>>;
  /** Closes whatever is open and throws the database away. */
  close(): Promise<void>;
}

/** The store under test, opened anew for each test. */
export interface Bench {
  readonly store: Store;
  readonly clock: DatabaseClock;
  reopen(): Promise<Store>;
  dump(): Promise<Record<string, string[]>>;
}

/** What every driver must do; each passes the whole of it. */
export function describeStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`the ${name} store`, () => {
    let opened: OpenedStore | undefined;
    const current = () => {
      if (!opened) throw new Error('no store is open outside a test');
      return opened;
    };
    const bench: Bench = {
      get store() {
        return current().store;
      },
      get clock() {
        return current().clock;
      },
      reopen: async () => {
        const reopened = current();
        reopened.store = await reopened.reopen();
        return reopened.store;
      },
      dump: () => current().dump(),
    };
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });

    describeLinkLife(bench);
    describeTakeOver(bench);
    describeBalance(bench);
    describeWaiting(bench);
    describeUpdate(bench);
    describeOutbox(bench);
    describeInbox(bench);
    describePurge(bench);
    describeLinkModel(bench);
    describeTasks(bench);
    describeDocuments(bench);
    describeTranscripts(bench);
    describeTurns(bench);
    describeOperations(bench);
    describeErasure(bench);
    describeForgetting(bench);
    describeWholeStore(bench);
  });
}
