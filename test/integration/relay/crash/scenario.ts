import { settle } from '../../../support/fakeClock';
import type { FakeDesk } from '../../../support/fakeDesk';
import { KillSwitch } from '../../../support/killSwitch';
import { RelayRig } from '../../../support/relayRig';

/** What somebody does, again and again until it was taken, as a channel, a desk or an operator would; first it waits for its moment. */
export interface Act {
  when?: (scene: Scene) => boolean | Promise<boolean>;
  does: (scene: Scene) => Promise<unknown>;
}

export interface Scene {
  rig: RelayRig;
  desks: FakeDesk[];
}

/** A story with its end, and what has to be true then wherever the process died in between. */
export interface Scenario {
  desks: () => FakeDesk[];
  acts: Act[];
  isOver: (scene: Scene) => boolean | Promise<boolean>;
  /** What both sides saw, in words that do not depend on where the process died. */
  outcome: (scene: Scene) => unknown;
}

export interface Run {
  /** Points passed until the death; all there are when nothing died. */
  points: string[];
  outcome: unknown;
  /** Ids of deliveries that reached the customer once more, and of those that had not been noted when the process died. */
  repeats: string[];
  unnoted: string[];
}

const patienceInMs = 300_000;
const stepInMs = 250;

/** Plays the scenario with a death at the given point, and a restart after it. */
export async function play(scenario: Scenario, killAt = Number.POSITIVE_INFINITY): Promise<Run> {
  const desks = scenario.desks();
  const kill = new KillSwitch(killAt);
  const rig = await RelayRig.start(desks, { adoptWaitInMs: 3_000 });
  const scene: Scene = { rig, desks };
  await rig.relay.stop();
  await rig.store.close();
  await rig.boot(kill).catch((error: unknown) => {
    if (!kill.isDead) throw error;
  });
  let isRevived = false;
  let unnoted: string[] = [];
  const revive = async () => {
    if (!kill.isDead || isRevived) return;
    isRevived = true;
    unnoted = (await rig.store.links.pending('h1', 'toCustomer', 100)).map(({ messageId }) => messageId);
    await rig.crash();
    await rig.boot();
  };
  const until = async (what: string, condition: Act['when']) => {
    for (let passed = 0; passed <= patienceInMs; passed += stepInMs) {
      await settle();
      await revive();
      if ((await condition?.(scene)) ?? true) return;
      await rig.clock.advance(stepInMs);
    }
    throw new Error(`did not happen: ${what}; the customer saw ${rig.channel.kinds().join(', ')}`);
  };
  for (const [index, { when, does }] of scenario.acts.entries()) {
    await until(`the moment of act ${index + 1}`, when);
    await does(scene).catch(async (error: unknown) => {
      if (!kill.isDead) throw error;
      await revive();
      await does(scene);
    });
  }
  await until('the end', scenario.isOver);
  await rig.clock.advance(5_000);
  await until('the end', scenario.isOver);
  const ids = [...rig.channel.delivered.map(({ context }) => context.deliveryId), ...rig.channel.givenBack.map(() => 'giveBack')];
  const repeats = ids.filter((id, index) => ids.indexOf(id) !== index);
  const run = { points: kill.points, outcome: scenario.outcome(scene), repeats, unnoted };
  await rig.stop();
  return run;
}

/** Plays it with a death at every point there is; resolves with their number. */
export async function playEveryDeath(scenario: Scenario): Promise<number> {
  const { points, outcome, repeats } = await play(scenario);
  expect(repeats).toEqual([]);
  for (let killAt = 1; killAt <= points.length; killAt += 1) {
    const run = await play(scenario, killAt).catch((error: unknown) => {
      throw new Error(`died at point ${killAt}, ${points[killAt - 1]}`, { cause: error });
    });
    const diedAt = run.points.at(-1) ?? '';
    const context = `died at point ${killAt}, ${diedAt}`;
    expect({ context, outcome: run.outcome }).toEqual({ context, outcome });
    // A delivery that nobody could note may come twice; nothing else may.
    const forbidden = run.repeats.slice(1).concat(run.repeats.filter((id) => !run.unnoted.includes(id)));
    expect({ context, forbidden }).toEqual({ context, forbidden: [] });
  }
  return points.length;
}

/**
 * What reached the customer, each once: kinds of notices, and texts. That the chat waits is left out: it is not told any more
 * when the session is found by the agent's joining.
 */
export function seenByCustomer({ rig }: Scene): string[] {
  const seen = new Map(
    rig.channel.delivered.map(({ delivery, context }) => [
      context.deliveryId,
      delivery.kind === 'agentMessage' ? delivery.text : delivery.kind,
    ]),
  );
  return [...seen.values()].filter((kind) => kind !== 'queued');
}
