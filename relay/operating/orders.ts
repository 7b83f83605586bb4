import type { CancelTimer, Clock } from '../../common/clock';
import { toJson } from '../../common/json';
import { errorCode, type Log } from '../../common/log';
import type { DeskSwitch, OperationsStore } from '../../store/operations';
import type { DeskState } from '../deskCalls';

/** What operators want of this instance, as the relay asks for it. */
export interface Orders {
  /** No new chat goes to this desk. */
  isSwitchedOff(desk: string): boolean;
  /** This instance is to give its links to the others and take no more. */
  isDraining(): boolean;
}

/** How the relay of this instance stands. */
export interface RelayStatus {
  owner: string;
  desks: DeskState[];
}

export interface OrdersOptions {
  store: Pick<OperationsStore, 'report' | 'forget' | 'switchedOff'>;
  /** Name of this instance; another one after each start. */
  instance: string;
  version: string;
  clock: Clock;
  log: Log;
}

const everyInMs = 2_000;

/**
 * Reports this instance to the store and learns from there what operators decided, at whichever instance they did. While the
 * store cannot be reached, what was known last holds.
 */
export class OperatorOrders implements Orders {
  readonly instance: string;
  private readonly startedAt: number;
  private switches = new Map<string, DeskSwitch>();
  private draining = false;
  private status: (() => RelayStatus) | undefined;
  private cancel: CancelTimer = () => undefined;
  private underWay: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(private readonly options: OrdersOptions) {
    this.instance = options.instance;
    this.startedAt = options.clock.now();
  }

  /** Reports for the first time and goes on every two seconds. Throws when the store cannot be reached. */
  async start(status: () => RelayStatus): Promise<void> {
    this.status = status;
    await this.exchange();
    this.scheduleNext();
  }

  /** Forgets this instance. Resolves when nothing is reported any more. Twice is fine. */
  async stop(): Promise<void> {
    if (this.isStopped || !this.status) return;
    this.isStopped = true;
    this.cancel();
    await this.underWay;
    try {
      await this.options.store.forget(this.instance);
    } catch (error) {
      // The others see that it is silent.
      this.options.log.warn('instance not taken off the list', { code: errorCode(error) });
    }
  }

  isDraining(): boolean {
    return this.draining;
  }

  isSwitchedOff(desk: string): boolean {
    return this.switches.has(desk);
  }

  /** Reports and learns at once. Throws when the store cannot be reached. */
  async exchange(): Promise<void> {
    const { store, version, log } = this.options;
    const { owner, desks } = this.status?.() ?? { owner: '', desks: [] };
    const { instance, startedAt } = this;
    const { isDraining } = await store.report({ instance, owner, version, startedAt, desks: toJson(desks) });
    const switches = new Map((await store.switchedOff()).map((found) => [found.desk, found]));
    for (const desk of new Set([...switches.keys(), ...this.switches.keys()])) {
      if (switches.has(desk) !== this.switches.has(desk)) log.warn('desk switched', { desk, isOff: switches.has(desk) });
    }
    if (isDraining !== this.draining) log.warn('draining changed', { isDraining });
    this.switches = switches;
    this.draining = isDraining;
  }

  private scheduleNext(): void {
    this.cancel = this.options.clock.schedule(everyInMs, () => {
      this.underWay = this.exchange().catch((error: unknown) => {
        this.options.log.warn('orders of operators not known', { code: errorCode(error) });
      });
      void this.underWay.then(() => {
        if (!this.isStopped) this.scheduleNext();
      });
    });
  }
}
