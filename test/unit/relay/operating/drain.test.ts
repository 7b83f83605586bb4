import { HandoffError } from '../../../../handoff/errors';
import type { LiveLink } from '../../../../relay/linkData';
import { Abandonable } from '../../../../relay/operating/abandonable';
import { shareOut } from '../../../../relay/operating/drain';
import { reservedIn, taggedWith } from '../../../../relay/operating/reservations';
import { withTrouble } from '../../../../relay/operating/troubles';

const link = (sessionKey?: string): LiveLink => ({
  id: 'h1',
  conversationKey: 'c',
  state: 'queued',
  isOpen: true,
  provider: 'desk',
  sessionKey,
  epoch: 1,
  request: { handoff: {} as never, conversation: {}, routes: [] },
  data: { routeIndex: 0, openAttempts: 0, opening: false, deadlines: {}, closings: [] },
});
const failure = (code: 'outage' | 'rejected') =>
  new HandoffError({ provider: 'desk', code, retriable: true, delivered: 'no', detail: 'http 500' });

describe('what a drained instance gives away', () => {
  it('goes to those that have least, so that all have about the same', () => {
    const gifts = shareOut(
      ['a', 'b', 'c', 'd'],
      [
        { owner: 'x', links: 3 },
        { owner: 'y', links: 0 },
      ],
    );
    expect([...gifts]).toEqual([
      ['y', ['a', 'b', 'c']],
      ['x', ['d']],
    ]);
  });

  it('is nothing when there is nobody to take it', () => {
    expect(shareOut(['a'], []).size).toBe(0);
  });
});

describe('the troubles of a link', () => {
  it('count what happens again, and keep what is new', () => {
    let troubled = link();
    for (const at of [1, 2, 3]) troubled = withTrouble(troubled, 'open', failure('outage'), at);
    troubled = withTrouble(troubled, 'open', failure('rejected'), 4);
    expect(troubled.data.troubles).toEqual([
      { at: 3, desk: 'desk', call: 'open', code: 'outage', detail: 'http 500', times: 3 },
      { at: 4, desk: 'desk', call: 'open', code: 'rejected', detail: 'http 500', times: 1 },
    ]);
  });

  it('are not more than twenty', () => {
    let troubled = link();
    for (let n = 0; n < 60; n += 1) troubled = withTrouble(troubled, 'open', failure(n % 2 ? 'outage' : 'rejected'), n);
    expect(troubled.data.troubles).toHaveLength(20);
    expect(troubled.data.troubles?.at(-1)?.at).toBe(59);
  });
});

describe('a reservation', () => {
  it('means something in the session it was made in only', () => {
    const kept = taggedWith(link('s1'), { sequence: 7 });
    expect(reservedIn(link('s1'), kept)).toEqual({ sequence: 7 });
    expect(reservedIn(link('s2'), kept)).toBeUndefined();
    expect(reservedIn(link(), kept)).toBeUndefined();
    expect(reservedIn(link('s1'), undefined)).toBeUndefined();
  });
});

describe('an answer that is not waited for any more', () => {
  it('is handed on when it comes after all', async () => {
    const abandonable = new Abandonable();
    const { promise, resolve } = Promise.withResolvers<string>();
    const late: Promise<string>[] = [];
    const waiting = abandonable.wait(promise, (answer) => late.push(answer));
    abandonable.abandon();
    expect(await waiting).toBeUndefined();
    resolve('here');
    expect(await late[0]).toBe('here');
  });

  it('is the answer when nobody leaves, and an error stays one', async () => {
    const abandonable = new Abandonable();
    const late = jest.fn();
    abandonable.abandon();
    expect(await abandonable.wait(Promise.resolve('here'), late)).toBe('here');
    await expect(abandonable.wait(Promise.reject(failure('outage')), late)).rejects.toThrow('outage');
    expect(late).not.toHaveBeenCalled();
  });
});
