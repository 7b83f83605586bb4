import type { JsonObject } from '../../../common/json';
import type { LinkStore } from '../../../store/links';
import { StoreFailure } from '../../../store/storeFailure';
import { settle } from '../../support/fakeClock';
import { FakeDesk } from '../../support/fakeDesk';
import { PolledDesk } from '../../support/polledDesk';
import { RelayRig } from '../../support/relayRig';

/** A part that failed comes again after a second; a chat with all its parts failing asks about twenty times a second. */
const callsPerSecond = 60;
/** Whoever asks so often will not stop: the call is not answered, so that the test can say so. */
const endless = 1_000;

type Call = keyof LinkStore & string;
/** `refuses`: nothing happens. `isSilent`: it happens, and its answer is lost. */
type Trouble = 'refuses' | 'isSilent';

/** The calls of one link's worker. */
const workersCalls: Call[] = ['get', 'update', 'appendBegun', 'beginAttempt', 'receiveListened', 'pending', 'unhandled'];
const troubled: Call[][] = [...workersCalls.map((call) => [call]), ['update', 'appendBegun', 'beginAttempt', 'receiveListened']];

/** A store whose calls are counted, and some of which fail as soon as it is in trouble. */
class TroubledStore {
  calls = 0;
  isInTrouble = false;

  constructor(links: LinkStore, failing: Call[], trouble: Trouble) {
    for (const name of [...workersCalls, 'append', 'receive', 'waiting', 'claim'] as Call[]) {
      const call = (links[name] as (...args: unknown[]) => Promise<unknown>).bind(links);
      const counted = async (...args: unknown[]): Promise<unknown> => {
        this.calls += 1;
        if (this.calls > endless) return new Promise(() => undefined);
        const fails = this.isInTrouble && failing.includes(name);
        const answer = fails && trouble === 'refuses' ? undefined : await call(...args);
        if (fails) throw new StoreFailure('unavailable', 'the store is in trouble');
        return answer;
      };
      Object.assign(links, { [name]: counted });
    }
  }
}

/** Each attempt changes the session, as a sequence number does. */
function counting<D extends FakeDesk>(desk: D): D {
  desk.reserve = (session: JsonObject) => ({ reservation: {}, session: { next: Number(session['next'] ?? 0) + 1 } });
  return desk;
}
const desks = { webhook: () => counting(new FakeDesk()), poll: () => counting(new PolledDesk()) };

describe.each(['webhook', 'poll'] as const)('a store in trouble is left to breathe, at a desk heard by %s', (heardBy) => {
  describe.each(['refuses', 'isSilent'] as const)('that %s', (trouble) => {
    test.each(troubled.map((failing) => ({ failing })))('$failing', async ({ failing }) => {
      const desk = desks[heardBy]();
      const rig = await RelayRig.start([desk]);
      const store = new TroubledStore(rig.store.links, failing, trouble);
      const tell = (event: Parameters<FakeDesk['event']>[0]): Promise<void> => {
        if (!(desk instanceof PolledDesk)) return rig.relay.receive('fake', [desk.event(event)]);
        desk.tells(desk.event(event).event);
        return settle();
      };
      await rig.handOff();
      await rig.until('the desk has it', () => desk.opened.length === 1);
      await tell({ kind: 'agentJoined', agentName: 'Kim' });
      await rig.until('they are connected', () => rig.channel.kinds().includes('agentJoined'));
      await settle();
      [store.calls, store.isInTrouble] = [0, true];
      let isRefused = false;
      const refused = () => {
        isRefused = true;
      };
      const happenings = [
        () => rig.say('one').then(() => undefined, refused),
        () => tell({ kind: 'agentMessage', text: 'uno', attachments: [], cards: [] } as never),
        () => tell({ kind: 'ended', by: 'agent' } as never),
      ];
      for (const happens of happenings) {
        // What is refused at once is no matter here: how often is asked is.
        await Promise.allSettled([Promise.race([happens(), settle(100)])]);
        for (let second = 0; second < 4; second += 1) {
          expect(store.calls).toBeLessThan(callsPerSecond);
          store.calls = 0;
          await rig.clock.advance(1_000);
        }
      }
      store.isInTrouble = false;
      await rig.advanceUntil('the bot has the conversation back', () => {
        store.calls = 0;
        return rig.channel.givenBack.includes('h1');
      });
      // The chat may have ended before the store took anything: then the customer was told, if not by the refusal.
      expect(desk.received.length > 0 || rig.channel.kinds().includes('undelivered') || isRefused).toBe(true);
      expect(isRefused).toBe(failing.includes('appendBegun'));
      expect(rig.channel.texts()).toContain('uno');
      await rig.stop();
    });
  });
});
