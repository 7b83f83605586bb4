import fc from 'fast-check';
import { LeaseLost, type LinkStore } from '../../../store/links';
import type { Bench } from './storeSuite';

interface ModelLink {
  id: string;
  conversation: string;
  isOpen: boolean;
  isFinished: boolean;
  state: string;
  owner: string | undefined;
  epoch: number;
  createdAt: number;
  sessionKey: string | undefined;
  data: number;
  messages: { id: string; settled: boolean; attempts: number }[];
}

interface ModelEvent {
  session: string;
  handoff: string;
  id: string;
  handled: boolean;
}

type Step =
  | { do: 'open'; link: number; conversation: number; owner: number }
  | { do: 'append'; link: number; message: number }
  | { do: 'attempt'; link: number; stale: boolean }
  | { do: 'settle'; link: number; stale: boolean; close: boolean; finish: boolean; data: number }
  | { do: 'session'; link: number; session: number }
  | { do: 'receive'; link: number; session: number; event: number; named: boolean }
  | { do: 'handle'; link: number; stale: boolean }
  | { do: 'beat'; owner: number }
  | { do: 'release'; owner: number }
  | { do: 'claim'; owner: number; limit: number; patience: number };

const small = fc.nat({ max: 2 });
const flag = fc.boolean();
const stale = fc.nat({ max: 5 }).map((n) => n === 0);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('open' as const), link: small, conversation: small, owner: small }),
  fc.record({ do: fc.constant('append' as const), link: small, message: small }),
  fc.record({ do: fc.constant('attempt' as const), link: small, stale }),
  fc.record({ do: fc.constant('settle' as const), link: small, stale, close: flag, finish: stale, data: small }),
  fc.record({ do: fc.constant('session' as const), link: small, session: small }),
  fc.record({ do: fc.constant('receive' as const), link: small, session: small, event: small, named: flag }),
  fc.record({ do: fc.constant('handle' as const), link: small, stale }),
  fc.record({ do: fc.constant('beat' as const), owner: small }),
  fc.record({ do: fc.constant('release' as const), owner: small }),
  fc.record({ do: fc.constant('claim' as const), owner: small, limit: small, patience: small }),
);

/** The link store in a few lines of memory: what the real ones are compared with. */
class Model {
  readonly links = new Map<string, ModelLink>();
  readonly events: ModelEvent[] = [];
  readonly beats = new Map<string, number>();

  open(id: string, conversation: string, owner: string, now: number): { id: string; created: boolean } {
    const all = [...this.links.values()];
    const there = all.find((link) => link.isOpen && link.conversation === conversation) ?? this.links.get(id);
    if (there) return { id: there.id, created: false };
    if (!this.beats.has(owner)) this.beats.set(owner, now);
    this.links.set(id, {
      id,
      conversation,
      owner,
      isOpen: true,
      isFinished: false,
      state: 'requested',
      epoch: 1,
      createdAt: now,
      sessionKey: undefined,
      data: 0,
      messages: [],
    });
    return { id, created: true };
  }

  append(id: string, message: string): string {
    const link = this.links.get(id);
    if (link?.messages.some((known) => known.id === message)) return 'duplicate';
    if (!link?.isOpen) return 'closed';
    link.messages.push({ id: message, settled: false, attempts: 0 });
    return 'stored';
  }

  claim(owner: string, now: number, silentForInMs: number, limit: number): ModelLink[] {
    const isFree = ({ owner: current }: ModelLink) =>
      current === undefined ||
      (current !== owner && (silentForInMs === 0 || (this.beats.get(current) ?? 0) <= now - silentForInMs));
    const taken = [...this.links.values()]
      .filter((link) => !link.isFinished && isFree(link))
      .sort((a, b) => a.createdAt - b.createdAt)
      .slice(0, limit);
    for (const link of taken) {
      link.owner = owner;
      link.epoch += 1;
    }
    if (taken.length > 0) this.beats.set(owner, now);
    return taken;
  }

  waiting(link: ModelLink): string[] {
    return this.events
      .filter((event) => !event.handled && (event.handoff === link.id || event.session === link.sessionKey))
      .map((event) => event.id);
  }
}

