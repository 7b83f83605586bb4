import { silentLog } from '../../common/log';
import { startDeskPage } from '../../sandbox/desk-page/startDeskPage';
import { adaptive, card, earlier, useDeskPage } from './deskPageRig';

const rig = useDeskPage();

describe('the page', () => {
  it('works with the keyboard alone', async () => {
    rig.desk.arrive({ id: 'c' });
    await rig.item('Maria').waitFor();
    const tabTo = async (name: string) => {
      for (let stops = 0; stops < 40; stops += 1) {
        await rig.page.keyboard.press('Tab');
        if ((await rig.focused()) === name) return;
      }
      throw new Error(`the keyboard does not reach ${name}`);
    };
    await tabTo('Accept Maria Lopez');
    await rig.page.keyboard.press('Enter');
    await rig.until(async () => (await rig.focused()) === 'Your message');
    await rig.page.keyboard.type('Hello');
    await rig.page.keyboard.press('Enter');
    await rig.page.locator('.from-agent').getByText('Hello').waitFor();
    await tabTo('Ask for a file');
    await rig.page.keyboard.press('Space');
    await rig.page.getByText('A file was asked for.').first().waitFor();
    await rig.page.keyboard.press('Shift+Tab');
    await rig.page.keyboard.press('Shift+Tab');
    expect(await rig.focused()).toBe('Send a card');
    await rig.page.keyboard.press('Enter');
    await rig.page.getByRole('dialog').waitFor();
    await rig.page.keyboard.press('Escape');
    expect(await rig.focused()).toBe('Send a card');
    await tabTo('Skip to the conversation');
    await rig.page.keyboard.press('Enter');
    expect(await rig.focused()).toBe('Your message');
    await tabTo('End chat');
    await rig.page.keyboard.press('Enter');
    await rig.until(async () => (await rig.focused()) === 'Cancel');
    await rig.page.keyboard.press('Tab');
    await rig.page.keyboard.press('Enter');
    await rig.page.getByText('This chat was ended by the agent.').waitFor();
    expect(rig.desk.deeds.map(([action]) => action).filter((action) => action !== 'typing')).toEqual([
      'accept',
      'say',
      'requestFile',
      'end',
    ]);
  });

  it('goes between list and chat at 390 pixels', async () => {
    await rig.page.setViewportSize({ width: 390, height: 844 });
    rig.desk.arrive({ id: 'c', details: { email: 'maria@example.com' } });
    await rig.page.getByRole('button', { name: 'Accept Maria Lopez' }).click();
    await rig.box().waitFor();
    expect(await rig.item('Maria').isVisible()).toBe(false);
    rig.desk.customerSays('c', {
      text: `${'W'.repeat(300)} ${'x'.repeat(10_000)}`,
      cards: [{ contentType: adaptive, content: card }],
    });
    await rig.page.getByRole('button', { name: /Show all 10,301 characters/ }).waitFor();
    expect(await rig.pageWidth()).toBe(390);
    await rig.button('Details').click();
    await rig.page.getByText('maria@example.com').waitFor();
    await rig.expectAccessible();
    await rig.page.keyboard.press('Escape');
    await rig.until(async () => (await rig.focused()) === 'Details');
    await rig.expectAccessible();
    await rig.button('Chats').click();
    await rig.item('Maria').waitFor();
    expect(await rig.box().isVisible()).toBe(false);
    expect(await rig.page.evaluate('document.activeElement.className')).toBe('chat');
    await rig.expectAccessible();
    await rig.item('Maria').click();
    await rig.page.goBack();
    await rig.until(() => rig.item('Maria').isVisible());
  });

  it('shows names, long words and texts from the right as what they are', async () => {
    const name = '<b>Bob</b><script>window.broken = 1</script>';
    rig.desk.arrive({ id: 'c', customerName: name, topic: 'W'.repeat(500), details: { ['L'.repeat(200)]: 'V'.repeat(3_000) } });
    rig.desk.customerSays('c', { text: 'x'.repeat(10_000) });
    rig.desk.customerSays('c', { text: 'מה שלומך? <i>x</i>', name: 'N'.repeat(300) });
    await rig.item('<b>Bob').click();
    const hebrew = rig.page.locator('.said', { hasText: 'מה שלומך' });
    await hebrew.waitFor();
    expect(await hebrew.evaluate((element) => element.matches(':dir(rtl)'))).toBe(true);
    expect(await rig.page.locator('.head .name').innerText()).toBe(name);
    expect([await rig.pageWidth(), await rig.isBroken()]).toEqual([1440, false]);
    expect(await rig.page.locator('.log').evaluate((log) => log.scrollWidth > log.clientWidth)).toBe(false);
    await rig.page.getByRole('button', { name: /Show all 10,000 characters/ }).click();
    await rig.page.getByRole('button', { name: 'Show less' }).waitFor();
    await rig.expectAccessible();
    expect(rig.complaints).toEqual([]);
  });

  it('has no serious finding of axe with a chat full of things', async () => {
    rig.desk.arrive({ id: 'c', state: 'active', entries: earlier([{ cards: [{ contentType: adaptive, content: card }] }]) });
    rig.desk.customerSays('c', {
      text: 'See https://example.com',
      files: [{ name: 'a.pdf', contentType: 'application/pdf', url: '' }],
    });
    rig.desk.customerSays('c', { from: 'system', text: 'A file was asked for.' });
    rig.plain.arrive({ id: 'd', customerName: 'Jonas' });
    await rig.item('Maria').click();
    await rig.box().fill('Hello https://example.com');
    await rig.box().press('Enter');
    await rig.page.locator('.from-agent').waitFor();
    await rig.expectAccessible();
  });

  it('says when the connection is lost and goes on when it is back', async () => {
    await rig.openActive();
    const port = Number(new URL(rig.server.url).port);
    await rig.server.close();
    await rig.page.getByText('Connection lost – trying again …').waitFor();
    await rig.box().fill('Hello');
    await rig.box().press('Enter');
    await rig.page.getByRole('alert').getByText('does not answer').waitFor();
    rig.desk.customerSays('c', { text: 'Still here?' });
    rig.server = await startDeskPage({ port, desks: [rig.desk], log: silentLog });
    await rig.page.locator('.live').getByText('Still here?').waitFor();
    expect(await rig.box().inputValue()).toBe('Hello');
  });
});
