import type { HandoffEvent } from '../../../../handoff/events';
import type { HandoffRequest } from '../../../../handoff/request';
import { FakeDesk } from '../../../support/fakeDesk';
import type { Act, Scene } from './scenario';

/** A desk such as 8x8: a session whose `open` was never answered is found again by the id its events carry. */
class AdoptingDesk extends FakeDesk {
  constructor(
    name: string,
    /** What its session keys begin with; no two desks use the same keys. */
    readonly prefix: string,
  ) {
    super(name);
    this.adopt = (sessionKey) => ({ sessionKey });
  }

  override async open(request: HandoffRequest) {
    await super.open(request);
    const sessionKey = `${this.prefix}${this.opened.length}`;
    return { session: { sessionKey }, sessionKey };
  }
}

export const adoptingDesk = (name = 'fake', prefix = 's'): FakeDesk => new AdoptingDesk(name, prefix);

export const isDeliveredTo = (kind: string) => (scene: Scene) => scene.rig.channel.kinds().includes(kind);
export const isRead = (text: string) => (scene: Scene) => scene.desks.some((desk) => desk.received.some((m) => m.text === text));
export const isFinished = async ({ rig }: Scene) => (await rig.store.links.get('h1'))?.isFinished === true;

export const handsOff = (routes?: Parameters<Scene['rig']['handOff']>[0]): Act => ({ does: ({ rig }) => rig.handOff(routes) });

/** The customer writes; the text is the message's id as well. */
export const says = (text: string, when?: Act['when']): Act => ({
  ...(when && { when }),
  does: ({ rig }) => rig.say(text, 'h1', text),
});

type Told = Record<string, unknown> & { kind: HandoffEvent['kind'] };

/** The desk's webhook brings an event of its newest session, named so that a repeat is known again. */
export const tells = (
  name: string,
  second: number,
  event: Told,
  { when, desk = 0 }: { when?: Act['when']; desk?: number } = {},
): Act => ({
  when: async (scene) => (scene.desks[desk]?.opened.length ?? 0) > 0 && ((await when?.(scene)) ?? true),
  does: async ({ rig, desks }) => {
    const teller = desks[desk] as FakeDesk;
    const prefix = teller instanceof AdoptingDesk ? teller.prefix : 's';
    const at = new Date(Date.UTC(2026, 0, 5, 10, 0, second)).toISOString();
    const full = { ...event, eventId: name, at } as unknown as Parameters<FakeDesk['event']>[0];
    await rig.relay.receive(teller.name, [teller.event(full, `${prefix}${teller.opened.length}`, 'h1')]);
  },
});

export const joins = (agentName = 'Kim', second = 1, more: Parameters<typeof tells>[3] = {}): Act =>
  tells(`join ${agentName}`, second, { kind: 'agentJoined', agentName }, more);

export const answers = (text: string, second: number, more: Parameters<typeof tells>[3] = {}): Act =>
  tells(text, second, { kind: 'agentMessage', text, attachments: [], cards: [] }, more);
