import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../common/json';
import { ledgerGroup } from '../../../dynamics/ledger/operations';
import { until } from '../../support/fakeClock';
import { OperatorRig, secret } from './operatorRig';

const conversation = 'test|h1';

describe('the erasure of a conversation', () => {
  let rig: OperatorRig;
  beforeEach(async () => {
    rig = await OperatorRig.start();
    await rig.handOff('h1');
    await rig.handOff('h2');
    await until('the desk has both', () => rig.desks[0].opened.length === 2);
    const { store } = rig;
    await store.transcripts.append(conversation, [{ entryId: 'e', at: 1, payload: secret }]);
    await store.transcripts.append('test|h2', [{ entryId: 'e', at: 1, payload: secret }]);
    await store.documents.write(
      new Map<string, { value: JsonObject }>([
        ['test/conversations/h1/', { value: { question: secret } }],
        ['test/users/u-h1/', { value: { name: secret } }],
        ['chat/test|h1', { value: { version: 1, chatActivityId: 'visit-2', chat: { subject: secret } } }],
        ['chatCreated/visit-2', { value: { isCreated: true } }],
        ['kbRecord/kb-1', { value: { chatActivityId: 'visit-1', conversationKey: conversation, isRead: false } }],
        ['test/conversations/h2/', { value: { question: secret } }],
      ]),
      1,
    );
    await store.tasks.add([{ id: 'refused', group: ledgerGroup('visit-2'), payload: { text: secret } }], 1);
    await store.tasks.bury('refused', 'http 400');
  });
  afterEach(() => rig.stop());

  it('ends what is open, leaves nothing of it, and names the records of it', async () => {
    rig.desks[0].fail('send', { code: 'rejected', retriable: false }, 1);
    await rig.say('h1');
    await until('it is given up', async () => (await rig.relay.deadLetters(10)).length === 1);
    const { status, body } = await rig.post('erase', { conversation });
    expect([status, body['outcome'], body['recordsNotWritten']]).toEqual([200, 'erased', 0]);
    const { chatActivityIds, kbRecordIds } = body['dynamics'] as { chatActivityIds: string[]; kbRecordIds: string[] };
    expect([...chatActivityIds].sort()).toEqual(['activity-h1', 'visit-1', 'visit-2']);
    expect(kbRecordIds).toEqual(['kb-1']);
    expect(rig.channel.givenBack).toEqual(['h1']);
    const { store } = rig;
    expect(await store.operations.linksOf(conversation)).toEqual([]);
    expect(await store.transcripts.read(conversation, 10)).toEqual([]);
    const keys = ['test/conversations/h1/', 'test/users/u-h1/', 'chat/test|h1', 'chatCreated/visit-2', 'kbRecord/kb-1'];
    expect((await store.documents.read(keys)).size).toBe(0);
    expect([await store.links.deadLetters(10), await store.tasks.buried(10)]).toEqual([[], []]);
    // The other conversation is as it was.
    expect((await store.links.get('h2'))?.isOpen).toBe(true);
    expect((await store.documents.read(['test/conversations/h2/'])).size).toBe(1);
    expect(await store.transcripts.read('test|h2', 10)).toHaveLength(1);
  });

  it('is noted so that it can be proven of a conversation that is named, and names none', async () => {
    await rig.post('erase', { conversation });
    const [act] = await rig.acts();
    const digest = createHash('sha256').update(conversation).digest('hex').slice(0, 32);
    expect(act).toMatchObject({ act: 'erase conversation', target: `sha256:${digest}`, outcome: 'erased', operator: 'ann' });
    expect(JSON.stringify([act, rig.logged])).not.toMatch(/4111|test\|h1/);
  });

  it('can be repeated, and of an unknown conversation finds nothing', async () => {
    await rig.post('erase', { conversation });
    for (const which of [conversation, 'test|never']) {
      const { status, body } = await rig.post('erase', { conversation: which });
      expect([status, body['erased']]).toEqual([
        200,
        { links: 0, messages: 0, events: 0, transcript: 0, documents: 0, tasks: 0 },
      ]);
    }
    for (const wrong of [{}, { conversation: 7 }, { conversation: 'without a channel' }])
      expect((await rig.post('erase', wrong)).status).toBe(400);
  });

  it('takes what a channel of our own keeps as well', async () => {
    const { store } = rig;
    await store.documents.write(new Map([['own/c7', { value: { question: secret } }]]), 1);
    await store.tasks.add([{ id: 'arrival', group: 'own/c7', payload: { text: secret } }], 1);
    await store.tasks.bury('arrival', 'fault');
    expect((await rig.post('erase', { conversation: 'own|c7' })).body['erased']).toMatchObject({ documents: 1, tasks: 1 });
  });

  it('waits for the desk unless it is told not to', async () => {
    rig.desks[0].fail('close', {}, 1_000);
    expect(await rig.post('erase', { conversation })).toMatchObject({ status: 409 });
    expect(await rig.store.operations.linksOf(conversation)).toHaveLength(1);
    expect((await rig.post('erase', { conversation, force: true })).status).toBe(200);
    expect(await rig.store.operations.linksOf(conversation)).toEqual([]);
  });
});
