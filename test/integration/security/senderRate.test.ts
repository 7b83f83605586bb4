import { FakeClock } from '../../support/fakeClock';
import { message, type ServerRig, startServer } from '../server/serverRig';

describe('one customer who sends without end', () => {
  let rig: ServerRig;
  const clock = new FakeClock();
  beforeAll(async () => {
    rig = await startServer({ messagesPerMinute: 3, clock });
  });
  afterAll(() => rig.stop());

  const post = (from: string, changes: Record<string, unknown> = {}) => rig.post(message({ from: { id: from }, ...changes }));

  it('is told so, with the time to wait, and others go on', async () => {
    for (let times = 0; times < 3; times += 1) expect((await post('flood')).status).toBe(200);
    const refused = await post('flood');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20']);
    expect(await refused.json()).toEqual({ error: 'too many messages of one sender' });
    expect((await post('somebody else')).status).toBe(200);
    expect((await post('flood', { conversation: { id: 'another conversation' } })).status).toBe(429);
    expect(rig.heard.filter(({ from }) => from.id === 'flood')).toHaveLength(3);
  });

  it('may always leave, and speak again after a while', async () => {
    expect((await post('flood', { type: 'endOfConversation' })).status).toBe(200);
    await clock.advance(20_000);
    expect((await post('flood')).status).toBe(200);
    expect((await post('flood')).status).toBe(429);
  });
});