/** Does a step to both and compares what they answer. */
async function play(step: Step, model: Model, links: LinkStore, now: number): Promise<void> {
  const id = 'link' in step ? `link-${step.link}` : '';
  const link = model.links.get(id);
  switch (step.do) {
    case 'open': {
      const conversationKey = `conversation-${step.conversation}`;
      const opened = await links.open(
        { id, conversationKey, provider: 'p', request: {}, data: { n: 0 } },
        `owner-${step.owner}`,
        now,
      );
      const expected = model.open(id, conversationKey, `owner-${step.owner}`, now);
      expect({ id: opened.link.id, created: opened.created }).toEqual(expected);
      return;
    }
    case 'append': {
      const messageId = `message-${step.message}`;
      expect(await links.append(id, 'toDesk', { messageId, payload: {} }, now)).toBe(model.append(id, messageId));
      return;
    }
    case 'attempt': {
      const [next] = await links.pending(id, 'toDesk', 1);
      const expected = link?.messages.find((message) => !message.settled);
      expect(next?.messageId).toBe(expected?.id);
      if (!next || !link || !expected) return;
      await fenced(step.stale, link, (epoch) => links.beginAttempt(next, epoch, {}, now));
      if (!step.stale) expected.attempts += 1;
      return;
    }
    case 'settle': {
      if (!link) return;
      const [next] = await links.pending(id, 'toDesk', 1);
      await fenced(step.stale, link, (epoch) =>
        links.update(
          id,
          epoch,
          {
            data: { n: step.data },
            ...(step.close && { isOpen: false }),
            ...(step.finish && { isFinished: true }),
            settled: next ? [{ seq: next.seq, as: 'done' }] : [],
          },
          now,
        ),
      );
      if (step.stale) return;
      link.data = step.data;
      link.isOpen &&= !step.close && !step.finish;
      link.isFinished ||= step.finish;
      const settled = link.messages.find((message) => !message.settled);
      if (settled) settled.settled = true;
      return;
    }
    case 'session': {
      if (!link) return;
      await links.update(id, link.epoch, { sessionKey: `session-${step.link}-${step.session}` }, now);
      link.sessionKey = `session-${step.link}-${step.session}`;
      return;
    }
    case 'receive': {
      const session = `session-${step.link}-${step.session}`;
      const event = { session, handoff: step.named ? id : '', id: `event-${session}-${step.event}`, handled: false };
      const named = await links.receive('p', session, step.named ? id : undefined, [{ eventId: event.id, payload: {} }], now);
      const owned = link && !link.isFinished && (link.sessionKey === session || step.named);
      expect(named).toBe(owned ? id : undefined);
      if (!model.events.some((known) => known.id === event.id)) model.events.push(event);
      return;
    }
    case 'handle': {
      if (!link) return;
      const waiting = await links.unhandled('p', link.sessionKey, id, 10);
      expect(waiting.map((event) => event.eventId)).toEqual(model.waiting(link));
      const handledEvents = waiting.slice(0, 1).map((event) => event.seq);
      await fenced(step.stale, link, (epoch) => links.update(id, epoch, { handledEvents }, now));
      const handled = model.events.find((event) => event.id === waiting[0]?.eventId);
      if (handled && !step.stale) handled.handled = true;
      return;
    }
    case 'beat':
      await links.heartbeat(`owner-${step.owner}`);
      model.beats.set(`owner-${step.owner}`, now);
      return;
    case 'release':
      await links.release(`owner-${step.owner}`);
      model.beats.delete(`owner-${step.owner}`);
      for (const each of model.links.values()) if (each.owner === `owner-${step.owner}`) each.owner = undefined;
      return;
    case 'claim': {
      const silentForInMs = step.patience * 5;
      const taken = await links.claim(`owner-${step.owner}`, now, silentForInMs, step.limit);
      const expected = model.claim(`owner-${step.owner}`, now, silentForInMs, step.limit);
      expect(taken.map((each) => [each.id, each.epoch])).toEqual(expected.map((each) => [each.id, each.epoch]));
    }
  }
}

async function fenced(stale: boolean, link: ModelLink, act: (epoch: number) => Promise<unknown>): Promise<void> {
  if (stale) await expect(act(link.epoch - 1)).rejects.toThrow(LeaseLost);
  else await act(link.epoch);
}

async function compare(model: Model, links: LinkStore): Promise<void> {
  for (const expected of model.links.values()) {
    const { conversation: conversationKey, isOpen, isFinished, epoch, sessionKey, data } = expected;
    expect(await links.get(expected.id)).toMatchObject({ conversationKey, isOpen, isFinished, epoch, data: { n: data } });
    expect((await links.get(expected.id))?.sessionKey).toBe(sessionKey);
    const pending = await links.pending(expected.id, 'toDesk', 10);
    const left = expected.messages.filter((message) => !message.settled);
    expect(pending.map((each) => [each.messageId, each.attempts])).toEqual(left.map((each) => [each.id, each.attempts]));
  }
  const open = [...model.links.values()].filter((link) => link.isOpen).map((link) => link.id);
  expect((await links.listOpen(100)).map((link) => link.id).sort()).toEqual(open.sort());
}

export function describeLinkModel(bench: Bench): void {
  test('any sequence of steps leaves the links as a simple model has them', async () => {
    const { links } = bench.store;
    let now = 1_000_000;
    const tick = async () => {
      await bench.clock.advance(1);
      return ++now;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const model = new Model();
        for (const each of steps) await play(each, model, links, await tick());
        await compare(model, links);
        await clear(links, model, await tick());
      }),
      { numRuns: 40 },
    );
  });
}

/** Empties the store for the next run of the property. */
async function clear(links: LinkStore, model: Model, now: number): Promise<void> {
  for (const { id, epoch } of model.links.values()) await links.update(id, epoch, { isFinished: true }, now);
  for (const owner of [0, 1, 2]) await links.release(`owner-${owner}`);
  await links.purge(now + 1);
}
