import { HandoffError } from '../../../../handoff/errors';
import { FakeDesk } from '../../../support/fakeDesk';
import { PolledDesk } from '../../../support/polledDesk';
import { adoptingDesk, answers, handsOff, isDeliveredTo, isRead, joins, says, tells } from './acts';
import { type Act, playEveryDeath, type Scene, seenByCustomer } from './scenario';

jest.setTimeout(300_000);

const both = [
  // Time is told in small steps: what has to run out is short.
  { provider: 'first', acceptWithinInMs: 5_000 },
  { provider: 'second', acceptWithinInMs: 60_000 },
];
const received = ({ desks }: Scene) => desks.map((desk) => desk.received.map(({ text }) => text));
const heard = (text: string) => (scene: Scene) => scene.rig.channel.texts().includes(text);
const atSecond = (scene: Scene) => (scene.desks[1]?.opened.length ?? 0) > 0;
const outcome = (scene: Scene) => ({ received: received(scene), customer: seenByCustomer(scene) });

describe('a process that dies at any write or call while a handoff takes its way', () => {
  const talk: Act[] = [
    joins('Ola', 1, { desk: 1 }),
    says('one', isDeliveredTo('agentJoined')),
    answers('uno', 11, { desk: 1, when: isRead('one') }),
  ];
  const twoDesks = () => [adoptingDesk('first'), adoptingDesk('second', 't')];

  it('to the next desk, because the first refuses', async () => {
    const points = await playEveryDeath({
      desks: () => {
        const [first, second] = twoDesks() as [FakeDesk, FakeDesk];
        first.open = () =>
          Promise.reject(new HandoffError({ provider: 'first', code: 'rejected', retriable: false, delivered: 'no' }));
        return [first, second];
      },
      acts: [handsOff(both), ...talk],
      isOver: heard('uno'),
      outcome,
    });
    expect(points).toBeGreaterThan(50);
  });

  it('to the next desk, because nobody accepts in time: the first is told to forget it', async () => {
    const points = await playEveryDeath({
      desks: twoDesks,
      acts: [handsOff(both), ...talk],
      isOver: (scene) => heard('uno')(scene) && atSecond(scene) && (scene.desks[0]?.closed.length ?? 0) > 0,
      outcome: (scene) => ({ ...outcome(scene), closed: scene.desks[0]?.closed.at(-1)?.reason }),
    });
    expect(points).toBeGreaterThan(60);
  });

  it('to the next desk, because the first gives up: what was said meanwhile is not lost', async () => {
    const points = await playEveryDeath({
      desks: () => [new FakeDesk('first', { acceptsWhileQueued: false }), adoptingDesk('second', 't')],
      acts: [
        handsOff(both),
        says('early', isDeliveredTo('queued')),
        tells('nobody', 1, { kind: 'failed', reason: 'noAgentAvailable' }, { desk: 0 }),
        joins('Ola', 5, { desk: 1 }),
        answers('uno', 11, { desk: 1, when: isRead('early') }),
      ],
      isOver: heard('uno'),
      outcome,
    });
    expect(points).toBeGreaterThan(50);
  });

  it('to another agent of the same desk', async () => {
    const points = await playEveryDeath({
      desks: () => [adoptingDesk()],
      acts: [
        handsOff(),
        joins('Kim', 1),
        tells('transfer', 5, { kind: 'transferred' }, { when: isDeliveredTo('agentJoined') }),
        joins('Ola', 8, { when: isDeliveredTo('transferred') }),
        says('one', ({ rig }) => rig.channel.kinds().filter((kind) => kind === 'agentJoined').length > 1),
        answers('uno', 11, { when: isRead('one') }),
      ],
      isOver: heard('uno'),
      outcome,
    });
    expect(points).toBeGreaterThan(50);
  });

  it('through a message that is given up and sent again', async () => {
    let isHealed = false;
    const points = await playEveryDeath({
      desks: () => {
        isHealed = false;
        const desk = adoptingDesk();
        const send = desk.send.bind(desk);
        desk.send = (session, message) =>
          message.text === 'poison' && !isHealed
            ? Promise.reject(new HandoffError({ provider: 'fake', code: 'rejected', retriable: false, delivered: 'no' }))
            : send(session, message);
        return [desk];
      },
      acts: [
        handsOff(),
        joins(),
        says('poison', isDeliveredTo('agentJoined')),
        says('after', isDeliveredTo('undelivered')),
        {
          when: isRead('after'),
          does: async ({ rig }) => {
            isHealed = true;
            const fate = await rig.relay.retry('h1', 'toDesk', 'poison');
            expect(['pending', 'unknown']).toContain(fate);
          },
        },
      ],
      isOver: isRead('poison'),
      outcome,
    });
    expect(points).toBeGreaterThan(40);
  });

  it('at a desk that is polled: the position moves only with what is written', async () => {
    const polled = (scene: Scene) => scene.desks[0] as PolledDesk;
    const says3 = ['uno', 'due', 'tre'];
    const points = await playEveryDeath({
      desks: () => [new PolledDesk()],
      acts: [
        handsOff(),
        {
          when: (scene) => polled(scene).listeners > 0,
          does: async (scene) => {
            const { told } = polled(scene);
            if (told.length === 0) polled(scene).tells(polled(scene).event({ kind: 'agentJoined', agentName: 'Kim' }).event);
          },
        },
        says('one', isDeliveredTo('agentJoined')),
        ...says3.map(
          (text, index): Act => ({
            when: index === 0 ? isRead('one') : heard(says3[index - 1] ?? ''),
            does: async (scene) => polled(scene).says(text),
          }),
        ),
      ],
      isOver: heard('tre'),
      outcome,
    });
    expect(points).toBeGreaterThan(50);
  });
});
