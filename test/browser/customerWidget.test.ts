import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame, Page } from 'playwright-core';
import { until } from '../support/fakeClock';
import { said, say, sendBox, useCustomerSite } from './customerRig';
import { overflow, picture, seriousFaults } from './journeyRig';

jest.setTimeout(90_000);

/** A shop's pages with a content policy that allows what docs/web.md asks for and nothing else. */
let shop: Server;
let botOrigin = '';
const shopOrigin = () => `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
const rig = useCustomerSite(async () => {
  shop = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
    response.writeHead(pathname === '/favicon.ico' ? 204 : 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src ${botOrigin}; frame-src ${botOrigin}`,
    });
    const attributes = [...searchParams].map(([name, value]) => ` data-${name}="${value}"`).join('');
    response.end(
      `<!doctype html><html lang="en"><title>Shop</title><body><main><h1>A shop at ${pathname}</h1><a href="/more">More</a></main>
       <script src="${botOrigin}/widget.js" defer${attributes}></script></body></html>`,
    );
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  return { web: { origins: [shopOrigin()] } };
});
beforeAll(() => {
  botOrigin = rig.site.url;
});
afterAll(() => new Promise((resolve) => shop.close(resolve)));

const open = (address = '/', options = {}) => rig.open(shopOrigin() + address, options);
const opener = (page: Page) => page.getByRole('button', { name: /chat|Chat/ });

async function chatIn(page: Page): Promise<Frame> {
  const frame = await (await page.locator('iframe').elementHandle())!.contentFrame();
  await frame!.locator('#connection[data-state="on"]').waitFor();
  return frame!;
}

describe('the widget on another site', () => {
  it('needs one line of HTML and two of a content policy, and begins a chat only when opened', async () => {
    const page = await open('/cards?customer=4711');
    await opener(page).waitFor();
    expect(await page.locator('iframe').count()).toBe(0);
    expect(rig.site.heard).toEqual([]);
    await opener(page).click();
    const chat = await chatIn(page);
    await said(chat, 'Welcome to Contoso Bank');
    await say(chat, 'hello from the shop');
    await said(chat, 'You said: hello from the shop');
    const joined = rig.site.heard.find(({ name }) => name === 'webchat/join');
    expect(joined!.value).toMatchObject({ sourcePageUrl: `${shopOrigin()}/cards` });
    await picture(page, 'widget');
    expect(await seriousFaults(page)).toEqual([]);
    expect(rig.faults).toEqual([]);
  });

  it('closes by button, cross and Escape, gives the focus back, and goes on where it was on the next page', async () => {
    const page = await open();
    await opener(page).press('Enter');
    const chat = await chatIn(page);
    await until('the send box has the focus', () =>
      chat.evaluate<boolean>('document.activeElement.matches(".webchat__send-box-text-box__input")'),
    );
    await say(chat, 'remember this');
    await said(chat, 'You said: remember this');
    await sendBox(chat).press('Escape');
    await page.locator('iframe').waitFor({ state: 'hidden' });
    await until(
      'the button has the focus',
      async () => (await page.evaluate('document.activeElement.localName')) === 'switchboard-chat',
    );
    await opener(page).press('Enter');
    await chat.getByRole('button', { name: 'Close the chat' }).click();
    await page.locator('iframe').waitFor({ state: 'hidden' });
    await opener(page).click();
    await page.getByRole('link', { name: 'More' }).click();
    await page.getByText('A shop at /more').waitFor();
    const after = await chatIn(page);
    await said(after, 'You said: remember this');
    expect(await page.locator('iframe').isVisible()).toBe(true);
    await until('the bot knows the new page', () =>
      rig.site.heard.some(({ value }) => (value as { sourcePageUrl?: string })?.sourcePageUrl === `${shopOrigin()}/more`),
    );
    expect(rig.faults).toEqual([]);
  });

  it('counts what arrives while it is closed, also over a page of the site', async () => {
    const page = await open();
    await opener(page).click();
    const chat = await chatIn(page);
    await say(chat, 'call me');
    await said(chat, 'You said: call me');
    await sendBox(chat).press('Escape');
    await rig.site.say({ type: 'message', text: 'Here I am' });
    await page.getByRole('button', { name: 'Open the chat, unread messages: 1' }).waitFor();
    await picture(page, 'widget-unread');
    await page.reload();
    await rig.site.say({ type: 'message', text: 'Still here' });
    await page.getByRole('button', { name: 'Open the chat, unread messages: 2' }).click();
    await page.getByRole('button', { name: 'Close the chat', exact: true }).first().waitFor();
    await said(await chatIn(page), 'Still here');
    expect(rig.faults).toEqual([]);
  });

  it('fills a small screen, keeps the focus there, and fits 360 pixels', async () => {
    const page = await open('/?language=de&title=Frag%20uns&color=%23ffd400&position=left', {
      viewport: { width: 360, height: 740 },
    });
    const button = page.getByRole('button', { name: 'Frag uns' });
    expect((await button.boundingBox())!.x).toBeLessThan(40);
    await button.click();
    const chat = await chatIn(page);
    await chat.getByRole('heading', { name: 'Frag uns' }).waitFor();
    expect(await page.locator('iframe').boundingBox()).toMatchObject({ x: 0, y: 0, width: 360, height: 740 });
    expect(await page.getByRole('dialog').getAttribute('aria-modal')).toBe('true');
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.localName')).toBe('switchboard-chat');
    }
    await say(chat, 'cards');
    await chat.locator('.ac-pushButton').first().waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await chat.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await picture(page, 'widget-phone');
    // Yellow would not be readable below white: the chat darkens it.
    expect(await chat.evaluate('getComputedStyle(document.querySelector(".panel-head")).backgroundColor')).not.toBe(
      'rgb(255, 212, 0)',
    );
    await sendBox(chat).press('Escape');
    await button.waitFor();
    expect(rig.faults).toEqual([]);
  });

  it('is not shown by sites that are not on the list', async () => {
    const stranger = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<script src="${botOrigin}/widget.js" defer></script>`);
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    try {
      const page = await rig.open(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`);
      await opener(page).click();
      await until('the browser refuses', () => rig.faults.some((fault) => fault.includes('frame-ancestors')));
    } finally {
      await new Promise((resolve) => stranger.close(resolve));
    }
  });
});
