import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { JsonObject } from '../../common/json';
import type { DeskChat } from '../../sandbox/desk';
import { buttonData, isAnswer } from '../e2e/talk';
import { launchBrowser } from '../support/browser';
import { CustomerClient } from '../support/customerClient';
import { DeskClient } from '../support/deskClient';
import { until } from '../support/fakeClock';
import { Product } from '../support/productRig';
import { RecordsClient } from '../support/recordsClient';
import { AgentPage, CustomerPage, pngFile } from './journeyRig';
import { corpus, shortMarkup, trapped, watch } from './markupTrap';

jest.setTimeout(180_000);

const key = 'the key of the operator ann';
const everything = corpus.join('\n\n');
const name = shortMarkup('Maria');
const file = { ...pngFile, name: `${shortMarkup('statement')}.png`.replaceAll('/', '') };

/**
 * The pages are opened with their own rules switched off: what keeps markup from running must be the pages themselves. That the rules
 * hold as well is for `test/integration/security/routes.test.ts`.
 */
describe('markup from customers, agents, articles and addresses stays text', () => {
  let product: Product;
  let browser: Browser;
  let context: BrowserContext;
  let seen: string[];

  beforeAll(async () => {
    product = await Product.start({ phrasesPerTopic: 4, env: { OPERATOR_KEY: `ann:${key}` } });
    browser = await launchBrowser();
  }, 120_000);
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1300, height: 900 }, locale: 'en-GB', bypassCSP: true });
    seen = await watch(context);
  });
  afterEach(async () => {
    expect(seen).toEqual([]);
    await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await product?.close();
  }, 60_000);

  async function open(url: string): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(url);
    return page;
  }

  it('runs where nothing keeps it from it, so that the trap is one', async () => {
    const page = await open('about:blank');
    for (const markup of [corpus[0], corpus[1]]) {
      await page.setContent(`<p>${markup}</p>`);
      await page.waitForFunction('globalThis.__xss > 0');
      expect((await trapped(page)).join('\n')).toMatch(/ran[\s\S]*in the page[\s\S]*a handler/);
    }
    await page.setContent(corpus[7] ?? '');
    expect((await trapped(page)).join('\n')).toContain('an address');
  });

  it('on the pages of customer and agent, in what both say, are called, send and show', async () => {
    const customer = new CustomerPage(await open(`${product.botUrl}/?lang=${encodeURIComponent(everything.slice(0, 1_000))}`));
    await customer.said('virtual assistant');
    const agent = new AgentPage(await open(`${product.deskUrl}/`));
    await agent.page.getByText('Live', { exact: true }).waitFor();
    await customer.say(everything);
    await customer.askForPerson('Cards', name);
    const desk = await DeskClient.open(product.deskUrl);
    const chat = await desk.find('the chat waits', (one) => one.state === 'waiting' && one.customerName.includes('Maria'));
    await desk.act(chat, 'accept', { agentName: shortMarkup('Alex') });
    await customer.page.getByText('You are chatting with Alex').first().waitFor();
    await agent.page.getByText('Maria').first().click();
    await agent.box().waitFor();

    for (const markup of corpus) await desk.act(chat, 'say', { text: `agent ${corpus.indexOf(markup)}: ${markup}` });
    await customer.said(`agent ${corpus.length - 1}:`);
    await desk.sendFile(chat, file.name, 'image/png', file.buffer);
    await desk.act(chat, 'sendCard', { card: hostileCard() });
    await customer.page.getByText('the end of the card').first().waitFor();

    for (const [index, markup] of corpus.entries()) await customer.say(`customer ${index}: ${markup}`);
    await agent.reads(`customer ${corpus.length - 1}:`);
    await customer.send(file);
    await agent.page.getByText('statement').first().waitFor();
    expect([...(await trapped(customer.page)), ...(await trapped(agent.page))]).toEqual([]);

    // Pressed as well: a link that leads somewhere it may not is no link.
    for (const page of [customer.page, agent.page]) {
      for (const link of await page
        .locator('a, button')
        .filter({ hasText: /^press$/ })
        .all())
        if (await link.isVisible()) await link.click({ timeout: 1_000 }).catch(() => undefined);
      expect(await trapped(page)).toEqual([]);
    }
    await desk.act(chat, 'end');
    await customer.page.getByText('How was your chat?', { exact: true }).last().waitFor();
    await desk.close();
  });

  it('in an article, on its card and as a page of its own', async () => {
    const records = new RecordsClient(product.dynamicsUrl);
    // Whichever of them is found for it: what is written into an article changes how well it fits.
    const about = (await records.rows('knowledgearticles')).filter(({ title }) => /card/i.test(String(title)));
    for (const article of about) {
      const title = `${String(article['title']).slice(0, 40)} ${shortMarkup('marked')}`;
      const content = `${String(article['content'])}${everything}`;
      await patch(product, `knowledgearticles(${String(article['knowledgearticleid'])})`, { title, content });
    }
    const customer = await CustomerClient.open(product.botUrl);
    const page = await open(`${product.botUrl}/`);
    const onPage = new CustomerPage(page);
    await onPage.said('virtual assistant');
    const shown = page.locator('.webchat__bubble__content', { hasText: 'marked' });
    let link: string | undefined;
    await until(
      'the article is answered as it is now',
      async () => {
        await customer.say('My card has not arrived yet, where is it?');
        const answer = JSON.stringify(await customer.next(isAnswer));
        if (!answer.includes('marked')) return false;
        link ??= /https?:\/\/[^"\s)]+\/a\/[\w-]+/.exec(answer)?.[0];
        await onPage.say('My card has not arrived yet, where is it?');
        const isShown = await shown
          .last()
          .waitFor({ timeout: 10_000 })
          .then(
            () => true,
            () => false,
          );
        return isShown && link !== undefined;
      },
      100_000,
    );
    expect(await trapped(page)).toEqual([]);
    const reading = await open(new URL(new URL(link ?? '').pathname, product.botUrl).href);
    await reading.getByRole('heading', { name: 'marked' }).first().waitFor();
    expect(await trapped(reading)).toEqual([]);
    customer.close();
  });

  it('on the records page, in topics, names and notes', async () => {
    const desk = await DeskClient.open(product.deskUrl);
    const customer = await CustomerClient.open(product.botUrl);
    await handOff(customer, name, shortMarkup('topic'));
    const chat = await desk.find('the chat waits', (one: DeskChat) => one.state === 'waiting');
    await desk.act(chat, 'end').catch(() => desk.act(chat, 'decline'));
    const records = await open(`${product.dynamicsUrl}/`);
    await records.getByRole('link', { name: /^Chats/ }).click();
    for (const row of (await records.getByRole('rowheader').getByRole('link').all()).slice(0, 3)) {
      await row.click();
      await records.getByRole('heading').first().waitFor();
      expect(await trapped(records)).toEqual([]);
      await records.goBack();
    }
    for (const place of ['knowledgearticles', 'contacts', encodeURIComponent(shortMarkup('nowhere'))]) {
      const other = await open(`${product.dynamicsUrl}/#/${place}`);
      await other.getByRole('heading').first().waitFor();
      expect(await trapped(other)).toEqual([]);
    }
    customer.close();
    await desk.close();
  });

  it('on the operator’s page, in handoffs, reasons and acts', async () => {
    const customer = await CustomerClient.open(product.botUrl);
    await handOff(customer, name, shortMarkup('topic'));
    const auth = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const off = await fetch(`${product.botUrl}/operator/desks/mluvii/off`, {
      method: 'POST',
      headers: auth,
      body: JSON.stringify({ because: `${shortMarkup('broken')}` }),
    });
    expect(off.status).toBeLessThan(300);
    const page = await open(`${product.botUrl}/operator`);
    await page.getByLabel('Operator key').fill(key);
    await page.keyboard.press('Enter');
    await page.getByText('Live', { exact: true }).waitFor();
    for (const place of await page.getByRole('navigation').getByRole('button').all()) {
      await place.click();
      await page.locator('main').waitFor();
      const first = page.locator('main tbody tr button').first();
      if (await first.isVisible()) expect(await trapped(page)).toEqual([]);
    }
    await page.getByText('broken').first().waitFor();
    expect(await trapped(page)).toEqual([]);
    await fetch(`${product.botUrl}/operator/desks/mluvii/on`, { method: 'POST', headers: auth, body: '{}' });
    customer.close();
  });

  it('on the agents’ pages, in what the contact center tells and what the address says', async () => {
    const page = await open(`${product.botUrl}/agent-host`);
    const element = await page.waitForSelector('iframe[data-adapter=chat]', { state: 'attached' });
    const frame = await element.contentFrame();
    for (const [index, markup] of corpus.entries()) {
      const data = {
        chat_id: index,
        name: markup,
        message: markup,
        menu_path: markup,
        recordUrl: markup,
        end_user: { name: markup },
      };
      for (const type of ['New_Chat', 'Chat_Inbound_Message', 'CRM_Record_Pop', markup])
        await frame?.evaluate((text) => {
          (globalThis as unknown as { parent: { postMessage(data: unknown, to: string): void } }).parent.postMessage(text, '*');
        }, JSON.stringify({ type, data }));
    }
    await page.locator('[data-type=CRM_Record_Pop]').nth(3).waitFor();
    expect(await trapped(page)).toEqual([]);
    const query = new URLSearchParams({ ani: everything.slice(0, 500), menu_path: name, type: name, channel: name, email: name });
    for (const place of [
      `lookup?${query}`,
      `records/${encodeURIComponent(name)}`,
      `accounts/${encodeURIComponent(`"${name}`)}`,
    ]) {
      const landing = await open(`${product.botUrl}/agent-host/${place}`);
      await landing.getByRole('heading').first().waitFor();
      expect(await trapped(landing)).toEqual([]);
    }
  });
});

