import { DatabaseSync } from 'node:sqlite';
import { StoreFailure } from '../../../store/storeFailure';
import { FakeDesk } from '../../support/fakeDesk';
import { RelayRig } from '../../support/relayRig';

/** SQLite's own limit stands for the disk's: beyond it a write fails just as on a full disk (SQLITE_FULL). */
class Disk {
  private readonly connections: DatabaseSync[] = [];
  private readonly exec = jest.spyOn(DatabaseSync.prototype, 'exec');

  watch(): void {
    const { connections } = this;
    this.exec.mockImplementation(function (this: DatabaseSync, sql: string) {
      if (!connections.includes(this)) connections.push(this);
      return Disk.original.call(this, sql);
    });
  }

  private static readonly original = DatabaseSync.prototype.exec;

  isFull(full: boolean): void {
    for (const connection of this.connections) {
      const pages = connection.prepare('PRAGMA page_count').get() as { page_count: number };
      Disk.original.call(connection, `PRAGMA max_page_count = ${full ? pages.page_count : 1_000_000_000}`);
    }
  }

  restore(): void {
    this.exec.mockRestore();
  }
}

describe('the relay on a disk that is full', () => {
  it('refuses what it cannot write down, loses nothing it has taken, and goes on when there is room', async () => {
    const disk = new Disk();
    disk.watch();
    const desk = new FakeDesk();
    const rig = await RelayRig.start([desk]);
    await rig.handOff();
    await rig.until('the desk has it', () => desk.opened.length === 1);
    await rig.relay.receive('fake', [desk.event({ kind: 'agentJoined', agentName: 'Kim' })]);
    await rig.until('they are connected', () => rig.channel.kinds().includes('agentJoined'));
    disk.isFull(true);
    const taken: string[] = [];
    let refusal: unknown;
    const long = 'x'.repeat(20_000);
    for (let n = 0; n < 50 && refusal === undefined; n += 1) {
      const text = `m${n} ${long}`;
      await rig.say(text, 'h1', `c${n}`).then(
        () => taken.push(text),
        (error: unknown) => {
          refusal = error;
        },
      );
    }
    // The server answers this with 503: the channel comes again with the same message.
    expect(refusal).toBeInstanceOf(StoreFailure);
    disk.isFull(false);
    const again = `m${taken.length} ${long}`;
    expect(await rig.say(again, 'h1', `c${taken.length}`)).toBe('accepted');
    await rig.advanceUntil('all arrived', () => desk.received.length === taken.length + 1);
    expect(desk.received.map(({ text }) => text)).toEqual([...taken, again]);
    await rig.stop();
    disk.restore();
  });
});
