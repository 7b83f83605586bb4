import type { InstanceReport, NewAct } from '../../../store/operations';
import { message, openLink } from './samples';
import type { Bench } from './storeSuite';

const report = (instance: string, changes: Partial<InstanceReport> = {}): InstanceReport => ({
  instance,
  owner: `owner of ${instance}`,
  version: '1.2.3',
  startedAt: 500,
  desks: [{ desk: '8x8', state: 'closed' }],
  ...changes,
});
const act = (n: number): NewAct => ({ operator: 'ann', act: 'end', target: `h${n}`, details: { n } });

export function describeOperations(bench: Bench): void {
  describe('what operators see and decide', () => {
    test('an instance is known by its report, with the links it owns and its silence', async () => {
      const { links, operations } = bench.store;
      await operations.report(report('one', { owner: 'instance-1' }));
      await operations.report(report('two'));
      await openLink(bench.store, 1);
      await openLink(bench.store, 2);
      await links.update('link-2', 1, { isOpen: false, isFinished: true }, 1000);
      await bench.clock.advance(2_500);
      await operations.report(report('two', { owner: 'renewed', desks: [] }));
      expect(await operations.instances()).toEqual([
        { ...report('one', { owner: 'instance-1' }), links: 1, silentForInMs: 2_500, isDraining: false },
        { ...report('two', { owner: 'renewed', desks: [] }), links: 0, silentForInMs: 0, isDraining: false },
      ]);
      await operations.forget('two');
      await operations.forget('two');
      expect((await operations.instances()).map(({ instance }) => instance)).toEqual(['one']);
    });

    test('an instance learns with its next report that it is to be drained, and gets no links from others', async () => {
      const { links, operations } = bench.store;
      for (const owner of ['a', 'b']) {
        await links.heartbeat(owner);
        expect(await operations.report(report(`${owner}1`, { owner }))).toEqual({ isDraining: false });
      }
      expect(await operations.setDraining('a1', true)).toBe(true);
      expect(await operations.setDraining('a1', true)).toBe(true);
      expect(await operations.setDraining('unknown', true)).toBe(false);
      expect(await operations.report(report('a1', { owner: 'a' }))).toEqual({ isDraining: true });
      expect((await links.shares(1_000)).map(({ owner }) => owner)).toEqual(['b']);
      await operations.setDraining('a1', false);
      expect((await links.shares(1_000)).map(({ owner }) => owner)).toEqual(['a', 'b']);
    });

    test('an instance that was silent for an hour is shown as long as it owns links, and purged', async () => {
      const { operations } = bench.store;
      await operations.report(report('busy', { owner: 'instance-1' }));
      await operations.report(report('idle'));
      await openLink(bench.store, 1);
      await bench.clock.advance(3_600_001);
      expect((await operations.instances()).map(({ instance }) => instance)).toEqual(['busy']);
      expect(await operations.purge(0)).toBe(2);
      expect(await operations.instances()).toEqual([]);
    });

    test('a desk stays switched off over a restart, for the newest reason, until it is switched on', async () => {
      const { operations } = bench.store;
      await operations.switchOff({ desk: '8x8', because: 'it hangs', by: 'ann', at: 1 });
      await operations.switchOff({ desk: '8x8', because: 'maintenance', by: 'bob', at: 2 });
      await operations.switchOff({ desk: 'ccaip', because: 'later', by: 'ann', at: 3 });
      const reopened = (await bench.reopen()).operations;
      expect(await reopened.switchedOff()).toEqual([
        { desk: '8x8', because: 'maintenance', by: 'bob', at: 2 },
        { desk: 'ccaip', because: 'later', by: 'ann', at: 3 },
      ]);
      expect(await reopened.switchOn('8x8')).toBe(true);
      expect(await reopened.switchOn('8x8')).toBe(false);
      expect((await reopened.switchedOff()).map(({ desk }) => desk)).toEqual(['ccaip']);
    });

    test('acts are listed newest first, page by page, with how they went', async () => {
      const { operations } = bench.store;
      const seqs: number[] = [];
      for (const n of [1, 2, 3]) seqs.push(await operations.beginAct(act(n), n * 100));
      await operations.endAct(seqs[0]!, 'ended');
      await operations.endAct(seqs[1]!, 'refused', { why: 'closed' });
      const all = await operations.acts(10);
      expect(all).toEqual([
        { ...act(3), seq: seqs[2], at: 300 },
        { ...act(2), seq: seqs[1], at: 200, outcome: 'refused', details: { why: 'closed' } },
        { ...act(1), seq: seqs[0], at: 100, outcome: 'ended' },
      ]);
      expect(await operations.acts(2)).toEqual(all.slice(0, 2));
      expect(await operations.acts(2, seqs[1])).toEqual(all.slice(2));
      expect(await operations.purge(201)).toBe(2);
      expect(await operations.acts(10)).toEqual(all.slice(0, 1));
    });

    test('unfinished links are seen with their instance and what waits in them', async () => {
      const { links, operations } = bench.store;
      await operations.report(report('one', { owner: 'instance-1' }));
      await openLink(bench.store, 1);
      await openLink(bench.store, 2);
      await openLink(bench.store, 3);
      await links.append('link-1', 'toDesk', message(1), 2000);
      await links.append('link-1', 'toDesk', message(2), 3000);
      await links.append('link-1', 'toCustomer', message(1), 2500);
      const [first] = await links.pending('link-1', 'toDesk', 1);
      await links.update('link-1', 1, { settled: [{ seq: first!.seq, as: 'failed', error: 'outage' }] }, 2600);
      await links.update('link-2', 1, { isOpen: false, isFinished: true }, 1000);
      await links.update('link-3', 1, { isOpen: false }, 1000);
      await links.release('instance-1');
      const seen = await operations.watched(10);
      expect(seen.map(({ link }) => [link.id, link.isOpen])).toEqual([
        ['link-1', true],
        ['link-3', false],
      ]);
      expect(seen[0]).toMatchObject({ waitingToDesk: 1, waitingToCustomer: 1, givenUp: 1, lastActivityAt: 3000 });
      expect(seen[0]).not.toHaveProperty('instance');
      await links.claim('instance-1', 3000, 0, 10);
      expect((await operations.watched(1)).map(({ instance }) => instance)).toEqual(['one']);
    });

    test('the trace of a link names kinds, states and attempts, and nothing that was said', async () => {
      const { links, operations } = bench.store;
      await operations.report(report('one', { owner: 'instance-1' }));
      await openLink(bench.store, 1);
      await links.update('link-1', 1, { sessionKey: 's' }, 1000);
      await links.append('link-1', 'toDesk', message(1, { text: 'my secret' }), 2000);
      await links.append('link-1', 'toCustomer', message('notice', { kind: 'queued' }), 2100);
      const [queued] = await links.pending('link-1', 'toDesk', 1);
      await links.beginAttempt(queued!, 1, {}, 2200);
      await links.update('link-1', 1, { settled: [{ seq: queued!.seq, as: 'failed', error: 'outage' }] }, 2300);
      await links.receive('8x8', 's', undefined, [{ eventId: 'e1', payload: { kind: 'agentJoined', text: 'my secret' } }], 2400);
      await links.receive('relay', 'x', 'link-1', [{ eventId: 'e2', payload: { kind: 'operatorEnded' } }], 2500);
      const trace = await operations.trace('link-1', 10);
      expect(trace).toEqual({
        instance: 'one',
        messages: [
          {
            direction: 'toDesk',
            messageId: 'message-1',
            state: 'failed',
            attempts: 1,
            error: 'outage',
            acceptedAt: 2000,
          },
          {
            direction: 'toCustomer',
            messageId: 'message-notice',
            state: 'pending',
            attempts: 0,
            acceptedAt: 2100,
            kind: 'queued',
          },
        ],
        events: [
          { provider: '8x8', eventId: 'e1', kind: 'agentJoined', isHandled: false, receivedAt: 2400 },
          { provider: 'switchboard', eventId: 'e2', kind: 'operatorEnded', isHandled: false, receivedAt: 2500 },
        ],
      });
      expect(JSON.stringify(trace)).not.toContain('secret');
      expect((await operations.trace('link-1', 1)).messages).toMatchObject([{ kind: 'queued' }]);
      expect(await operations.trace('none', 10)).toEqual({ messages: [], events: [] });
    });

    test('a discarded dead letter is gone with its text, cannot be sent again, and a repeat is still known', async () => {
      const { links, operations } = bench.store;
      await openLink(bench.store, 1);
      await links.append('link-1', 'toDesk', message(1), 1000);
      const [queued] = await links.pending('link-1', 'toDesk', 1);
      expect(await operations.discard('link-1', 'toDesk', 'message-1')).toBe(false);
      await links.update('link-1', 1, { settled: [{ seq: queued!.seq, as: 'failed', error: 'x' }] }, 1000);
      expect(await operations.discard('link-1', 'toCustomer', 'message-1')).toBe(false);
      expect(await operations.discard('link-1', 'toDesk', 'message-1')).toBe(true);
      expect(await operations.discard('link-1', 'toDesk', 'message-1')).toBe(false);
      expect(await links.deadLetters(10)).toEqual([]);
      expect(await links.retry('link-1', 'toDesk', 'message-1')).toBe('unknown');
      expect(await links.append('link-1', 'toDesk', message(1), 2000)).toBe('duplicate');
    });

    test('waiting tasks are listed with when they are due, and can be made due now', async () => {
      const { tasks } = bench.store;
      await tasks.add(
        ['a', 'b', 'c'].map((id) => ({ id, group: id, payload: {} })),
        1000,
      );
      await tasks.claim(60_000, 10);
      await tasks.retryIn('a', 5_000, 'outage');
      await tasks.bury('b', 'refused');
      expect(await tasks.waiting(10)).toMatchObject([
        { id: 'a', dueInMs: 5_000, lastError: 'outage', attempts: 1 },
        { id: 'c', dueInMs: 0 },
      ]);
      expect(await tasks.waiting(1)).toHaveLength(1);
      expect(await tasks.claim(1, 10)).toEqual([]);
      expect(await tasks.hurry('a')).toBe(true);
      expect(await tasks.hurry('a')).toBe(true);
      expect([await tasks.hurry('b'), await tasks.hurry('none')]).toEqual([false, false]);
      // The other one is still leased.
      expect((await tasks.claim(1_000, 10)).map(({ id }) => id)).toEqual(['a']);
    });
  });
}
