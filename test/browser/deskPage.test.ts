import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { JsonObject } from '../../common/json';
import { silentLog } from '../../common/log';
import type { DeskEntry } from '../../sandbox/desk';
import { type DeskPage, startDeskPage } from '../../sandbox/desk-page/startDeskPage';
import { launchBrowser } from '../support/browser';
import { FakeStandInDesk } from '../unit/sandbox/desk-page/fakeStandInDesk';

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const adaptive = 'application/vnd.microsoft.card.adaptive';
const chatActivityId = '5f2c1d3e-1111-4222-8333-abcdefabcdef';

let browser: Browser;
let desk: FakeStandInDesk;
let plain: FakeStandInDesk;
let server: DeskPage;
let context: BrowserContext;
let page: Page;
/** What the browser complained about: script errors and violations of the content security policy. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  desk = new FakeStandInDesk('8x8', '8x8 Contact Center');
  plain = new FakeStandInDesk('plain', 'Plain desk');
  plain.features = { typing: false, transfer: false, sendFile: false, requestFile: false, sendCard: false };
  server = await startDeskPage({
    port: 0,
    desks: [desk, plain],
    log: silentLog,
    recordsUrl: 'http://127.0.0.1:9/records',
    customerUrl: 'http://127.0.0.1:9/customer',
  });
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  page = await context.newPage();
  page.setDefaultTimeout(8_000);
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(server.url);
  await page.getByText('Live', { exact: true }).waitFor();
});
afterEach(async () => {
  await context.close();
  await server.close();
});

const box = () => page.getByRole('textbox', { name: 'Your message' });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const item = (name: string) => page.locator('.chat', { hasText: name });
const deeds = (action: string) => desk.deeds.filter(([done]) => done === action);

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 8_000;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error('what was waited for did not happen');
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
  }
}

/** Scripts for the page are text: the types of a browser are not those of the tests. */
function focused(): Promise<string> {
  return page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent');
}

const pageWidth = () => page.evaluate<number>('document.documentElement.scrollWidth');
const isBroken = () => page.evaluate<boolean>('"broken" in window');

function heard(): Promise<string> {
  return page.locator('#announcer').innerText();
}

async function openActive(id = 'c'): Promise<void> {
  desk.arrive({ id, state: 'active', agentName: 'Alex' });
  await item('Maria').click();
  await box().waitFor();
}

async function expectAccessible(): Promise<void> {
  // Run by the debugger: the page's own policy rightly lets no foreign script in.
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    interface Violation {
      id: string;
      impact: string | null;
      nodes: { html: string }[];
    }
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
  expect(found).toEqual([]);
}

const card: JsonObject = {
  type: 'AdaptiveCard',
  version: '1.3',
  body: [
    { type: 'TextBlock', text: 'Card not working', weight: 'Bolder' },
    {
      type: 'TextBlock',
      text: 'First **check**:\n- the [guide](https://example.com/guide)\n- not [this](javascript:alert)',
      wrap: true,
    },
    { type: 'TextBlock', text: '<img src=x onerror="window.broken = true">', wrap: true },
    { type: 'Input.Text', id: 'phone', label: 'Phone' },
  ],
  actions: [
    { type: 'Action.Submit', title: 'This helped' },
    { type: 'Action.OpenUrl', title: 'Open the article', url: 'https://example.com/article' },
  ],
};

const earlier = (entries: Partial<DeskEntry>[]): DeskEntry[] =>
  entries.map((entry, index) => ({
    id: `b${index}`,
    at: '2026-01-05T09:00:00.000Z',
    from: 'bot',
    text: '',
    ...entry,
  }));

