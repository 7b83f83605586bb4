import fc from 'fast-check';
import { ChannelError } from '../../../relay/delivery';
import { settle } from '../../support/fakeClock';
import { FakeDesk } from '../../support/fakeDesk';
import { KillSwitch } from '../../support/killSwitch';
import { RelayRig } from '../../support/relayRig';

/** What a hostile world does next. */
type Act =
  | { kind: 'customerSays' | 'agentSays'; repeats: number }
  | { kind: 'deskState'; event: 'queued' | 'agentJoined' | 'agentTyping' | 'fileTransferred'; age: number }
  | { kind: 'deskFault'; code: 'outage' | 'timedOut' | 'rateLimited' | 'sessionMoved'; afterEffect: boolean; times: number }
  | { kind: 'channelFault'; times: number }
  | { kind: 'crash' }
  | { kind: 'wait'; inMs: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('customerSays' as const, 'agentSays' as const), repeats: fc.nat(2) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('deskState' as const),
      event: fc.constantFrom('queued' as const, 'agentJoined' as const, 'agentTyping' as const, 'fileTransferred' as const),
      age: fc.nat(30),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('deskFault' as const),
      code: fc.constantFrom('outage' as const, 'timedOut' as const, 'rateLimited' as const, 'sessionMoved' as const),
      afterEffect: fc.boolean(),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('channelFault' as const), times: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), inMs: fc.integer({ min: 0, max: 5_000 }) }) },
);

class World {
  readonly desk = new FakeDesk();
  readonly said: string[] = [];
  readonly agentSaid: string[] = [];
  crashes = 0;
  private kill = new KillSwitch();
  private rig!: RelayRig;

  async begin(): Promise<void> {
    this.rig = await RelayRig.start([this.desk]);
    await this.rig.relay.stop();
    await this.rig.store.close();
    await this.rig.boot(this.kill);
    await this.rig.handOff();
    await this.rig.until('the desk has it', () => this.desk.opened.length === 1);
    await this.rig.relay.receive('fake', [this.desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await this.rig.until('they are connected', () => this.rig.channel.kinds().includes('agentJoined'));
  }

  async perform(step: Act): Promise<void> {
    switch (step.kind) {
      case 'customerSays': {
        const text = `c${this.said.push(`c${this.said.length + 1}`)}`;
        for (let n = 0; n <= step.repeats; n += 1) await this.rig.say(text, 'h1', text);
        return;
      }
      case 'agentSays': {
        const text = `a${this.agentSaid.push(`a${this.agentSaid.length + 1}`)}`;
        const event = this.desk.event({ kind: 'agentMessage', text, attachments: [], cards: [] });
        for (let n = 0; n <= step.repeats; n += 1) await this.rig.relay.receive('fake', [event]);
        return;
      }
      case 'deskState': {
        // Late and repeated: what the desk said some time ago about a chat that has long been connected.
        const at = new Date(Date.UTC(2026, 0, 5, 8, 59, 30 - step.age)).toISOString();
        const more = {
          agentTyping: { isTyping: true },
          fileTransferred: { outcome: 'received' },
          queued: { position: 2 },
          agentJoined: {},
        };
        await this.rig.relay.receive('fake', [this.desk.event({ kind: step.event, at, ...more[step.event] } as never)]);
        return;
      }
      case 'deskFault': {
        const delivered = step.afterEffect ? 'unknown' : 'no';
        this.desk.fail(
          'send',
          { code: step.code, delivered, ...(step.code === 'rateLimited' && { retryAfterInMs: 700 }) },
          step.times,
          step.afterEffect,
        );
        return;
      }
      case 'channelFault':
        for (let n = 0; n < step.times; n += 1) this.rig.channel.failures.push(new ChannelError('503', true));
        return;
      case 'crash':
        return this.crash();
      case 'wait':
        return this.rig.clock.advance(step.inMs);
    }
  }

  private async crash(): Promise<void> {
    this.crashes += 1;
    this.kill.isDead = true;
    await settle();
    await this.rig.crash();
    this.kill = new KillSwitch();
    await this.rig.boot(this.kill);
  }

  /** The faults are over; resolves with what both sides saw when nothing is under way any more. */
  async quiet(): Promise<{ agent: string[]; customer: string[] }> {
    this.desk.failures = [];
    this.rig.channel.failures = [];
    const last = this.agentSaid.at(-1);
    await this.rig.advanceUntil(
      'everything arrived',
      () => this.desk.received.length >= this.said.length && (last === undefined || this.rig.channel.texts().includes(last)),
    );
    await this.rig.clock.advance(60_000);
    return { agent: this.desk.received.map(({ text }) => text), customer: this.rig.channel.texts() };
  }

  async end(): Promise<void> {
    await this.rig.stop();
  }
}

const withoutRepeats = (texts: string[]) => texts.filter((text, index) => text !== texts[index - 1]);

describe('the relay between a hostile desk and a hostile channel', () => {
  it('loses, doubles and reorders nothing, but for one delivery that a crash left unnoted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
        const world = new World();
        await world.begin();
        try {
          for (const step of acts) await world.perform(step);
          const { agent, customer } = await world.quiet();
          expect(agent).toEqual(world.said);
          expect(withoutRepeats(customer)).toEqual(world.agentSaid);
          expect(customer.length - world.agentSaid.length).toBeLessThanOrEqual(world.crashes);
        } finally {
          await world.end();
        }
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});
