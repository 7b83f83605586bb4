import type { Activity, TurnContext } from 'botbuilder';
import { ConnectorError } from '../../../../bot/adapter';
import { QueueNotices } from '../../../../bot/handoff/queueNotices';
import type { JsonObject } from '../../../../common/json';
import { silentLog } from '../../../../common/log';
import type { DeliveryContext } from '../../../../relay/delivery';

const context: DeliveryContext = { handoffId: 'h1', deliveryId: 'd', skill: 'cards', provider: 'x', language: 'en' };

describe('the place in the queue', () => {
  const stored = new Map<string, JsonObject>();
  let calls: string[];
  let failure: Error | undefined;
  let isStoreDown: boolean;
  const documents = {
    read: async (keys: string[]) =>
      new Map(
        keys.flatMap((key) => (stored.has(key) ? [[key, { value: stored.get(key) as JsonObject, eTag: '1' }] as const] : [])),
      ),
    async write(changes: Map<string, { value: JsonObject }>) {
      if (isStoreDown) throw new Error('the store is down');
      for (const [key, { value }] of changes) stored.set(key, value);
      return new Map<string, string>();
    },
    async delete(keys: string[]) {
      for (const key of keys) stored.delete(key);
    },
  };
  const turn = {
    async sendActivity({ text }: Partial<Activity>) {
      calls.push(`send ${text}`);
      return { id: `m${calls.length}` };
    },
    async updateActivity({ id, text }: Partial<Activity>) {
      if (failure) throw failure;
      calls.push(`update ${id} ${text}`);
    },
  } as unknown as TurnContext;
  /** Each with a memory of its own, as after a restart. */
  const notices = () => new QueueNotices(documents, { now: () => 0 }, silentLog);
  const show = (text: string) => notices().show(turn, { type: 'message', text }, context);

  beforeEach(() => {
    stored.clear();
    calls = [];
    failure = undefined;
    isStoreDown = false;
  });

  it('is one message that changes, whichever instance shows it', async () => {
    await show('3');
    await show('2');
    await show('1');
    expect(calls).toEqual(['send 3', 'update m1 2', 'update m1 1']);
  });

  it.each(['agentJoined', 'transferred', 'nextRoute', 'ended', 'failed'])('is said anew after %s', async (kind) => {
    await show('3');
    await notices().passed({ kind } as never, 'msteams', context);
    await show('2');
    expect(calls).toEqual(['send 3', 'send 2']);
  });

  it('goes on changing after what an agent or the relay says otherwise', async () => {
    await show('3');
    await notices().passed({ kind: 'agentMessage', text: 'x', files: [], cards: [] }, 'msteams', context);
    await show('2');
    expect(calls).toEqual(['send 3', 'update m1 2']);
  });

  it.each([400, 404, 405])(
    'is said anew when the message cannot be changed (%i), and that one changes from then on',
    async (status) => {
      await show('3');
      failure = new ConnectorError(status, 'gone', 'no');
      await show('2');
      failure = undefined;
      await show('1');
      expect(calls).toEqual(['send 3', 'send 2', 'update m2 1']);
    },
  );

  it.each([undefined, 403, 429, 503])('fails when the channel does (%s), so that it is tried again', async (status) => {
    await show('3');
    failure = new ConnectorError(status, 'down', 'unknown');
    await expect(show('2')).rejects.toBe(failure);
    expect(calls).toEqual(['send 3']);
  });

  it('is not shown twice because it could not be noted', async () => {
    isStoreDown = true;
    await show('3');
    expect(calls).toEqual(['send 3']);
  });

  it('is a message of its own each time where messages cannot be changed', () => {
    const handles = (channelId: string | undefined) => notices().handles({ kind: 'queued', position: 1 }, channelId);
    expect(['msteams', 'slack', 'webchat', 'directline', 'emulator', 'sms', undefined].map(handles)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(notices().handles({ kind: 'agentLeft' }, 'msteams')).toBe(false);
  });
});