describe('the list', () => {
  it('says what to do while there is no chat', async () => {
    await page.getByText('No chats yet.').waitFor();
    expect(await page.getByRole('link', { name: 'customer page' }).getAttribute('href')).toBe('http://127.0.0.1:9/customer');
    await expectAccessible();
  });

  it('shows who waits, how long, and how many in the title', async () => {
    desk.arrive({ id: 'c', since: new Date(Date.now() - 65_000).toISOString() });
    plain.arrive({ id: 'd', customerName: 'Jonas', queue: 'transfers' });
    await item('Jonas').waitFor();
    expect(await page.title()).toBe('(2) Agent desk · Contoso Bank');
    const waited = page.locator('.chat', { hasText: 'Maria' }).locator('.waited');
    const first = await waited.innerText();
    expect(first).toMatch(/^1:0\d$/);
    await until(async () => (await waited.innerText()) !== first);
    expect(await item('Jonas').innerText()).toContain('Plain desk · Transfers');
    expect(await heard()).toContain('Maria Lopez is waiting: Card not working');
  });

  it('can be narrowed to a desk and a state', async () => {
    desk.arrive({ id: 'c' });
    desk.arrive({ id: 'e', customerName: 'Erik', state: 'ended' });
    plain.arrive({ id: 'd', customerName: 'Jonas', state: 'active' });
    await page.getByRole('button', { name: 'Ended 1' }).click();
    expect(await page.locator('.who').allInnerTexts()).toEqual(['Erik']);
    await page.getByRole('button', { name: 'All 3' }).click();
    await page.getByRole('combobox', { name: 'Desk' }).selectOption('Plain desk');
    expect(await page.locator('.who').allInnerTexts()).toEqual(['Jonas']);
    await page.getByRole('button', { name: 'Waiting 0' }).click();
    await page.getByText('No chat fits the filter.').waitFor();
  });

  it('switches the agents of a desk off and on', async () => {
    const staff = page.getByRole('switch', { name: 'Agents at 8x8 Contact Center' });
    await staff.click();
    await page.getByText('Nobody here').waitFor();
    expect(await staff.getAttribute('aria-checked')).toBe('false');
    expect([desk.isStaffed(), plain.isStaffed()]).toEqual([false, true]);
    await staff.click();
    await until(() => desk.isStaffed());
  });

  it('counts what was not read in another chat', async () => {
    desk.arrive({ id: 'other', customerName: 'Jonas', state: 'active' });
    await openActive();
    desk.customerSays('other', { text: 'Anybody there?' });
    await item('Jonas').getByText('1 new').waitFor();
    expect(await heard()).toContain('In another chat: Jonas: Anybody there?');
    await item('Jonas').click();
    expect(await page.getByText('1 new').count()).toBe(0);
  });
});

