import type { Page } from 'playwright-core';
import { launchBrowser } from '../support/browser';
import { LoginStandIn } from '../support/login/loginStandIn';
import { Product } from '../support/productRig';
import { ProductPages } from './journeyRig';
import { type PlaygroundCredentials, startPlayground } from './playgroundProcess';

jest.setTimeout(180_000);

const app = { appId: '11111111-2222-4333-8444-555555555555', secret: 'the-secret-of-the-app' };
const tenant = '99999999-0000-4000-8000-000000000000';
const pages = new ProductPages();
const login = new LoginStandIn([app], [tenant]);

beforeAll(async () => {
  await login.start();
  pages.product = await Product.start({
    phrasesPerTopic: 8,
    env: {
      ...login.env,
      SWITCHBOARD_MODE: 'sandbox',
      MicrosoftAppId: app.appId,
      MicrosoftAppPassword: app.secret,
      MicrosoftAppTenantId: tenant,
      // As Teams, the Playground is of a tenant that it made up.
      ALLOWED_TENANTS: '*',
    },
  });
  pages.browser = await launchBrowser();
}, 120_000);
afterEach(() => pages.closePages());
afterAll(async () => {
  await pages.stop();
  await login.stop();
}, 60_000);

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').last().click();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

const shown = (page: Page, text: string | RegExp) => page.getByText(text).last().waitFor();
const refused = () => pages.product.output.split('a caller was refused').length - 1;

type Shown = { page: Page; credentials: PlaygroundCredentials };

/** The Playground's page, after the greeting and the answer to a question. */
async function inPlayground(
  which: { tenantId?: string; byEnvironment?: boolean },
  channel: 'emulator' | 'msteams',
  then: (shown: Shown) => Promise<void> = async () => undefined,
): Promise<void> {
  const { byEnvironment, ...tenantOf } = which;
  const credentials = { clientId: app.appId, clientSecret: app.secret, ...tenantOf };
  const env = { ...login.env, ...(byEnvironment && { AUTH_CLIENT_ID: app.appId, AUTH_CLIENT_SECRET: app.secret }) };
  const playground = await startPlayground(`${pages.product.botUrl}/api/messages`, channel, {
    ...(!byEnvironment && { credentials }),
    env,
  });
  try {
    const page = await pages.open(playground.url, { width: 1180, height: 820 });
    await shown(page, 'Ask me anything about your account');
    await say(page, 'My card has not arrived yet');
    await shown(page, 'From our help center');
    await then({ page, credentials });
  } finally {
    await playground.stop();
  }
}

/** To an agent who writes and is answered: what the bot says of its own accord is signed by it as well. */
async function reachPerson({ page }: Shown): Promise<void> {
  const agent = await pages.desk();
  await say(page, 'talk to a person');
  await page.getByLabel('E-mail address').last().waitFor();
  await page.getByRole('combobox', { name: 'Which team can help you?' }).last().click();
  await page.getByRole('option', { name: /^Transfers/ }).click();
  await page.getByLabel('Your name').last().fill('Signed Sue');
  await page.getByLabel('E-mail address').last().fill('sue@example.com');
  await page.getByRole('button', { name: 'Continue', exact: true }).last().click();
  await shown(page, 'You are in the queue.');
  await agent.accept('Signed Sue');
  await agent.say('Hello from the desk');
  await shown(page, 'Alex: Hello from the desk');
  await say(page, 'Hello from the Playground');
  await agent.reads('Hello from the Playground');
}

describe('the Agents Playground with the credentials of the app', () => {
  /** It got its own token in that tenant, and keys to check the bot's with. */
  const expectSigned = (tenantOfUrl: string) => {
    expect(login.violations).toEqual([]);
    expect(login.asked).toContain(`login.microsoftonline.com POST /${tenantOfUrl}/oauth2/v2.0/token`);
    expect(login.asked).toContain(`login.microsoftonline.com GET /${tenantOfUrl}/discovery/v2.0/keys`);
    expect(refused()).toBe(0);
  };

  it('reaches a person with a token of the app’s own tenant', async () => {
    await inPlayground({ tenantId: tenant }, 'emulator', reachPerson);
    expectSigned(tenant);
  });

  it('is answered with credentials of its environment, of no named tenant, which is the Bot Framework’s', async () => {
    await inPlayground({ byEnvironment: true }, 'emulator');
    expectSigned('botframework.com');
  });

  it('is answered as Teams where any tenant may use the bot', async () => {
    await inPlayground({ tenantId: tenant }, 'msteams');
    expectSigned(tenant);
  });

  it('is not let in without them', async () => {
    const playground = await startPlayground(`${pages.product.botUrl}/api/messages`, 'emulator', { env: login.env });
    try {
      const page = await pages.open(playground.url);
      await say(page, 'hello');
      await shown(page, /401/);
      expect(refused()).toBeGreaterThan(0);
      expect(await page.getByText('Ask me anything about your account').count()).toBe(0);
    } finally {
      await playground.stop();
    }
  });
});
