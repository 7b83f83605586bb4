import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { JsonObject } from '../../common/json';
import { silentLog } from '../../common/log';
import type { HandoffProvider } from '../../handoff/provider';
import { ProviderRegistry } from '../../handoff/registry';
import type { TranscriptEntry } from '../../handoff/request';
import type { ChannelError, CustomerChannel, Delivery, DeliveryContext } from '../../relay/delivery';
import type { Route } from '../../relay/linkData';
import type { Orders } from '../../relay/operating/orders';
import { defaultRelayOptions, type RelayOptions } from '../../relay/options';
import { Relay } from '../../relay/relay';
import { openSqliteStore } from '../../store/sqlite';
import type { Store } from '../../store/store';
import { FakeClock, until } from './fakeClock';
import { KillSwitch } from './killSwitch';

const storeWrites = [
  'open',
  'update',
  'append',
  'appendBegun',
  'beginAttempt',
  'receive',
  'receiveListened',
  'retry',
  'pending',
  'unhandled',
  'claim',
] as const;
const deskCalls = ['open', 'send', 'close', 'checkAvailability'] as const;

/** A customer's side that keeps what it was given. */
export class FakeChannel implements CustomerChannel {
  readonly delivered: { delivery: Delivery; context: DeliveryContext }[] = [];
  /** Handoffs whose conversation the bot has back. */
  readonly givenBack: string[] = [];
  readonly typed: boolean[] = [];
  failures: ChannelError[] = [];

  async deliver(_conversation: JsonObject, delivery: Delivery, context: DeliveryContext): Promise<void> {
    const failure = this.failures.shift();
    if (failure) throw failure;
    if (delivery.kind === 'giveBack') this.givenBack.push(context.handoffId);
    else this.delivered.push({ delivery, context });
  }

  async typing(_conversation: JsonObject, isTyping: boolean): Promise<void> {
    this.typed.push(isTyping);
  }

  kinds(): string[] {
    return this.delivered.map(({ delivery }) => delivery.kind);
  }

  texts(): string[] {
    return this.delivered.flatMap(({ delivery }) => (delivery.kind === 'agentMessage' ? [delivery.text] : []));
  }

  last(): Delivery | undefined {
    return this.delivered.at(-1)?.delivery;
  }
}

/** A relay on a real SQLite file, with a clock of its own; it can be killed and started again. */
export class RelayRig {
  readonly clock = new FakeClock();
  readonly channel = new FakeChannel();
  readonly transcript: TranscriptEntry[] = [];
  /** Up to when desks were told what had been said. */
  readonly readUntil: string[] = [];
  relay!: Relay;
  store!: Store;
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'switchboard-relay-'));
  private messages = 0;

  private constructor(
    readonly providers: HandoffProvider[],
    private readonly options: Partial<RelayOptions>,
    private readonly customerSide: CustomerChannel | undefined,
    private readonly orders: Orders | undefined,
  ) {}

  /** `customerSide` replaces the channel that only keeps what it was given. */
  static async start(
    providers: HandoffProvider[],
    options: Partial<RelayOptions> = {},
    customerSide?: CustomerChannel,
    orders?: Orders,
  ): Promise<RelayRig> {
    const rig = new RelayRig(providers, options, customerSide, orders);
    await rig.boot();
    return rig;
  }

  /** Starts a process anew on what the last one left; it dies where the switch says. */
  async boot(kill = new KillSwitch()): Promise<void> {
    this.store = await openSqliteStore({ file: path.join(this.folder, 'state.db'), log: silentLog, clock: this.clock });
    this.relay = new Relay({
      store: kill.wrap('store', this.store.links, storeWrites),
      isExclusive: this.store.isExclusive,
      registry: new ProviderRegistry(this.providers.map((provider) => kill.wrap('desk', provider, deskCalls))),
      channel: kill.wrap('channel', this.customerSide ?? this.channel, ['deliver']),
      transcripts: {
        read: async (_key, _since, until) => {
          this.readUntil.push(until);
          return this.transcript;
        },
      },
      ...(this.orders && { orders: this.orders }),
      clock: this.clock,
      log: silentLog,
      options: { ...defaultRelayOptions, ...this.options },
    });
    await this.relay.start();
  }

  /** What `kill -9` leaves: the file. Nothing is given free. */
  async crash(): Promise<void> {
    await this.store.close();
  }

  async stop(): Promise<void> {
    const stopping = this.relay.stop();
    await this.clock.advance(6_000);
    await stopping;
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Opens a handoff and waits until the desk has it. */
  async handOff(routes?: Partial<Route>[], id = 'h1'): Promise<string> {
    const first = this.providers[0]?.name ?? '';
    const { link } = await this.relay.request({
      id,
      conversationKey: `test|${id}`,
      request: {
        routes: (routes ?? [{}]).map((route) => ({
          provider: first,
          target: { queueId: 'q' },
          acceptWithinInMs: 60_000,
          ...route,
        })),
        conversation: { channelId: 'test' },
        handoff: {
          skill: 'cards',
          topic: 'a card',
          language: 'en',
          customer: { id: 'u1', name: 'Ann', isAuthenticated: false },
          fields: {},
          channel: 'test',
          requestedAt: new Date(this.clock.now()).toISOString(),
        },
      },
    });
    return link.id;
  }

  /** A message of the customer's. */
  async say(text: string, linkId = 'h1', id = `c${++this.messages}`): Promise<string> {
    return this.relay.accept(linkId, { id, text, files: [], at: new Date(this.clock.now()).toISOString() });
  }

  /** Real time passes until the condition holds; the fake clock stands still unless the condition moves it. */
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    return until(what, condition);
  }

  /** Moves the fake clock in small steps until the condition holds. */
  async advanceUntil(what: string, condition: () => boolean, maxInMs = 600_000, stepInMs = 250): Promise<void> {
    for (let passed = 0; passed <= maxInMs; passed += stepInMs) {
      if (condition()) return;
      await this.clock.advance(stepInMs);
    }
    throw new Error(`did not happen within ${maxInMs} ms of the fake clock: ${what}`);
  }
}