/** An Adaptive Card with markup in every place that is shown or pressed. */
function hostileCard(): JsonObject {
  const blocks = corpus.map((text) => ({ type: 'TextBlock', text, wrap: true }));
  return {
    type: 'AdaptiveCard',
    version: '1.3',
    body: [
      ...blocks,
      { type: 'FactSet', facts: corpus.map((text) => ({ title: text, value: text })) },
      { type: 'Image', url: 'javascript:globalThis.__xss=1', altText: corpus[0] },
      { type: 'Image', url: `data:image/svg+xml,${encodeURIComponent(corpus[1] ?? '')}` },
      {
        type: 'Input.ChoiceSet',
        id: 'c',
        style: 'expanded',
        choices: corpus.map((title, value) => ({ title, value: `${value}` })),
      },
      { type: 'Input.Toggle', id: 't', title: corpus[8] },
      { type: 'Container', selectAction: { type: 'Action.OpenUrl', url: 'javascript:globalThis.__xss=1' }, items: [blocks[7]] },
      { type: 'TextBlock', text: 'the end of the card' },
    ],
    actions: [
      { type: 'Action.OpenUrl', title: 'press', url: 'javascript:globalThis.__xss=1' },
      { type: 'Action.OpenUrl', title: 'press', url: 'data:text/html,<script>opener.__xss=1</script>' },
      { type: 'Action.Submit', title: corpus[0], data: { a: corpus[0] } },
    ],
  } as unknown as JsonObject;
}

