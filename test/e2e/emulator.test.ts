import { generateKeyPairSync } from 'node:crypto';
import type { JsonObject } from '../../common/json';
import { buttonData } from '../support/customerClient';
import { DeskClient, textsOf } from '../support/deskClient';
import { EmulatorClient } from '../support/emulatorClient';
import { botFrameworkTenant, LoginStandIn } from '../support/login/loginStandIn';
import { Product } from '../support/productRig';
import { fromAgent, isAnswer } from './talk';

jest.setTimeout(90_000);

const app = { appId: '11111111-2222-4333-8444-555555555555', secret: 'the-secret-of-the-app' };
const otherApp = { appId: '66666666-2222-4333-8444-555555555555', secret: 'the-secret-of-another' };
const tenant = '99999999-0000-4000-8000-000000000000';
const stranger = '77777777-0000-4000-8000-000000000000';
const hello = { type: 'message', text: 'hello' };

/** The whole way of a customer in the Emulator, from the greeting to the rating. */
async function carriesConversation(emulator: EmulatorClient, desk: DeskClient): Promise<void> {
  await emulator.begin();
  await emulator.next('Ask me anything about your account');
  await emulator.say('How do I cancel a transfer?');
  await emulator.next(isAnswer);
  await emulator.say('talk to a person');
  const form = await emulator.next('Before I pass you on');
  const name = `Emma ${emulator.conversationId.slice(0, 6)}`;
  const given = { skill: 'transfers', name, email: 'emma@example.com', phone: '' };
  await emulator.submit({ ...buttonData(form, 'Continue'), ...given });
  const chat = await desk.waiting(name, 'live-agent');
  await desk.act(chat, 'accept', { agentName: 'Nadia' });
  await emulator.next('You are now chatting with Nadia');
  await desk.act(chat, 'say', { text: 'from the desk' });
  await emulator.next(fromAgent('from the desk'));
  await emulator.say('from the Emulator');
  await desk.until(chat, 'the agent reads it', (one) => textsOf(one, 'customer').includes('from the Emulator'));
  await desk.act(chat, 'end');
  const card = await emulator.next('How was your chat?');
  await emulator.submit({ ...buttonData(card, 'Send rating'), score: '4', comment: '' });
  await emulator.next('Thank you for your rating');
}

describe('a bot with an app id on this machine', () => {
  const login = new LoginStandIn([app, otherApp], [tenant, stranger]);
  let product: Product;
  let desk: DeskClient;
  const emulators: EmulatorClient[] = [];

  beforeAll(async () => {
    await login.start();
    product = await Product.start({
      phrasesPerTopic: 2,
      env: {
        ...login.env,
        SWITCHBOARD_MODE: 'sandbox',
        MicrosoftAppId: app.appId,
        MicrosoftAppPassword: app.secret,
        MicrosoftAppTenantId: tenant,
      },
    });
    desk = await DeskClient.open(product.deskUrl);
  });
  afterAll(async () => {
    for (const emulator of emulators) await emulator.close();
    await desk?.close();
    await product?.close();
    await login.stop();
  });

  /** As the Emulator does, the bot's calls come in only with a token of the bot's own for the Bot Framework. */
  const isOfBot = (token: string | undefined) => {
    const shown = login.read(token);
    return shown?.audience === 'https://api.botframework.com' && shown.app === app.appId;
  };
  const open = async (token: () => string | undefined) => {
    const emulator = await EmulatorClient.open(product.botUrl, { token, lets: isOfBot });
    emulators.push(emulator);
    return emulator;
  };

  it.each([
    ['the Bot Framework’s tenant, version 1', { tenant: botFrameworkTenant, version: 1 }],
    ['the Bot Framework’s tenant, version 2', { tenant: botFrameworkTenant, version: 2 }],
    ['the app’s own tenant, version 1', { tenant, version: 1 }],
    ['the app’s own tenant, version 2', { tenant, version: 2 }],
  ] as const)('carries a whole conversation with an Emulator that signs by %s', async (_what, how) => {
    const emulator = await open(() => login.token(app.appId, how));
    await carriesConversation(emulator, desk);
    expect(emulator.refused).toBe(0);
  });

  const now = Math.floor(Date.now() / 1000);
  const stolen = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const both = (make: (version: 1 | 2) => string) => [make(1), make(2)];
  it.each<[string, () => (string | undefined)[]]>([
    ['no token', () => [undefined]],
    [
      'a token of the bot’s for its channels',
      () => [login.token(app.appId, { scope: 'https://api.botframework.com/.default', tenant })],
    ],
    [
      'a token for another app',
      () => both((version) => login.token(app.appId, { scope: `${otherApp.appId}/.default`, version })),
    ],
    ['a token of another app for itself', () => both((version) => login.token(otherApp.appId, { version }))],
    ['a token of another tenant', () => both((version) => login.token(app.appId, { tenant: stranger, version }))],
    ['a token that has expired', () => both((version) => login.token(app.appId, { version }, { claims: { exp: now - 600 } }))],
    ['a token of another issuer', () => [login.token(app.appId, {}, { claims: { iss: 'https://login.example/' } })]],
    ['a token signed by somebody else', () => both((version) => login.token(app.appId, { version }, { key: stolen }))],
  ])('refuses %s', async (_what, tokens) => {
    const emulator = await open(() => undefined);
    for (const token of tokens()) expect(await emulator.post(hello, token)).toBe(401);
    expect(emulator.activities).toEqual([]);
    expect(emulator.refused).toBe(0);
  });

  it('refuses another app that is no allowed caller', async () => {
    const emulator = await open(() => login.token(otherApp.appId, { scope: `${app.appId}/.default`, tenant, version: 2 }));
    expect(await emulator.post(hello)).toBe(403);
  });

  it('has asked the login for nothing it should not, and tells nobody a secret', async () => {
    expect(login.violations).toEqual([]);
    expect(login.asked).toContain(`login.microsoftonline.com POST /${tenant}/oauth2/v2.0/token`);
    expect(product.output).toContain('/api/messages (with the app id and secret)');
    expect(product.output).not.toContain(app.secret);
    expect(product.output).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
  });
});

describe('a bot without an app id on this machine', () => {
  let product: Product;
  let desk: DeskClient;
  let emulator: EmulatorClient;

  beforeAll(async () => {
    product = await Product.start({ phrasesPerTopic: 2 });
    desk = await DeskClient.open(product.deskUrl);
    // Without credentials neither side shows anything to the other.
    emulator = await EmulatorClient.open(product.botUrl, { lets: (token) => token === undefined });
  });
  afterAll(async () => {
    await emulator?.close();
    await desk?.close();
    await product?.close();
  });

  it('carries a whole conversation with an Emulator without credentials', async () => {
    await carriesConversation(emulator, desk);
    expect(emulator.refused).toBe(0);
    const answers = emulator.activities.filter((one: JsonObject) => one['type'] === 'message');
    expect(answers.length).toBeGreaterThan(5);
  });
});
