import type { InboundEvent } from '../../../handoff/provider';
import { settle } from '../../support/fakeClock';
import { FakeDesk } from '../../support/fakeDesk';
import { KillSwitch } from '../../support/killSwitch';
import { RelayRig } from '../../support/relayRig';

const customerTexts = ['one', 'two', 'three'];
const agentTexts = ['uno', 'due', 'tre'];

/** What both sides do: each repeats what was not confirmed, as a channel and a desk would. */
type Act = (rig: RelayRig, desk: FakeDesk) => Promise<unknown>;

function script(desk: FakeDesk): Act[] {
  const event = (name: string, second: number, rest: object): InboundEvent =>
    desk.event({ ...rest, eventId: name, at: new Date(Date.UTC(2026, 0, 5, 10, 0, second)).toISOString() } as never, 's1', 'h1');
  const receive = (name: string, second: number, rest: object): Act => {
    const sent = event(name, second, rest);
    return (rig) => rig.relay.receive('fake', [sent]);
  };
  const say = (rig: RelayRig, n: number) => rig.say(customerTexts[n] ?? '', 'h1', `c${n}`);
  const said = (n: number) => receive(`a${n}`, 10 + n, { kind: 'agentMessage', text: agentTexts[n], attachments: [], cards: [] });
  return [
    // The first words wait for the desk to be asked; the others go out as they are written down.
    async (rig) => {
      await rig.handOff();
      await say(rig, 0);
    },
    receive('join', 1, { kind: 'agentJoined', agentName: 'Kim' }),
    said(0),
    (rig) => say(rig, 1),
    said(1),
    (rig) => say(rig, 2),
    said(2),
  ];
}

/** Runs the script with a death at the given point; answers what was passed and what both sides saw. */
async function run(killAt: number) {
  const desk = new FakeDesk();
  // As 8x8 does: an `open` whose answer was lost is found again by the id its events carry.
  desk.adopt = (sessionKey) => ({ sessionKey });
  const kill = new KillSwitch(killAt);
  const rig = await RelayRig.start([desk], { adoptWaitInMs: 3_000 });
  await rig.relay.stop();
  await rig.store.close();
  await rig.boot(kill).catch((error: unknown) => expect(kill.isDead).toBe(Boolean(error)));

  const revive = async () => {
    await rig.crash();
    await rig.boot();
  };
  const perform = async (act: Act) => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      try {
        if (kill.isDead && attempt === 0 && !revived) await rebirth();
        await act(rig, desk);
        await settle();
        if (kill.isDead && !revived) await rebirth();
        return;
      } catch (error) {
        if (!kill.isDead) throw error;
        if (!revived) await rebirth();
      }
    }
    throw new Error('an act was refused for ever');
  };
  let revived = false;
  const rebirth = async () => {
    revived = true;
    await revive();
  };
  for (const act of script(desk)) await perform(act);
  await rig
    .advanceUntil('both sides have read everything', () => {
      const read = new Set(rig.channel.texts());
      return desk.received.length >= customerTexts.length && agentTexts.every((text) => read.has(text));
    })
    .catch(async (error: unknown) => {
      if (!kill.isDead || revived) throw error;
      await rebirth();
      await rig.advanceUntil(
        'both sides have read everything',
        () => desk.received.length >= 3 && new Set(rig.channel.texts()).size >= 3,
      );
    });
  const result = {
    points: kill.points,
    customer: rig.channel.texts(),
    agent: desk.received.map(({ text }) => text),
    opened: desk.opened.length,
  };
  await rig.stop();
  return result;
}

/** The same without repeats of one message right after itself. */
const withoutRepeats = (texts: string[]) => texts.filter((text, index) => text !== texts[index - 1]);

describe('a process that dies at any write or call, and is started again', () => {
  let points: string[] = [];

  it('passes a known set of points when nothing happens', async () => {
    const { points: passed, customer, agent, opened } = await run(Number.POSITIVE_INFINITY);
    points = passed;
    expect({ customer, agent, opened }).toEqual({ customer: agentTexts, agent: customerTexts, opened: 1 });
    expect(new Set(points.map((point) => point.split(' ')[1]))).toEqual(
      new Set([
        'store.claim',
        'store.open',
        'store.unhandled',
        'store.pending',
        'store.update',
        'desk.checkAvailability',
        'desk.open',
        'store.receive',
        'store.beginAttempt',
        'channel.deliver',
        'store.append',
        'store.appendBegun',
        'desk.send',
      ]),
    );
  });

  it('loses nothing, keeps the order, and repeats only what nobody can tell was delivered', async () => {
    expect(points.length).toBeGreaterThan(50);
    for (let killAt = 1; killAt <= points.length; killAt += 1) {
      const {
        customer,
        agent,
        points: passed,
        opened,
      } = await run(killAt).catch((error: unknown) => {
        throw new Error(`died at point ${killAt}, ${points[killAt - 1]}`, { cause: error });
      });
      const diedAt = passed.at(-1) ?? '';
      const context = `died at point ${killAt}, ${diedAt}`;
      expect({ context, agent }).toEqual({ context, agent: customerTexts });
      expect({ context, customer: withoutRepeats(customer) }).toEqual({ context, customer: agentTexts });
      // A delivery that the channel took but nobody could note may come twice; nothing else may.
      expect({
        context,
        repeats:
          customer.length - agentTexts.length <=
          (diedAt === 'after channel.deliver' || diedAt.startsWith('before store.update') ? 1 : 0),
      }).toEqual({ context, repeats: true });
      expect({ context, opened: opened <= 1 || diedAt === 'after desk.open' || diedAt === 'before store.update' }).toEqual({
        context,
        opened: true,
      });
    }
  }, 120_000);
});