/** Asks for a person as the page's form does, with this name and topic. */
async function handOff(customer: CustomerClient, customerName: string, topic: string): Promise<void> {
  await customer.say('Talk to a person');
  const form = await customer.next('Before I pass you on');
  const answers = { skill: 'transfers', name: customerName, email: 'maria@example.com', phone: '', topic };
  await customer.submit({ ...buttonData(form, 'Continue'), ...answers });
  await customer.next('I am passing your chat on');
}

/** Changes a row of the Dynamics stand-in as an editor would. */
async function patch(product: Product, place: string, body: object): Promise<void> {
  const url = new URL(product.dynamicsUrl);
  url.port = String(Number(url.port) + 5);
  const { access } = (await (await fetch(`${url.origin}/access`)).json()) as {
    access: { dynamicsTokenUrl: string; environment: Record<string, string> };
  };
  const granted = await fetch(access.dynamicsTokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: access.environment['DYNAMICS_CLIENT_ID'] ?? '',
      client_secret: access.environment['DYNAMICS_CLIENT_SECRET'] ?? '',
      scope: `${product.dynamicsUrl}/.default`,
    }),
  });
  const { access_token: token } = (await granted.json()) as { access_token: string };
  const response = await fetch(`${product.dynamicsUrl}/api/data/v9.2/${place}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'if-match': '*',
      'odata-version': '4.0',
      'odata-maxversion': '4.0',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the change was answered ${response.status}: ${await response.text()}`);
}
