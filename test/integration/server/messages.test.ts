import type { TurnContext } from 'botbuilder';
import { until } from '../../support/fakeClock';
import { message, type ServerRig, startServer } from './serverRig';

class StoreDown extends Error {}

describe('POST /api/messages', () => {
  let rig: ServerRig;
  afterEach(() => rig.stop());

  it('answers only when the turn is over', async () => {
    const gate = Promise.withResolvers<void>();
    rig = await startServer({ runTurn: () => gate.promise });
    let isAnswered = false;
    const answer = rig.post(message()).then((response) => {
      isAnswered = true;
      return response;
    });
    await fetch(`${rig.url}/healthz`);
    expect(isAnswered).toBe(false);
    gate.resolve();
    expect((await answer).status).toBe(200);
  });

  it('runs turns of one conversation one after the other, and others meanwhile', async () => {
    const begun: string[] = [];
    const gates = new Map<string, () => void>();
    rig = await startServer({
      runTurn: ({ activity }: TurnContext) => {
        begun.push(activity.id ?? '');
        return new Promise<void>((resolve) => gates.set(activity.id ?? '', resolve));
      },
    });
    const first = rig.post(message({ id: '1' }));
    await until('the first turn begins', () => begun.length === 1);
    const second = rig.post(message({ id: '2' }));
    const other = rig.post(message({ id: '3', conversation: { id: 'c2' } }));
    await until('the other conversation begins', () => begun.includes('3'));
    expect(begun).toEqual(['1', '3']);
    gates.get('1')!();
    await first;
    await until('the second turn begins', () => begun.includes('2'));
    gates.get('2')!();
    gates.get('3')!();
    await Promise.all([second, other]);
  });

  it('does not tell why a turn failed', async () => {
    rig = await startServer({
      runTurn: async () => {
        throw new Error('the balance of Ms Smith is 17');
      },
    });
    const answer = await rig.post(message());
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ error: 'the turn failed' });
  });

  it('asks the channel to come again when the store is down', async () => {
    rig = await startServer({
      runTurn: async () => {
        throw new StoreDown();
      },
      isUnavailable: (error) => error instanceof StoreDown,
    });
    const answer = await rig.post(message());
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
  });

  it('answers an invoke with what the bot says', async () => {
    rig = await startServer({
      runTurn: async (context: TurnContext) => {
        await context.sendActivity({ type: 'invokeResponse', value: { status: 201, body: { done: true } } });
      },
    });
    const answer = await rig.post(message({ type: 'invoke', name: 'adaptiveCard/action', text: undefined }));
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ done: true });
  });

  it('gives expected replies in the answer', async () => {
    rig = await startServer({
      runTurn: async (context: TurnContext) => {
        await context.sendActivity('inline');
      },
    });
    const answer = await rig.post(message({ deliveryMode: 'expectReplies' }));
    const { activities } = (await answer.json()) as { activities: { text: string }[] };
    expect(activities.map(({ text }) => text)).toEqual(['inline']);
  });

  it('finishes the turn under way when it stops, and takes no more', async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    rig = await startServer({
      runTurn: () => {
        begun.resolve();
        return gate.promise;
      },
    });
    const answer = rig.post(message());
    await begun.promise;
    const stopped = rig.server.stop();
    await expect(fetch(`${rig.url}/healthz`)).rejects.toThrow();
    gate.resolve();
    expect((await answer).status).toBe(200);
    await stopped;
  });

  it('cuts what does not finish in time', async () => {
    const begun = Promise.withResolvers<void>();
    rig = await startServer({
      settings: { mode: 'sandbox', host: '127.0.0.1', publicUrl: 'http://localhost', shutdownTimeoutInMs: 20 },
      runTurn: () => {
        begun.resolve();
        return new Promise<void>(() => undefined);
      },
    });
    const answer = rig.post(message());
    answer.catch(() => undefined);
    await begun.promise;
    await rig.server.stop();
    await expect(answer).rejects.toThrow();
  });
});

describe('GET /readyz', () => {
  it('names the part that fails and not its message', async () => {
    const rig = await startServer({
      health: {
        store: {
          required: true,
          check: () => Promise.reject(Object.assign(new Error('password=secret'), { code: 'ECONNREFUSED' })),
        },
        dynamics: { required: false, check: () => Promise.resolve() },
      },
    });
    const answer = await fetch(`${rig.url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      status: 'notReady',
      parts: { store: { status: 'failed', required: true, code: 'ECONNREFUSED' }, dynamics: { status: 'ok', required: false } },
    });
    await rig.stop();
  });

  it('is ready when only a part that is not required fails', async () => {
    const rig = await startServer({
      health: { dynamics: { required: false, check: () => Promise.reject(new Error('down')) } },
    });
    expect((await fetch(`${rig.url}/readyz`)).status).toBe(200);
    await rig.stop();
  });
});