describe('a chat', () => {
  it('is accepted in the name of the agent, with the focus in the send box', async () => {
    await page.getByLabel('Your name').fill('Sam');
    desk.arrive({ id: 'c' });
    await page.getByRole('button', { name: 'Accept Maria Lopez' }).click();
    await box().waitFor();
    await until(async () => (await focused()) === 'Your message');
    expect(desk.deeds).toEqual([['accept', 'c', 'Sam']]);
    expect(await page.title()).toBe('Agent desk · Contoso Bank');
    await page.reload();
    expect(await page.getByLabel('Your name').inputValue()).toBe('Sam');
    await button('Hello, I am Sam. How can I help?').click();
    expect(await box().inputValue()).toBe('Hello, I am Sam. How can I help?');
    expect(complaints).toEqual([]);
  });

  it('can be declined', async () => {
    desk.arrive({ id: 'c' });
    await item('Maria').click();
    await button('Decline').click();
    await page.getByText('This chat was ended by the agent.').waitFor();
    expect(desk.deeds).toEqual([['decline', 'c']]);
  });

  it('comes with everything the desk received', async () => {
    desk.arrive({ id: 'c', details: { email: 'maria@example.com', ChatActivityId: chatActivityId, Note: '<i>x</i>' } });
    await item('Maria').click();
    const details = page.getByRole('complementary');
    await details.getByText('maria@example.com').waitFor();
    await details.getByText('<i>x</i>').waitFor();
    const link = details.getByRole('link', { name: 'Open in Dynamics records' });
    expect(await link.getAttribute('href')).toBe(`http://127.0.0.1:9/records?id=${chatActivityId}`);
  });

  it('shows the earlier conversation apart from the chat, its cards drawn and harmless', async () => {
    const hero = { title: 'Fees', text: 'A \\*summary\\*', buttons: [{ type: 'messageBack', title: 'Read' }] };
    const cards = [{ contentType: adaptive, content: card }];
    desk.arrive({
      id: 'c',
      entries: earlier([
        { from: 'customer', text: 'My card fails' },
        { cards },
        { cards: [1, 2].map(() => ({ contentType: 'application/vnd.microsoft.card.hero', content: hero })) },
        { cards: [{ contentType: 'application/x-unheard-of', content: { title: 'Strange' } }] },
        { cards: [{ contentType: adaptive, content: { type: 'AdaptiveCard', body: 'broken' } }] },
      ]),
    });
    desk.customerSays('c', { text: 'Hello?' });
    await item('Maria').click();
    const before = page.getByRole('region', { name: 'Before the handoff' });
    const live = page.getByRole('region', { name: 'Chat with the desk' });
    await before.getByText('My card fails').waitFor();
    await live.getByText('Hello?').waitFor();
    expect(await before.getByText('Hello?').count()).toBe(0);
    expect(await before.locator('strong', { hasText: 'check' }).count()).toBe(1);
    expect(await before.getByRole('link', { name: 'guide' }).getAttribute('href')).toBe('https://example.com/guide');
    expect(await before.getByRole('link', { name: 'this' }).count()).toBe(0);
    expect(await before.getByText('<img src=x').count()).toBe(1);
    expect(await isBroken()).toBe(false);
    expect(await before.getByRole('button', { name: 'This helped' }).isDisabled()).toBe(true);
    expect(await before.getByRole('textbox').isDisabled()).toBe(true);
    expect(await before.getByText('A *summary*').count()).toBe(2);
    await before.getByText('Strange', { exact: true }).waitFor();
    const popup = context.waitForEvent('page');
    await context.route('https://example.com/**', (route) => route.fulfill({ body: 'article' }));
    await before.getByRole('link', { name: 'Open the article' }).click();
    expect((await popup).url()).toBe('https://example.com/article');
    expect(complaints).toEqual([]);
  });

  it('reads the earlier conversation out of a transcript when the desk got nothing else', async () => {
    desk.arrive({ id: 'c', details: { Transcript: 'Customer: Hi\nBot: Hello\nhow can I help?' } });
    await item('Maria').click();
    const before = page.getByRole('region', { name: 'Before the handoff' });
    await before.getByText('how can I help?').waitFor();
    expect(await before.locator('.from-bot .said').innerText()).toBe('Hello\nhow can I help?');
  });

  it('goes both ways, with what the customer says read out', async () => {
    await openActive();
    await box().fill('First line');
    await box().press('Shift+Enter');
    await page.keyboard.type('second');
    await box().press('Enter');
    await page.locator('.from-agent').getByText('First line').waitFor();
    expect(deeds('say')).toEqual([['say', 'c', 'First line\nsecond']]);
    expect(await box().inputValue()).toBe('');
    desk.customerSays('c', { text: 'Thank you 🙂' });
    await page.locator('.live .from-customer').getByText('Thank you 🙂').waitFor();
    expect(await heard()).toContain('Maria Lopez: Thank you 🙂');
    await box().press('Enter');
    expect(deeds('say')).toHaveLength(1);
  });

  it('keeps what was written when the desk refuses it', async () => {
    await openActive();
    desk.failure = new Error('The webhook was not answered.');
    await box().fill('Hello');
    await box().press('Enter');
    await page.getByRole('alert').getByText('The webhook was not answered.').waitFor();
    expect(await box().inputValue()).toBe('Hello');
    await box().press('Enter');
    await page.locator('.from-agent').getByText('Hello').waitFor();
    await until(async () => (await page.locator('.problem').textContent()) === '');
  });

  it('keeps the draft of a chat while another is looked at', async () => {
    desk.arrive({ id: 'other', customerName: 'Jonas', state: 'active' });
    await openActive();
    await box().fill('Half a sen');
    await item('Jonas').click();
    expect(await box().inputValue()).toBe('');
    await item('Maria').click();
    expect(await box().inputValue()).toBe('Half a sen');
  });

  it('tells of typing both ways', async () => {
    await openActive();
    desk.change('c', { customerIsTyping: true });
    await page.getByText('Maria Lopez is typing …').waitFor();
    await box().pressSequentially('Hello');
    await until(() => deeds('typing').length > 0);
    expect(deeds('typing')).toEqual([['typing', 'c', true]]);
    await box().press('Enter');
    await until(() => deeds('typing').length > 1);
    expect(deeds('typing')[1]).toEqual(['typing', 'c', false]);
  });

  it('takes a sample card, seen beforehand and changed', async () => {
    await openActive();
    await button('Send a card').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Replace your card?').first().waitFor();
    await expectAccessible();
    await dialog.getByLabel('Sample').selectOption('Transfer status');
    await dialog.getByText('Change the JSON').click();
    await dialog.getByLabel('Card as JSON').fill('{');
    await dialog.getByRole('button', { name: 'Send card' }).click();
    await dialog.getByRole('alert').getByText('This is not JSON').waitFor();
    await dialog.getByLabel('Card as JSON').fill(JSON.stringify(card));
    await dialog.getByRole('button', { name: 'Send card' }).click();
    await page.locator('.from-agent .card').getByText('Card not working').waitFor();
    expect(deeds('sendCard')).toEqual([['sendCard', 'c', card]]);
  });

  it('takes a file and asks for one', async () => {
    await openActive();
    const chooser = page.waitForEvent('filechooser');
    await button('Attach a file').click();
    await (await chooser).setFiles({ name: 'Übersicht.txt', mimeType: 'text/plain', buffer: Buffer.from('content') });
    await page.locator('.from-agent').getByText('Übersicht.txt').waitFor();
    expect(deeds('sendFile')).toEqual([
      ['sendFile', 'c', { name: 'Übersicht.txt', contentType: 'text/plain', bytes: 'content' }],
    ]);
    await button('Ask for a file').click();
    await page.getByText('A file was asked for.').first().waitFor();
    expect(deeds('requestFile')).toEqual([['requestFile', 'c']]);
  });

  it('offers only what the desk can do', async () => {
    plain.arrive({ id: 'c', state: 'active' });
    await item('Maria').click();
    await box().fill('x');
    for (const name of ['Send a card', 'Attach a file', 'Ask for a file', 'Transfer']) expect(await button(name).count()).toBe(0);
    await box().press('Enter');
    await until(() => plain.deeds.length > 0);
    expect(plain.deeds).toEqual([['say', 'c', 'x']]);
  });

  it('is transferred to another queue', async () => {
    await openActive();
    await button('Transfer').click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('option').allInnerTexts()).toEqual(['Transfers']);
    await dialog.getByRole('button', { name: 'Transfer', exact: true }).click();
    await page.locator('.head').getByText('Waiting').waitFor();
    expect(deeds('transfer')).toEqual([['transfer', 'c', 'transfers']]);
    await page.locator('.head').getByText('Transfers').waitFor();
  });

  it('is ended only after asking, and stays readable', async () => {
    await openActive();
    desk.customerSays('c', { text: 'Bye' });
    await button('End chat').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(deeds('end')).toEqual([]);
    await button('End chat').click();
    await page.getByRole('dialog').getByRole('button', { name: 'End chat' }).click();
    await page.getByText('This chat was ended by the agent.').waitFor();
    await page.locator('.live').getByText('Bye').waitFor();
    expect(await box().count()).toBe(0);
    expect(await focused()).toBe('Maria Lopez');
    await expectAccessible();
  });
});

