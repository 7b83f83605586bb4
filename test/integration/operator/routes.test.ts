import type { JsonObject } from '../../../common/json';
import { until } from '../../support/fakeClock';
import { annsKey, bobsKey, OperatorRig, secret } from './operatorRig';

describe('the operator’s routes', () => {
  let rig: OperatorRig;
  beforeEach(async () => {
    rig = await OperatorRig.start();
  });
  afterEach(() => rig.stop());

  const opened = (count: number, desk = 0) => until('the desk has it', () => rig.desks[desk]!.opened.length === count);
  const deadLetter = async () => {
    await rig.handOff('h1');
    await opened(1);
    rig.desks[0].fail('send', { code: 'rejected', retriable: false }, 1);
    await rig.say('h1');
    await until('it is given up', async () => (await rig.relay.deadLetters(10)).length === 1);
    return 'h1/toDesk/m-h1';
  };

  it('are closed without a key, to the page’s data as to every act', async () => {
    for (const wrong of [null, '', 'wrong', annsKey.slice(0, -1), `${annsKey}x`, `ann:${annsKey}`]) {
      const { status } = await rig.call('GET', 'handoffs', undefined, wrong, `203.0.113.${String(wrong).length}`);
      expect([wrong, status]).toEqual([wrong, 401]);
    }
    for (const place of [
      'handoffs/h1/end',
      'handoffs/h1/requeue',
      'dead-letters/retry',
      'dead-letters/discard',
      'ledger/retry',
    ]) {
      expect((await rig.post(place, {}, null)).status).toBe(401);
    }
    for (const place of ['instances/this-one/drain', 'desks/first/off', 'desks/first/on', 'erase']) {
      expect((await rig.post(place, {}, null)).status).toBe(401);
    }
    for (const place of ['me', 'handoffs/h1', 'dead-letters', 'ledger', 'instances', 'desks', 'audit']) {
      expect((await rig.get(place, null)).status).toBe(401);
    }
    expect(await rig.store.operations.acts(10)).toEqual([]);
  });

  it('do not let an address guess keys, and let others in meanwhile', async () => {
    const guess = () => rig.call('GET', 'me', undefined, 'a guess', '198.51.100.7');
    const statuses: number[] = [];
    for (let n = 0; n < 12; n += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    const right = await rig.call('GET', 'me', undefined, annsKey, '198.51.100.7');
    expect([right.status, Number(right.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await rig.get('me')).body).toEqual({ operator: 'ann', instance: 'this-one' });
    expect((await rig.get('me', bobsKey)).body).toMatchObject({ operator: 'bob' });
  });

  it('show what is open and one of them, without a word of the customer’s', async () => {
    await rig.handOff('h1');
    await opened(1);
    await rig.relay.receive('first', [rig.desks[0].event({ kind: 'agentJoined', agentName: 'Alex' })]);
    await rig.say('h1');
    await until('the agent has it', () => rig.desks[0].received.length === 1);
    const { handoffs } = (await rig.get('handoffs')).body as { handoffs: JsonObject[] };
    expect(handoffs).toMatchObject([
      { id: 'h1', state: 'connected', isOpen: true, desk: 'first', route: 1, ofRoutes: 2, instance: 'this-one', givenUp: 0 },
    ]);
    const { handoff } = (await rig.get('handoffs/h1')).body as { handoff: JsonObject };
    expect(handoff).toMatchObject({ conversation: 'test|h1', instance: 'this-one', chatActivityId: 'activity-h1' });
    const timeline = (handoff['timeline'] as JsonObject[]).map(({ who, what }) => `${who}: ${what}`);
    expect(timeline[0]).toBe('customer: requested');
    for (const line of ['first: agentJoined', 'customer: message', 'switchboard: told customer: agentJoined'])
      expect(timeline).toContain(line);
    expect(JSON.stringify([handoffs, handoff])).not.toMatch(/4111|Alex|Ann Customer/);
    expect((await rig.get('handoffs/none')).status).toBe(404);
  });

  it('end a handoff once, and note who did', async () => {
    await rig.handOff('h1');
    await opened(1);
    expect(await rig.post('handoffs/h1/end', undefined, bobsKey)).toMatchObject({ status: 200, body: { outcome: 'ended' } });
    expect(rig.channel.givenBack).toEqual(['h1']);
    await until('the desk is told', () => rig.desks[0].closed.length === 1);
    expect(rig.desks[0].closed[0]?.reason).toBe('operator');
    expect((await rig.post('handoffs/h1/end')).status).toBe(409);
    expect((await rig.post('handoffs/none/end')).status).toBe(404);
    expect(await rig.acts()).toMatchObject([
      { operator: 'ann', target: 'none', outcome: 'refused: there is no such handoff' },
      { operator: 'ann', target: 'h1', outcome: 'refused: the handoff is over' },
      { operator: 'bob', act: 'end handoff', target: 'h1', outcome: 'ended' },
    ]);
    expect(rig.logged[0]).toContain('"operator":"bob"');
  });

  it('send a handoff to the next route, or one that is named; refuse what cannot be', async () => {
    await rig.handOff('h1');
    await opened(1);
    expect((await rig.post('handoffs/h1/requeue')).body).toEqual({ outcome: 'requeued', route: 2, desk: 'second' });
    await opened(1, 1);
    expect(await rig.post('handoffs/h1/requeue')).toMatchObject({ status: 409 });
    for (const route of [0, 3, 1.5, 'nowhere', true]) expect((await rig.post('handoffs/h1/requeue', { route })).status).toBe(400);
    expect((await rig.post('handoffs/h1/requeue', { route: 'first' })).body).toMatchObject({ route: 1 });
    await opened(2);
    await rig.post('desks/second/off', { because: 'it hangs' });
    expect(await rig.post('handoffs/h1/requeue', { route: 2 })).toMatchObject({ status: 409 });
    await rig.post('handoffs/h1/end');
    expect(await rig.post('handoffs/h1/requeue', { route: 1 })).toMatchObject({ status: 409 });
  });

  it('replay dead letters and discard them', async () => {
    const id = await deadLetter();
    const { deadLetters } = (await rig.get('dead-letters')).body as { deadLetters: JsonObject[] };
    expect(deadLetters).toMatchObject([{ id, direction: 'toDesk', error: 'rejected', isOpen: true }]);
    expect(JSON.stringify(deadLetters)).not.toMatch(/4111|test\|h1/);
    expect((await rig.post('dead-letters/retry', { id })).status).toBe(202);
    await until('the agent has it', () => rig.desks[0].received.length === 1);
    expect((await rig.post('dead-letters/retry', { linkId: 'h1', direction: 'toDesk', messageId: 'none' })).status).toBe(404);
    expect((await rig.post('dead-letters/discard', { id })).status).toBe(404);
    for (const wrong of [{}, { id: 'h1' }, { id: 'h1/sideways/m' }, { linkId: 'h1' }, '{', '[]'])
      expect((await rig.post('dead-letters/retry', wrong)).status).toBe(400);
  });

  it('a dead letter of a handoff that is over can only be discarded', async () => {
    const id = await deadLetter();
    await rig.post('handoffs/h1/end');
    expect((await rig.post('dead-letters/retry', { id })).status).toBe(409);
    expect((await rig.post('dead-letters/discard', { id })).body).toEqual({ outcome: 'discarded' });
    expect((await rig.get('dead-letters')).body).toEqual({ deadLetters: [] });
  });

  it('list the ledger without what is in it, and try its tasks again', async () => {
    const { tasks } = rig.store;
    const payload = { kind: 'addNote', text: secret };
    await tasks.add(
      ['dead', 'failing', 'waiting'].map((id) => ({ id, group: `dynamics/${id}`, payload })),
      Date.now(),
    );
    await tasks.claim(60_000, 2);
    await tasks.bury('dead', 'http 400');
    await tasks.retryIn('failing', 60_000, 'outage');
    const listed = (await rig.get('ledger')).body;
    expect(listed).toMatchObject({ backlog: 2 });
    expect((listed['tasks'] as JsonObject[]).map(({ id, state, kind, lastError }) => [id, state, kind, lastError])).toEqual([
      ['dead', 'dead', 'addNote', 'http 400'],
      ['failing', 'failing', 'addNote', 'outage'],
      ['waiting', 'due', 'addNote', undefined],
    ]);
    expect(JSON.stringify(listed)).not.toContain('4111');
    expect((await rig.post('ledger/retry', { id: 'dead' })).body).toEqual({ outcome: 'replayed' });
    expect((await rig.post('ledger/retry', { id: 'failing' })).body).toEqual({ outcome: 'due now' });
    expect((await rig.post('ledger/retry', { id: 'none' })).status).toBe(404);
    expect((await rig.post('ledger/retry', { id: 7 })).status).toBe(400);
    expect((await tasks.claim(1_000, 10)).map(({ id }) => id).sort()).toEqual(['dead', 'failing', 'waiting']);
  });

  it('switch a desk off with a reason and on again', async () => {
    expect((await rig.post('desks/first/off')).status).toBe(400);
    expect((await rig.post('desks/first/off', { because: ' ' })).status).toBe(400);
    expect((await rig.post('desks/unknown/off', { because: 'x' })).status).toBe(404);
    expect((await rig.post('desks/first/off', { because: 'it hangs' })).body).toEqual({ outcome: 'off' });
    await rig.handOff('h1');
    await opened(1, 1);
    expect(rig.desks[0].opened).toEqual([]);
    expect((await rig.get('desks')).body['desks']).toMatchObject([
      { desk: 'first', isOff: true, off: { because: 'it hangs', by: 'ann' } },
      { desk: 'second', isOff: false },
    ]);
    expect((await rig.post('desks/first/on')).body).toEqual({ outcome: 'on' });
    expect((await rig.post('desks/first/on')).status).toBe(409);
    expect((await rig.acts())[0]).toMatchObject({ act: 'switch desk on', outcome: 'refused: the desk is not switched off' });
  });

  it('drain an instance, which then says that it is not ready', async () => {
    const ready = async () => {
      const response = await fetch(`${rig.server.url}/readyz`);
      return [response.status, ((await response.json()) as JsonObject)['status']];
    };
    expect(await ready()).toEqual([200, 'ready']);
    expect(await rig.post('instances/this-one/drain')).toMatchObject({
      status: 202,
      body: { outcome: 'draining', otherInstances: 0 },
    });
    expect(await ready()).toEqual([503, 'draining']);
    expect((await rig.get('instances')).body['instances']).toMatchObject([
      { instance: 'this-one', isThis: true, isAlive: true, isDraining: true, version: '1.0.0', links: 0 },
    ]);
    expect((await rig.post('instances/none/drain')).status).toBe(404);
    await rig.post('instances/this-one/undrain');
    expect(await ready()).toEqual([200, 'ready']);
  });

  it('list what was done page by page', async () => {
    for (let n = 0; n < 3; n += 1) await rig.post(`handoffs/none-${n}/end`);
    const first = (await rig.get('audit?limit=2')).body as { acts: JsonObject[]; next: number };
    expect(first.acts.map(({ target }) => target)).toEqual(['none-2', 'none-1']);
    const second = (await rig.get(`audit?limit=2&before=${first.next}`)).body as { acts: JsonObject[] };
    expect(second.acts.map(({ target }) => target)).toEqual(['none-0']);
    expect(second).not.toHaveProperty('next');
    for (const wrong of ['limit=x', 'limit=1000', 'before=-1']) expect((await rig.get(`audit?${wrong}`)).status).toBe(400);
  });

  it('do nothing that cannot be noted', async () => {
    await rig.handOff('h1');
    await opened(1);
    const begin = jest.spyOn(rig.store.operations, 'beginAct').mockRejectedValue(new Error('no disk'));
    expect((await rig.post('handoffs/h1/end')).status).toBe(500);
    begin.mockRestore();
    expect((await rig.relay.get('h1'))?.state).not.toBe('ended');
  });
});
