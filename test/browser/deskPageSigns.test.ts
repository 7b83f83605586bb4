import { earlier, useDeskPage } from './deskPageRig';

const rig = useDeskPage();

/** The time of the newest entry, as the desk knows it. */
const now = () => rig.desk.chats()[0]!.entries.at(-1)!.at;

async function say(text: string): Promise<void> {
  await rig.box().fill(text);
  await rig.box().press('Enter');
  await rig.page.locator('.from-agent').getByText(text).waitFor();
}

describe('what the customer has read', () => {
  it('is shown below the last message of it, and moves on', async () => {
    await rig.openActive();
    await say('Good morning');
    await say('I look it up');
    expect(await rig.page.getByText('Read', { exact: true }).count()).toBe(0);
    const read = now();
    await rig.page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
    await say('Found it');
    rig.desk.change('c', { readUntil: read });
    const marked = rig.page.locator('.entry', { has: rig.page.getByText('Read', { exact: true }) });
    await marked.waitFor();
    expect(await marked.allInnerTexts()).toEqual([expect.stringContaining('I look it up')]);
    rig.desk.change('c', { readUntil: now() });
    await marked.getByText('Found it').waitFor();
    expect(await marked.count()).toBe(1);
    await rig.expectAccessible();
  });

  it('is never shown with what the customer said', async () => {
    await rig.openActive();
    rig.desk.customerSays('c', { text: 'Hello?' });
    await rig.page.locator('.live').getByText('Hello?').waitFor();
    rig.desk.change('c', { readUntil: now(), customerIsTyping: true });
    await rig.page.getByText('Maria Lopez is typing …').waitFor();
    expect(await rig.page.getByText('Read', { exact: true }).count()).toBe(0);
  });
});

describe('the place in a chat', () => {
  it('is its end when it is opened, also where the details take a part of the width', async () => {
    const text = 'words that need several lines when there is less room for them '.repeat(12);
    rig.desk.arrive({ id: 'c', state: 'active', entries: earlier([{ text }, { text }, { text }]) });
    for (const number of [1, 2, 3]) rig.desk.customerSays('c', { text: `${number} ${text}` });
    await rig.item('Maria').click();
    await rig.box().waitFor();
    const belowInPixels = () =>
      rig.page.evaluate<number>('((log) => log.scrollHeight - log.scrollTop - log.clientHeight)(document.querySelector(".log"))');
    await rig.until(async () => (await belowInPixels()) < 2);
    await rig.page.setViewportSize({ width: 800, height: 700 });
    await rig.until(async () => (await belowInPixels()) < 2);
  });
});

describe('putting a chat aside', () => {
  it('works by keyboard, and the chat comes back when the customer writes', async () => {
    await rig.openActive();
    for (let presses = 0; presses < 40 && (await rig.focused()) !== 'Put aside'; presses += 1)
      await rig.page.keyboard.press('Shift+Tab');
    await rig.page.keyboard.press('Enter');
    await rig.page.getByText('It waits again as soon as the customer writes.').waitFor();
    expect(rig.deeds('pause')).toEqual([['pause', 'c']]);
    expect(await rig.focused()).toBe('Maria Lopez');
    expect(await rig.box().count()).toBe(0);
    expect(await rig.heard()).toContain('The chat with Maria Lopez is put aside');
    await rig.page.getByRole('region', { name: 'Put aside' }).getByText('Maria Lopez').waitFor();
    await rig.page.getByRole('button', { name: 'Put aside 1' }).click();
    await rig.expectAccessible();
    rig.desk.change('c', { state: 'waiting' });
    await rig.button('Accept').waitFor();
    expect(await rig.heard()).toContain('Maria Lopez is waiting');
    await rig.button('Accept').click();
    await rig.box().waitFor();
    expect(rig.complaints).toEqual([]);
  });

  it('fits a phone, and says what the desk refused', async () => {
    await rig.openActive();
    await rig.page.setViewportSize({ width: 390, height: 844 });
    rig.desk.failure = new Error('The chat is not assigned.');
    await rig.button('Put aside').click();
    await rig.page.getByRole('alert').getByText('The chat is not assigned.').waitFor();
    expect(await rig.pageWidth()).toBeLessThanOrEqual(390);
    await rig.button('Put aside').click();
    await rig.page.getByText('It waits again as soon as').waitFor();
    await rig.page.getByRole('button', { name: 'Chats' }).click();
    expect(await rig.pageWidth()).toBeLessThanOrEqual(390);
    await rig.expectAccessible();
  });
});