describe('the page', () => {
  it('works with the keyboard alone', async () => {
    desk.arrive({ id: 'c' });
    await item('Maria').waitFor();
    const tabTo = async (name: string) => {
      for (let stops = 0; stops < 40; stops += 1) {
        await page.keyboard.press('Tab');
        if ((await focused()) === name) return;
      }
      throw new Error(`the keyboard does not reach ${name}`);
    };
    await tabTo('Accept Maria Lopez');
    await page.keyboard.press('Enter');
    await until(async () => (await focused()) === 'Your message');
    await page.keyboard.type('Hello');
    await page.keyboard.press('Enter');
    await page.locator('.from-agent').getByText('Hello').waitFor();
    await tabTo('Ask for a file');
    await page.keyboard.press('Space');
    await page.getByText('A file was asked for.').first().waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('Send a card');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('Send a card');
    await tabTo('Skip to the conversation');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Your message');
    await tabTo('End chat');
    await page.keyboard.press('Enter');
    await until(async () => (await focused()) === 'Cancel');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('This chat was ended by the agent.').waitFor();
    expect(desk.deeds.map(([action]) => action).filter((action) => action !== 'typing')).toEqual([
      'accept',
      'say',
      'requestFile',
      'end',
    ]);
  });

  it('goes between list and chat at 390 pixels', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    desk.arrive({ id: 'c', details: { email: 'maria@example.com' } });
    await page.getByRole('button', { name: 'Accept Maria Lopez' }).click();
    await box().waitFor();
    expect(await item('Maria').isVisible()).toBe(false);
    desk.customerSays('c', {
      text: `${'W'.repeat(300)} ${'x'.repeat(10_000)}`,
      cards: [{ contentType: adaptive, content: card }],
    });
    await page.getByRole('button', { name: /Show all 10,301 characters/ }).waitFor();
    expect(await pageWidth()).toBe(390);
    await button('Details').click();
    await page.getByText('maria@example.com').waitFor();
    await expectAccessible();
    await page.keyboard.press('Escape');
    await until(async () => (await focused()) === 'Details');
    await expectAccessible();
    await button('Chats').click();
    await item('Maria').waitFor();
    expect(await box().isVisible()).toBe(false);
    expect(await page.evaluate('document.activeElement.className')).toBe('chat');
    await expectAccessible();
    await item('Maria').click();
    await page.goBack();
    await until(() => item('Maria').isVisible());
  });

  it('shows names, long words and texts from the right as what they are', async () => {
    const name = '<b>Bob</b><script>window.broken = 1</script>';
    desk.arrive({ id: 'c', customerName: name, topic: 'W'.repeat(500), details: { ['L'.repeat(200)]: 'V'.repeat(3_000) } });
    desk.customerSays('c', { text: 'x'.repeat(10_000) });
    desk.customerSays('c', { text: 'מה שלומך? <i>x</i>', name: 'N'.repeat(300) });
    await item('<b>Bob').click();
    const hebrew = page.locator('.said', { hasText: 'מה שלומך' });
    await hebrew.waitFor();
    expect(await hebrew.evaluate('(element) => getComputedStyle(element).direction')).toBe('rtl');
    expect(await page.locator('.head .name').innerText()).toBe(name);
    expect([await pageWidth(), await isBroken()]).toEqual([1440, false]);
    expect(await page.locator('.log').evaluate((log) => log.scrollWidth > log.clientWidth)).toBe(false);
    await page.getByRole('button', { name: /Show all 10,000 characters/ }).click();
    await page.getByRole('button', { name: 'Show less' }).waitFor();
    await expectAccessible();
    expect(complaints).toEqual([]);
  });

  it('has no serious finding of axe with a chat full of things', async () => {
    desk.arrive({ id: 'c', state: 'active', entries: earlier([{ cards: [{ contentType: adaptive, content: card }] }]) });
    desk.customerSays('c', {
      text: 'See https://example.com',
      files: [{ name: 'a.pdf', contentType: 'application/pdf', url: '' }],
    });
    desk.customerSays('c', { from: 'system', text: 'A file was asked for.' });
    plain.arrive({ id: 'd', customerName: 'Jonas' });
    await item('Maria').click();
    await box().fill('Hello https://example.com');
    await box().press('Enter');
    await page.locator('.from-agent').waitFor();
    await expectAccessible();
  });

  it('says when the connection is lost and goes on when it is back', async () => {
    await openActive();
    const port = Number(new URL(server.url).port);
    await server.close();
    await page.getByText('Connection lost – trying again …').waitFor();
    await box().fill('Hello');
    await box().press('Enter');
    await page.getByRole('alert').getByText('does not answer').waitFor();
    desk.customerSays('c', { text: 'Still here?' });
    server = await startDeskPage({ port, desks: [desk], log: silentLog });
    await page.locator('.live').getByText('Still here?').waitFor();
    expect(await box().inputValue()).toBe('Hello');
  });
});
