import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser';
import { type EchoSite, startEchoSite } from '../support/echoSite';
import { FakeClock, until } from '../support/fakeClock';

jest.setTimeout(120_000);

describe('the customer page', () => {
  let browser: Browser;
  let site: EchoSite;
  let context: BrowserContext;
  let page: Page;
  let folder: string;
  const faults: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'switchboard-page-'));
    browser = await launchBrowser();
    site = await startEchoSite({ dataFile: path.join(folder, 'direct-line.jsonl') });
  });

  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(viewport = { width: 1280, height: 900 }, url = site.url): Promise<void> {
    context = await browser.newContext({ viewport });
    page = await context.newPage();
    faults.length = 0;
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(url);
    await said('Welcome to Contoso Bank');
  }

  afterEach(async () => {
    await context?.close();
  });

  const sendBox = () => page.getByPlaceholder('Type your message');
  const said = (text: string) => page.locator('.webchat__bubble__content', { hasText: text }).last().waitFor({ timeout: 20_000 });

  async function send(text: string): Promise<void> {
    await sendBox().fill(text);
    await sendBox().press('Enter');
  }

  /** A picture for people to look at, only when a folder for them is named. */
  async function picture(name: string): Promise<void> {
    const pictures = process.env['PICTURES'];
    if (pictures) await page.screenshot({ path: path.join(pictures, `${name}.png`) });
  }

  async function seriousFaults(): Promise<string[]> {
    // Through the debugger and not as a script of the page, whose own rules forbid it.
    await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    return page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
    });
  }

  it('sends a message, shows the answer and a card, and breaks none of its own rules', async () => {
    await open();
    await send('hello');
    await said('You said: hello');
    await send('card');
    await page.getByText('Cards arrive within six working days').waitFor();
    await page.locator('.ac-pushButton', { hasText: 'That helped' }).first().click();
    await said('helped');
    await send('cards');
    await page.getByRole('button', { name: 'Next' }).first().waitFor();
    await page.locator('#connection', { hasText: 'Connected' }).waitFor();
    await picture('wide');
    expect(faults).toEqual([]);
  });

  it('uploads a file, which the bot gets', async () => {
    await open();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Upload file' }).click();
    const picture = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    await (await chooser).setFiles({ name: 'statement.png', mimeType: 'image/png', buffer: picture });
    // Until the file is read "Send" has nothing to send.
    await page.locator('.webchat__attachment-icon--checked').waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await said('You sent statement.png');
    const file = site.heard.at(-1)!.attachments![0]!;
    expect(file.contentType).toBe('image/png');
    expect(Buffer.from(await (await fetch(file.contentUrl!)).arrayBuffer())).toEqual(picture);
    expect(faults).toEqual([]);
  });

  it('goes on in the same conversation after a reload, and in a new one after starting over', async () => {
    await open();
    await send('remember me');
    await said('You said: remember me');
    const before = site.heard.at(-1)!;
    await page.reload();
    await said('You said: remember me');
    await send('and now');
    await said('You said: and now');
    expect(site.heard.at(-1)!.conversation.id).toBe(before.conversation.id);
    expect(site.heard.at(-1)!.from.id).toBe(before.from.id);
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.locator('.webchat__bubble__content', { hasText: 'remember me' }).first().waitFor({ state: 'detached' });
    await said('Welcome to Contoso Bank');
    await send('fresh');
    await said('You said: fresh');
    expect(site.heard.at(-1)!.conversation.id).not.toBe(before.conversation.id);
    expect(faults).toEqual([]);
  });

  it('offers to leave the agent while a person has the chat', async () => {
    await open();
    await send('hello');
    await said('You said: hello');
    const leave = page.getByRole('button', { name: 'Leave the chat with the agent' });
    expect(await leave.isVisible()).toBe(false);
    await site.say({ type: 'event', name: 'handoff.status', value: { state: 'accepted', agentName: 'Alex' } });
    await page.getByText('You are chatting with Alex.').waitFor();
    await site.say({ type: 'message', text: 'Alex: Good morning, I am looking into it.' });
    await said('I am looking into it');
    await page.reload();
    await page.getByText('You are chatting with Alex.').waitFor();
    await picture('agent');
    await leave.click();
    await until('the bot hears that the customer leaves', () => site.heard.at(-1)!.name === 'handoff.leave');
    await site.say({ type: 'event', name: 'handoff.status', value: { state: 'completed' } });
    await leave.waitFor({ state: 'hidden' });
    expect(faults).toEqual([]);
  });

  it('holds a message while the bot restarts', async () => {
    await open();
    await site.stopBot();
    await send('are you there');
    await site.startBot();
    await said('You said: are you there');
    expect(site.heard.filter(({ text }) => text === 'are you there')).toHaveLength(1);
  });

  it('goes on after its token ran out while the computer slept', async () => {
    const clock = new FakeClock();
    const sleepy = await startEchoSite({ lineClock: clock });
    try {
      await open(undefined, sleepy.url);
      await send('before');
      await said('You said: before');
      await clock.advance(40 * 60_000);
      const reloaded = page.waitForEvent('load');
      await sendBox().fill('after');
      await reloaded;
      await said('You said: before');
      await until('what was typed is back', async () => (await sendBox().inputValue()) === 'after');
      await sendBox().press('Enter');
      await said('You said: after');
      expect(new Set(sleepy.heard.map(({ conversation }) => conversation.id)).size).toBe(1);
    } finally {
      await sleepy.stop();
    }
  });

  it('says when a message was not sent, and sends it again', async () => {
    await open();
    const headers = { 'access-control-allow-origin': '*' };
    site.directLine.faults.add({ match: 'POST /v3/directline/conversations', status: 502, headers, times: 1000 });
    await send('lost at first');
    const retry = page.getByRole('button', { name: 'Retry' });
    await retry.waitFor();
    await picture('not-sent');
    expect(await seriousFaults()).toEqual([]);
    site.directLine.faults.clear();
    await retry.click();
    await said('You said: lost at first');
  });

  it('fits a phone without scrolling sideways', async () => {
    await open({ width: 390, height: 844 });
    await picture('phone-start');
    await send('cards');
    await page.locator('.ac-pushButton', { hasText: 'That helped' }).first().waitFor();
    await send('a rather long message to see how the bubbles of the customer behave on a narrow screen');
    await said('You said: a rather long');
    await page.getByRole('button', { name: 'Talk to a person' }).last().waitFor();
    await picture('phone');
    const { inner, full } = await page.evaluate(() => {
      const { document, innerWidth } = globalThis as unknown as {
        document: { documentElement: { scrollWidth: number } };
        innerWidth: number;
      };
      return { inner: innerWidth, full: document.documentElement.scrollWidth };
    });
    expect(full).toBeLessThanOrEqual(inner);
    const box = (await sendBox().boundingBox())!;
    expect(box.y + box.height).toBeLessThanOrEqual(844);
    expect(await seriousFaults()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('works by keyboard alone', async () => {
    await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the chat');
    const question = 'Why was I charged a fee?';
    for (let presses = 0; presses < 10; presses += 1) {
      if ((await page.evaluate('document.activeElement.textContent')) === question) break;
      await page.keyboard.press('Tab');
    }
    expect(await page.evaluate('document.activeElement.textContent')).toBe(question);
    await picture('focus');
    await page.keyboard.press('Enter');
    await said(`You said: ${question}`);
    // The question put the focus into the send box.
    await page.keyboard.type('typed without a mouse');
    await page.keyboard.press('Enter');
    await said('You said: typed without a mouse');
    expect(await seriousFaults()).toEqual([]);
    expect(faults).toEqual([]);
  });
});
