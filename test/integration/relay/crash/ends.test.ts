import { adoptingDesk, answers, handsOff, isDeliveredTo, isFinished, isRead, joins, says, tells } from './acts';
import { type Act, playEveryDeath, type Scenario, type Scene, seenByCustomer } from './scenario';

jest.setTimeout(300_000);

/** Why the desk was told to close its newest session; an earlier one can only be the orphan of a death inside `open`. */
const closedFor = ({ desks }: Scene) => {
  const key = `s${desks[0]?.opened.length}`;
  return desks[0]?.closed.find(({ sessionKey }) => sessionKey === key)?.reason;
};

const chat: Act[] = [handsOff(), joins(), says('one', isDeliveredTo('agentJoined')), answers('uno', 11, { when: isRead('one') })];
const lastWord: Act['when'] = ({ rig }) => rig.channel.texts().includes('uno');

const ending = (acts: Act[]): Scenario => ({
  desks: () => [adoptingDesk()],
  acts,
  isOver: async (scene) => (await isFinished(scene)) && scene.rig.channel.givenBack.length > 0,
  outcome: (scene) => ({
    agent: scene.desks[0]?.received.map(({ text }) => text),
    customer: seenByCustomer(scene),
    end: scene.rig.channel.delivered.find(({ delivery }) => delivery.kind === 'ended')?.delivery,
    closed: closedFor(scene),
  }),
});

describe('a process that dies at any write or call while a chat ends', () => {
  const command = (kind: 'customerLeft' | 'operatorEnded', when: Act['when']): Act => ({
    when: when as NonNullable<Act['when']>,
    does: ({ rig }) => rig.relay.command('h1', kind),
  });

  it('by the agent: the customer hears it once and has the bot back', async () => {
    const points = await playEveryDeath(ending([...chat, tells('end', 20, { kind: 'ended', by: 'agent' }, { when: lastWord })]));
    expect(points).toBeGreaterThan(50);
  });

  it('by the customer: the desk is told', async () => {
    expect(await playEveryDeath(ending([...chat, command('customerLeft', lastWord)]))).toBeGreaterThan(50);
  });

  it('by an operator: both are told', async () => {
    expect(await playEveryDeath(ending([...chat, command('operatorEnded', lastWord)]))).toBeGreaterThan(50);
  });

  it('by the desk’s failure', async () => {
    const points = await playEveryDeath(
      ending([...chat, tells('failure', 20, { kind: 'failed', reason: 'error' }, { when: lastWord })]),
    );
    expect(points).toBeGreaterThan(50);
  });

  it('by a customer who leaves while waiting: nobody is left waiting at the desk', async () => {
    const points = await playEveryDeath(ending([handsOff(), command('customerLeft', isDeliveredTo('queued'))]));
    expect(points).toBeGreaterThan(25);
  });

  it('by a customer who leaves at once, whatever the desk is just asked', async () => {
    const scenario = ending([handsOff(), command('customerLeft', () => true)]);
    // Whether the desk was asked at all depends on who was quicker.
    const { outcome } = scenario;
    const points = await playEveryDeath({
      ...scenario,
      outcome: (scene) => ({ ...(outcome(scene) as object), closed: undefined, customer: seenByCustomer(scene).at(-1) }),
    });
    expect(points).toBeGreaterThan(20);
  });
});
