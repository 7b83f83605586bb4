import { until } from '../support/fakeClock';
import { bubble, hide, said, say, sendBox, useCustomerSite } from './customerRig';
import { overflow, picture, seriousFaults } from './journeyRig';

jest.setTimeout(90_000);

const rig = useCustomerSite();

describe('the customer page in other languages', () => {
  it('comes in the browser’s language, with Web Chat in it too', async () => {
    const page = await rig.open('/', { locale: 'de-AT' });
    await said(page, 'Welcome to Contoso Bank');
    expect(await page.getAttribute('html', 'lang')).toBe('de');
    expect(await page.title()).toBe('Hilfe – Contoso Bank');
    await page.getByRole('heading', { name: 'Wie können wir helfen?' }).waitFor();
    await page.getByRole('button', { name: 'Meine Karte wurde gestohlen' }).click();
    await said(page, 'You said: Meine Karte wurde gestohlen');
    expect(rig.site.heard.at(-1)).toMatchObject({ locale: 'de-AT' });
    await page.locator('#connection', { hasText: 'Verbunden' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(rig.faults).toEqual([]);
  });

  it('changes its language, tells the bot, and keeps it over a reload', async () => {
    const page = await rig.open();
    await said(page, 'Welcome to Contoso Bank');
    await sendBox(page).fill('not sent yet');
    await page.getByLabel('Language').selectOption('Français');
    await page.getByRole('heading', { name: 'Comment pouvons-nous vous aider ?' }).waitFor();
    await until('the bot is told', () => rig.site.heard.at(-1)?.name === 'webchat/language');
    expect(rig.site.heard.at(-1)).toMatchObject({ value: { language: 'fr' }, locale: 'fr' });
    expect(await sendBox(page).inputValue()).toBe('not sent yet');
    await sendBox(page).press('Enter');
    await said(page, 'You said: not sent yet');
    await page.getByPlaceholder('Tapez votre message').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Comment pouvons-nous vous aider ?' }).waitFor();
    await page.getByPlaceholder('Tapez votre message').waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('fr');
    expect(rig.faults).toEqual([]);
  });

  it('tells the bot of the change only after the agent’s chat, where it would be lost', async () => {
    const page = await rig.open();
    await say(page, 'hello');
    await said(page, 'You said: hello');
    await rig.site.say({ type: 'event', name: 'handoff.status', value: { state: 'accepted', agentName: 'Alex' } });
    await page.getByText('You are chatting with Alex.').waitFor();
    await page.getByLabel('Language').selectOption('Čeština');
    await page.getByText('Píšete si s: Alex.').waitFor();
    expect(rig.site.heard.some(({ value }) => (value as { language?: string } | undefined)?.language === 'cs')).toBe(false);
    await rig.site.say({ type: 'event', name: 'handoff.status', value: { state: 'completed' } });
    await until('the bot is told', () => rig.site.heard.at(-1)?.name === 'webchat/language');
    expect(rig.site.heard.at(-1)?.value).toEqual({ language: 'cs' });
  });

  it('can be written from right to left without breaking, at any width', async () => {
    const page = await rig.open('/?lang=ar');
    await said(page, 'Welcome to Contoso Bank');
    expect(await page.getAttribute('html', 'dir')).toBe('rtl');
    expect(await page.evaluate('getComputedStyle(document.querySelector(".webchat__send-box")).direction')).toBe('rtl');
    // English words keep their question mark at their own end, which is on the right.
    const endsOnTheRight = (of: string) =>
      page.evaluate<boolean>(`(() => {
        const walker = document.createTreeWalker(document.querySelector(${JSON.stringify(of)}), NodeFilter.SHOW_TEXT);
        const text = walker.nextNode();
        const place = (from) => {
          const range = document.createRange();
          range.setStart(text, from);
          range.setEnd(text, from + 1);
          return range.getBoundingClientRect().left;
        };
        return place(text.data.trimEnd().length - 1) > place(0);
      })()`);
    expect(await endsOnTheRight('h1')).toBe(true);
    expect(await endsOnTheRight('#chat .webchat__text-content p')).toBe(true);
    await say(page, 'مرحبا');
    await said(page, 'You said: مرحبا');
    await say(page, 'cards');
    await page.locator('.ac-pushButton').first().waitFor();
    // The customer's own words stand at the end of a line, which is on the left here.
    const place = async (text: string) => (await bubble(page, text).last().boundingBox())!.x;
    expect(await place('مرحبا')).toBeLessThan((await page.locator('#chat').boundingBox())!.x + 640);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await picture(page, 'right-to-left');
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await picture(page, 'right-to-left-phone');
    expect(rig.faults).toEqual([]);
  });

  it('takes nonsense for a language without harm', async () => {
    const page = await rig.open('/?lang=%22%3E%3Cscript%3E');
    await said(page, 'Welcome to Contoso Bank');
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    expect(rig.faults).toEqual([]);
  });
});

describe('what arrives while the page is hidden', () => {
  it('is counted in the title until the customer looks, and not again after a reload', async () => {
    const page = await rig.open();
    await say(page, 'hello');
    await said(page, 'You said: hello');
    expect(await page.title()).toBe('Help – Contoso Bank');
    await hide(page, true);
    await rig.site.say({ type: 'message', text: 'One more thing' });
    await rig.site.say({ type: 'message', text: 'And another' });
    await said(page, 'And another');
    await until('the title counts', async () => (await page.title()) === '(2) Help – Contoso Bank');
    await hide(page, false);
    await until('nothing is unread', async () => (await page.title()) === 'Help – Contoso Bank');
    await page.reload();
    await said(page, 'And another');
    expect(await page.title()).toBe('Help – Contoso Bank');
  });
});
