import { silentLog } from '../../../common/log';
import type { HandoffProvider } from '../../../handoff/provider';
import { ProviderRegistry } from '../../../handoff/registry';
import { OperatorOrders } from '../../../relay/operating/orders';
import { defaultRelayOptions, type RelayOptions } from '../../../relay/options';
import { Relay } from '../../../relay/relay';
import type { LinkStore } from '../../../store/links';
import { openPostgresStore } from '../../../store/postgres';
import type { Store } from '../../../store/store';
import { type HeldClock, holdClock } from '../../contract/store/databaseClock';
import type { PostgresServer } from '../../contract/store/postgresServer';
import { FakeClock, until } from '../../support/fakeClock';
import { KillSwitch } from '../../support/killSwitch';
import { FakeChannel } from '../../support/relayRig';

/** Time moves in steps that are well below every timer of the relay. */
const stepInMs = 250;

/** One instance of the product as far as the relay goes: a relay, a pool and a clock of its own. */
export class Instance {
  readonly clock: FakeClock;
  readonly heard: string[] = [];
  isGone = false;
  /** A frozen instance's clock does not move and nothing of what it waits for fires. */
  isFrozen = false;
  /** While true the store does not answer this instance. */
  isCutOff = false;
  /** While true its wake-ups are lost on the way. */
  muteWakeUps = false;
  /** The next call of this name takes effect, and its answer is lost. */
  answerLost: keyof LinkStore | undefined;
  relay!: Relay;
  store!: Store;
  /** Knows nothing of operators until it is started. */
  orders!: OperatorOrders;
  private underWay = 0;

  constructor(
    readonly name: string,
    startAt: number,
  ) {
    this.clock = new FakeClock(startAt);
  }

  async start(
    url: string,
    providers: HandoffProvider[],
    channel: FakeChannel,
    { kill = new KillSwitch(), options = {} }: { kill?: KillSwitch; options?: Partial<RelayOptions> },
  ): Promise<void> {
    this.store = await openPostgresStore({ url, log: silentLog, poolSize: 4 });
    this.store.links.onWake((linkId) => this.heard.push(linkId));
    this.orders = new OperatorOrders({
      store: this.store.operations,
      instance: this.name,
      version: '1.0.0',
      clock: this.clock,
      log: silentLog,
    });
    this.relay = new Relay({
      store: kill.wrap('store', this.watched(this.store.links), ['update', 'appendBegun', 'beginAttempt', 'receiveListened']),
      isExclusive: this.store.isExclusive,
      registry: new ProviderRegistry(providers.map((provider) => kill.wrap('desk', provider, ['open', 'send', 'close']))),
      channel: kill.wrap('channel', channel, ['deliver']),
      transcripts: { read: async () => [] },
      clock: this.clock,
      log: silentLog,
      options: { ...defaultRelayOptions, ...options },
      orders: this.orders,
    });
    await this.relay.start();
  }

  get isBusy(): boolean {
    return this.underWay > 0;
  }

  /** Ends without a word, as `kill -9` does: its timers stop and nothing more leaves it. */
  async kill(): Promise<void> {
    this.isGone = true;
    this.isCutOff = true;
    await this.store.close();
  }

  async stop(): Promise<void> {
    this.isGone = true;
    let isStopped = false;
    const stopping = this.relay.stop().finally(() => {
      isStopped = true;
    });
    await until('the relay stops', async () => {
      if (!isStopped) await this.clock.advance(stepInMs);
      return isStopped;
    });
    await stopping;
    await this.store.close();
  }

  /** The store, counting calls under way so that a test knows when all is quiet. */
  private watched(links: LinkStore): LinkStore {
    return new Proxy(links, {
      get: (target, property) => {
        const member = Reflect.get(target, property) as unknown;
        if (typeof member !== 'function' || property === 'onWake') return member;
        const call = member.bind(target) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          if (this.isCutOff) throw Object.assign(new Error('the store does not answer'), { code: 'unavailable' });
          if (property === 'wake' && this.muteWakeUps) return undefined;
          this.underWay += 1;
          try {
            const answer = await call(...args);
            if (this.answerLost !== property) return answer;
            this.answerLost = undefined;
            throw Object.assign(new Error('the answer was lost'), { code: 'unavailable' });
          } finally {
            this.underWay -= 1;
          }
        };
      },
    });
  }
}

