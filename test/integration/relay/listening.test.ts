import type { JsonObject } from '../../../common/json';
import { HandoffError } from '../../../handoff/errors';
import type { HandoffEvent } from '../../../handoff/events';
import type { ListenBatch } from '../../../handoff/provider';
import { StoreFailure } from '../../../store/storeFailure';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

type Answer = { events: HandoffEvent[]; ack: number } | HandoffError | 'end';

/** A desk that is polled: answers wait in a list; an answer is given again until the position has moved past it. */
class PolledDesk extends FakeDesk {
  answers: Answer[] = [];
  readonly asked: { ack: unknown; moved: boolean }[] = [];
  polls = 0;
  mostPolls = 0;
  private wake: (() => void) | undefined;

  override readonly inbound = {
    kind: 'listen' as const,
    listen: (session: JsonObject, options: { moved: boolean }, signal: AbortSignal) => this.poll(session, options, signal),
  } as never;

  answer(...answers: Answer[]): void {
    this.answers.push(...answers);
    this.wake?.();
  }

  private async *poll(
    session: JsonObject,
    { moved }: { moved: boolean },
    signal: AbortSignal,
  ): AsyncGenerator<ListenBatch<JsonObject>> {
    this.asked.push({ ack: session['ack'], moved });
    this.polls += 1;
    this.mostPolls = Math.max(this.mostPolls, this.polls);
    try {
      while (!signal.aborted) {
        const next = this.answers[0];
        if (next === undefined) {
          await new Promise<void>((resolve) => {
            this.wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
          continue;
        }
        if (next === 'end') return;
        if (next instanceof HandoffError) {
          this.answers.shift();
          throw next;
        }
        yield { events: next.events, session: { ack: next.ack } };
        this.answers.shift();
      }
    } finally {
      this.polls -= 1;
    }
  }
}

describe('listening to a desk that is polled', () => {
  let desk: PolledDesk;
  let rig: RelayRig;
  const event = (event: object): HandoffEvent => desk.event(event as never).event;
  const says = (text: string) => event({ kind: 'agentMessage', text, attachments: [], cards: [] });
  const outage = () => new HandoffError({ provider: 'fake', code: 'outage', retriable: true, delivered: 'unknown' });

  beforeEach(async () => {
    desk = new PolledDesk();
    rig = await RelayRig.start([desk]);
    await rig.handOff();
    await rig.until('the poll is held', () => desk.polls === 1);
  });
  afterEach(() => rig.stop());

  it('takes batches in order and moves the position only with what is written', async () => {
    desk.answer(
      { events: [event({ kind: 'agentJoined', agentName: 'Kim' }), says('one')], ack: 1 },
      { events: [says('two')], ack: 2 },
    );
    await rig.until('both are read', () => rig.channel.texts().length === 2);
    expect(rig.channel.texts()).toEqual(['one', 'two']);
    expect((await rig.relay.get('h1'))?.data.session).toMatchObject({ ack: 2 });
  });

  it('goes on from the written position after a restart, and drops what it has already', async () => {
    const again = says('one');
    desk.answer({ events: [event({ kind: 'agentJoined' }), again], ack: 1 });
    await rig.until('it is read', () => rig.channel.texts().length === 1);
    await rig.crash();
    desk.answers = [];
    await rig.boot();
    await rig.until('it polls again', () => desk.asked.length === 2);
    expect(desk.asked[1]).toEqual({ ack: 1, moved: false });
    desk.answer({ events: [again, says('two')], ack: 2 });
    await rig.until('the new one is read', () => rig.channel.texts().length === 2);
    expect(rig.channel.texts()).toEqual(['one', 'two']);
  });

  it('polls again after a failure, one poll at a time', async () => {
    desk.answer(outage(), outage(), { events: [event({ kind: 'agentJoined' }), says('late')], ack: 1 });
    await rig.advanceUntil('it is read', () => rig.channel.texts().length === 1);
    expect(desk.mostPolls).toBe(1);
  });

  it('waits as long as a desk that is asked too often says', async () => {
    desk.answer(
      new HandoffError({ provider: 'fake', code: 'rateLimited', retriable: true, delivered: 'no', retryAfterInMs: 30_000 }),
      { events: [event({ kind: 'agentJoined' }), says('late')], ack: 1 },
    );
    await rig.until('the poll failed', () => desk.polls === 0);
    await rig.clock.advance(29_000);
    expect(desk.asked).toHaveLength(1);
    await rig.advanceUntil('it is read', () => rig.channel.texts().length === 1);
    expect(desk.asked).toHaveLength(2);
  });

  it('polls again after the store did not take a batch, which comes again', async () => {
    const { links } = rig.store;
    const { receiveListened } = links;
    let failures = 2;
    links.receiveListened = async (...args) => {
      if (failures-- > 0) throw new StoreFailure('unavailable', 'no answer');
      return receiveListened.apply(links, args);
    };
    desk.answer({ events: [event({ kind: 'agentJoined' }), says('kept')], ack: 1 });
    await rig.advanceUntil('it is read', () => rig.channel.texts().length === 1, 10_000);
    expect(desk.mostPolls).toBe(1);
  });

  it('ends visibly when the desk cannot be heard for too long', async () => {
    desk.answer({ events: [event({ kind: 'agentJoined' })], ack: 1 });
    await rig.until('somebody is there', () => rig.channel.kinds().includes('agentJoined'));
    desk.answer(...Array.from({ length: 1_000 }, outage));
    await rig.advanceUntil('it ended', () => rig.channel.kinds().includes('ended'), 600_000, 1_000);
    expect(rig.channel.last()).toMatchObject({ kind: 'ended', by: 'system' });
  });

  it('gives up a poll at the old place when a send learns that the session moved', async () => {
    desk.answer({ events: [event({ kind: 'agentJoined' })], ack: 1 });
    await rig.until('somebody is there', () => rig.channel.kinds().includes('agentJoined'));
    desk.fail('send', { code: 'sessionMoved' });
    await rig.say('where are you');
    await rig.advanceUntil('it arrived', () => desk.received.length === 1);
    expect(desk.asked.at(-1)).toEqual({ ack: 1, moved: true });
    expect(desk.mostPolls).toBe(1);
  });

  it('shows typing without writing it down, and stops polling after the end', async () => {
    desk.answer({ events: [event({ kind: 'agentJoined' }), event({ kind: 'agentTyping', isTyping: true })], ack: 1 });
    await rig.until('typing shows', () => rig.channel.typed.length === 1);
    desk.answer({ events: [event({ kind: 'ended', by: 'agent' })], ack: 2 });
    await rig.until('it ended', () => rig.channel.kinds().includes('ended'));
    await rig.until('nobody polls', () => desk.polls === 0);
  });
});
