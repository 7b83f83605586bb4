import { silentLog } from '../../../../../common/log';
import type { Kept } from '../../../../../handoff/kept';
import { Openings } from '../../../../../handoff/providers/ccaip/openings';
import { chatOf } from '../../../../../handoff/providers/ccaip/wire';
import { MemoryKept } from '../../../../contract/provider/memoryKept';
import { FakeClock } from '../../../../support/fakeClock';

const opening = { handoffId: 'h1', endUserId: 134, menuId: 7 };
const chat = (id: number, more: object = {}) => {
  const found = chatOf({
    id,
    status: 'queued',
    end_user: { id: 134, identifier: 'x' },
    menus: [{ id: 7, name: 'Cards' }],
    ...more,
  });
  if (!found) throw new Error('no chat');
  return found;
};

function setUp(kept: Kept = new MemoryKept(), read: (id: number) => object = () => ({})) {
  const clock = new FakeClock();
  const looked: number[] = [];
  const look = async (id: number) => {
    looked.push(id);
    return chat(id, read(id));
  };
  return { clock, looked, openings: new Openings(kept, look, clock, silentLog) };
}

describe('the owner of a chat', () => {
  it('is who asked for it and got no answer', async () => {
    const { openings, clock, looked } = setUp();
    await openings.begin(opening);
    await clock.advance(5_000);
    expect(await openings.ownerOf(135, clock.now(), chat(135))).toBe('h1');
    expect(looked).toEqual([]);
  });

  it('is found by reading the chat when the announcement says nothing of it', async () => {
    const { openings, looked } = setUp();
    await openings.begin(opening);
    expect(await openings.ownerOf(135, undefined, undefined)).toBe('h1');
    expect(looked).toEqual([135]);
  });

  it('is found by another process, too', async () => {
    const kept = new MemoryKept();
    await setUp(kept).openings.begin(opening);
    expect(await setUp(kept).openings.ownerOf(135, undefined, chat(135))).toBe('h1');
  });

  it.each<[string, object]>([
    ['another end user', { end_user: { id: 99 } }],
    ['no end user', { end_user: null }],
    ['another queue', { menus: [{ id: 8 }] }],
    ['a chat that is over', { status: 'finished' }],
  ])('is not told by %s', async (_, more) => {
    const { openings, clock } = setUp(new MemoryKept(), () => more);
    await openings.begin(opening);
    expect(await openings.ownerOf(135, clock.now(), chat(135, more))).toBeUndefined();
  });

  it('is not who asked long after the chat was made', async () => {
    const { openings, clock } = setUp();
    await openings.begin(opening);
    expect(await openings.ownerOf(135, clock.now() - 60_001, chat(135))).toBeUndefined();
    expect(await openings.ownerOf(135, clock.now() - 59_000, chat(135))).toBe('h1');
  });

  it('needs not be found when the answer came', async () => {
    const { openings, looked } = setUp();
    await openings.begin(opening);
    await openings.answered(opening, 135);
    expect(await openings.ownerOf(135, undefined, undefined)).toBeUndefined();
    expect(looked).toEqual([]);
  });

  it('with its answer is not the owner of other chats, unless an earlier answer was lost', async () => {
    const { openings } = setUp();
    await openings.begin(opening);
    await openings.answered(opening, 136);
    expect(await openings.ownerOf(135, undefined, chat(135))).toBeUndefined();
    await openings.begin({ ...opening, handoffId: 'h2' });
    await openings.begin({ ...opening, handoffId: 'h2' });
    await openings.answered({ ...opening, handoffId: 'h2' }, 138);
    expect(await openings.ownerOf(137, undefined, chat(137))).toBe('h2');
  });

  it('is our handoff when it is named', async () => {
    const { openings } = setUp();
    expect(await openings.ownerOf(135, undefined, chat(135, { context: { value: { handoff_id: 'h9' } } }))).toBe('h9');
  });

  it('is nobody any more after the end', async () => {
    const kept = new MemoryKept();
    const { openings } = setUp(kept);
    await openings.begin(opening);
    await openings.answered(opening, 135);
    await openings.forget(134, 999);
    expect(kept.documents.size).toBe(1);
    await openings.forget(134, 135);
    expect(kept.documents.size).toBe(0);
  });

  it('stays open when the chat cannot be read', async () => {
    const { openings } = setUp(new MemoryKept(), () => {
      throw new Error('away');
    });
    await openings.begin(opening);
    expect(await openings.ownerOf(135, undefined, undefined)).toBeUndefined();
  });
});

describe('without the store', () => {
  const broken: Kept = {
    read: () => Promise.reject(new Error('away')),
    write: () => Promise.reject(new Error('away')),
    remove: () => Promise.reject(new Error('away')),
  };

  it('nothing is asked for, and it can be tried again', async () => {
    await expect(setUp(broken).openings.begin(opening)).rejects.toMatchObject({ retriable: true, delivered: 'no' });
  });

  it('an announcement is not answered', async () => {
    await expect(setUp(broken).openings.ownerOf(135, undefined, chat(135))).rejects.toMatchObject({ retriable: true });
  });

  it('an answer is not lost', async () => {
    const { openings } = setUp(broken);
    await openings.answered(opening, 135);
    await openings.forget(134, 135);
    expect(openings.isYoung(135)).toBe(false);
  });
});

it('a chat is young for some seconds after its answer', async () => {
  const { openings, clock } = setUp();
  await openings.answered(opening, 135);
  expect(openings.isYoung(135)).toBe(true);
  await clock.advance(15_000);
  expect(openings.isYoung(135)).toBe(false);
  expect(openings.isYoung(136)).toBe(false);
});
