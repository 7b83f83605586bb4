import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { addOperatorRoutes } from '../../../bot/server/operatorRoutes';
import { systemClock } from '../../../common/clock';
import type { JsonObject } from '../../../common/json';
import { silentLog } from '../../../common/log';
import { ProviderRegistry } from '../../../handoff/registry';
import { OperatorOrders } from '../../../relay/operating/orders';
import { defaultRelayOptions } from '../../../relay/options';
import { Relay } from '../../../relay/relay';
import { openSqliteStore } from '../../../store/sqlite';
import type { Store } from '../../../store/store';
import { FakeDesk } from '../../support/fakeDesk';
import { FakeChannel } from '../../support/relayRig';
import { type ServerRig, startServer } from '../server/serverRig';

export const annsKey = 'the key of the operator ann';
export const bobsKey = 'the key of the operator bob';
export const secret = 'my card number is 4111';

/** The operator's routes over a relay, a store on disk, and two desks. */
export class OperatorRig {
  readonly desks = [new FakeDesk('first'), new FakeDesk('second')] as const;
  readonly channel = new FakeChannel();
  readonly logged: string[] = [];
  private constructor(
    readonly store: Store,
    readonly relay: Relay,
    readonly orders: OperatorOrders,
    readonly server: ServerRig,
    private readonly folder: string,
  ) {}

  static async start(): Promise<OperatorRig> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'switchboard-operator-'));
    const store = await openSqliteStore({ file: path.join(folder, 'state.db'), log: silentLog });
    const orders = new OperatorOrders({
      store: store.operations,
      instance: 'this-one',
      version: '1.0.0',
      clock: systemClock,
      log: silentLog,
    });
    const desks = [new FakeDesk('first'), new FakeDesk('second')] as const;
    const channel = new FakeChannel();
    const log: string[] = [];
    const relay = new Relay({
      store: store.links,
      isExclusive: store.isExclusive,
      registry: new ProviderRegistry(desks),
      channel,
      transcripts: { read: async () => [] },
      clock: systemClock,
      log: silentLog,
      options: { ...defaultRelayOptions, sendBackoff: { firstInMs: 5, maxInMs: 5 }, sendForInMs: 0 },
      orders,
    });
    await orders.start(() => relay.status());
    await relay.start();
    const server = await startServer({
      isDraining: () => orders.isDraining(),
      routes: (add) =>
        addOperatorRoutes(add, {
          ...store,
          keys: [
            { name: 'ann', key: annsKey },
            { name: 'bob', key: bobsKey },
          ],
          trustedProxies: 1,
          relay,
          records: { tryAgain: (id) => store.tasks.revive(id) },
          desks: ['first', 'second'],
          channels: [{ channelId: 'own', placesOf: (id) => ({ documentKeys: [`own/${id}`], taskGroups: [`own/${id}`] }) }],
          orders,
          clock: systemClock,
          log: { ...silentLog, info: (message, fields) => log.push(JSON.stringify([message, fields])) },
        }),
    });
    const rig = new OperatorRig(store, relay, orders, server, folder);
    return Object.assign(rig, { desks, channel, logged: log });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.relay.stop();
    await this.orders.stop();
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Each call comes from an address of its own, unless it is given. */
  async call(method: string, place: string, body?: unknown, key: string | null = annsKey, address = '203.0.113.1') {
    const response = await fetch(`${this.server.url}/operator/${place}`, {
      method,
      headers: {
        'x-forwarded-for': address,
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as JsonObject };
  }

  get = (place: string, key?: string | null) => this.call('GET', place, undefined, key);
  post = (place: string, body?: unknown, key?: string | null) => this.call('POST', place, body, key);

  /** Opens a handoff whose customer said what nobody else is to read. */
  async handOff(id: string, conversationKey = `test|${id}`): Promise<void> {
    await this.relay.request({
      id,
      conversationKey,
      request: {
        routes: this.desks.map(({ name }) => ({ provider: name, target: {}, acceptWithinInMs: 600_000 })),
        conversation: { channelId: 'test' },
        handoff: {
          skill: 'cards',
          topic: secret,
          language: 'en',
          customer: { id: `u-${id}`, name: 'Ann Customer', isAuthenticated: false },
          fields: { note: secret },
          channel: 'test',
          requestedAt: new Date().toISOString(),
          chatActivityId: `activity-${id}`,
        },
      },
    });
  }

  say(id: string, text = secret, messageId = `m-${id}`): Promise<string> {
    return this.relay.accept(id, { id: messageId, text, files: [], at: new Date().toISOString() });
  }

  /** What was done, newest first. */
  async acts(): Promise<JsonObject[]> {
    return (await this.get('audit')).body['acts'] as JsonObject[];
  }
}