/** Several instances on one database, with desks and a customer's side that they share. */
export class Fleet {
  readonly channel = new FakeChannel();
  readonly instances: Instance[] = [];
  private messages = 0;
  private elapsed = 0;

  private constructor(
    readonly url: string,
    private databaseClock: HeldClock,
    private readonly providers: HandoffProvider[],
    private readonly options: Partial<RelayOptions>,
  ) {}

  static async start(
    server: PostgresServer,
    providers: HandoffProvider[],
    { count = 2, options = {} }: { count?: number; options?: Partial<RelayOptions> } = {},
  ): Promise<Fleet> {
    const url = await server.createDatabase();
    // The table of the clock must not be the first thing that migrations meet in a database with tables of the product.
    const fleet = new Fleet(url, await holdClock(url), providers, options);
    for (let n = 0; n < count; n += 1) await fleet.join();
    return fleet;
  }

  /** One more instance; its wall clock may be off. */
  async join({ skewInMs = 0, kill = new KillSwitch() } = {}): Promise<Instance> {
    const instance = new Instance(`i${this.instances.length + 1}`, Date.UTC(2026, 0, 5, 9) + this.elapsed + skewInMs);
    await instance.start(this.url, this.providers, this.channel, { kill, options: this.options });
    this.instances.push(instance);
    return instance;
  }

  /** Time passes for the database and all that live. */
  async advance(byInMs: number): Promise<void> {
    for (let passed = 0; passed < byInMs; passed += stepInMs) {
      this.elapsed += stepInMs;
      await this.databaseClock.advance(stepInMs);
      for (const { clock, isGone, isFrozen } of this.instances) if (!isGone && !isFrozen) await clock.advance(stepInMs);
      await this.quiet();
    }
  }

  /** Time passes until the condition holds; resolves with how many milliseconds of it that took. */
  async advanceUntil(what: string, condition: () => boolean, atMostInMs = 60_000): Promise<number> {
    for (let passed = 0; passed <= atMostInMs; passed += stepInMs) {
      await this.quiet();
      if (condition()) return passed;
      await this.advance(stepInMs);
    }
    throw new Error(`did not happen within ${atMostInMs} ms of the fake clocks: ${what}`);
  }

  /** Resolves when no instance waits for the store any more. */
  async quiet(): Promise<void> {
    let calm = 0;
    await until('the instances are quiet', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      calm = this.instances.some((instance) => instance.isBusy) ? 0 : calm + 1;
      return calm >= 4;
    });
  }

  /** After a restart of the server. */
  async reconnectClock(): Promise<void> {
    this.databaseClock = await this.databaseClock.reconnect();
  }

  /** Opens a handoff at an instance. */
  async handOff(at: Instance, id = 'h1', acceptWithinInMs = 600_000): Promise<void> {
    await at.relay.request({
      id,
      conversationKey: `test|${id}`,
      request: {
        routes: [{ provider: this.providers[0]?.name ?? '', target: { queueId: 'q' }, acceptWithinInMs }],
        conversation: { channelId: 'test' },
        handoff: {
          skill: 'cards',
          topic: 'a card',
          language: 'en',
          customer: { id: 'u1', name: 'Ann', isAuthenticated: false },
          fields: {},
          channel: 'test',
          requestedAt: new Date(at.clock.now()).toISOString(),
        },
      },
    });
  }

  /** A message of the customer's that came in at an instance. */
  say(at: Instance, text: string, linkId = 'h1'): Promise<string> {
    this.messages += 1;
    return at.relay.accept(linkId, { id: `c${this.messages}`, text, files: [], at: new Date(at.clock.now()).toISOString() });
  }

  async close(server: PostgresServer): Promise<void> {
    await Promise.all(this.instances.filter((instance) => !instance.isGone).map((instance) => instance.stop()));
    await this.databaseClock.close();
    await server.dropDatabase(this.url);
  }
}
