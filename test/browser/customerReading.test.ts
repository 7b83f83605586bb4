import type { Page } from 'playwright-core';
import { until } from '../support/fakeClock';
import { hide, said, say, sendBox, useCustomerSite } from './customerRig';

jest.setTimeout(90_000);

const rig = useCustomerSite();
const channelData = { switchboard: { from: 'agent', agentName: 'Ada Lind' } };
const agentSays = (text: string) =>
  rig.site.say({ type: 'message', textFormat: 'plain', text: `Ada Lind: ${text}`, channelData });
const status = (state: string) =>
  rig.site.say({ type: 'event', name: 'handoff.status', value: { state, agentName: 'Ada Lind' } });
const receipts = () => rig.site.heard.filter(({ name }) => name === 'handoff.read').length;

async function inChat(viewport = { width: 1280, height: 900 }): Promise<Page> {
  rig.site.heard.length = 0;
  const page = await rig.open('/', { viewport });
  await say(page, 'hello');
  await said(page, 'You said: hello');
  await status('accepted');
  await page.getByText('You are chatting with Ada Lind.').waitFor();
  await page.clock.install();
  return page;
}

/** The time of the page goes on so far that whatever it wanted to tell is told before what the customer says now. */
async function whenSettled(page: Page, text: string): Promise<void> {
  await page.clock.fastForward(2_000);
  await say(page, text);
  await said(page, `You said: ${text}`);
}

describe('what an agent wrote and the customer saw', () => {
  it('is told once for several messages, and again for a newer one', async () => {
    const page = await inChat();
    await agentSays('Good morning');
    await agentSays('I have found it');
    await said(page, 'I have found it');
    await until('the bot is told', () => receipts() === 1);
    await whenSettled(page, 'thank you');
    expect(receipts()).toBe(1);
    await agentSays('You are welcome');
    await until('the bot is told again', () => receipts() === 2);
    expect(rig.site.heard.at(-1)).toMatchObject({ type: 'event', name: 'handoff.read' });
    expect(rig.faults).toEqual([]);
  });

  it('is not told while the page is hidden, and is when the customer looks', async () => {
    const page = await inChat();
    await hide(page, true);
    await agentSays('Are you there?');
    await said(page, 'Are you there?');
    await whenSettled(page, 'typed by a script');
    expect(receipts()).toBe(0);
    await hide(page, false);
    await until('the bot is told', () => receipts() === 1);
  });

  it('is not told again after a reload, but what came meanwhile is', async () => {
    const page = await inChat();
    await agentSays('First');
    await until('the bot is told', () => receipts() === 1);
    await page.reload();
    await said(page, 'First');
    await whenSettled(page, 'here again');
    expect(receipts()).toBe(1);
    const address = page.url();
    await page.goto('about:blank');
    await agentSays('Second');
    await page.goto(address);
    await said(page, 'Second');
    await until('the bot is told', () => receipts() === 2);
  });

  it('is not told of what the bot says, nor after the chat with the agent', async () => {
    const page = await inChat();
    await rig.site.say({ type: 'message', text: 'The bot speaks' });
    await said(page, 'The bot speaks');
    await whenSettled(page, 'go on');
    expect(receipts()).toBe(0);
    await hide(page, true);
    await agentSays('Goodbye');
    await status('completed');
    await page.locator('#agent-bar').waitFor({ state: 'hidden' });
    await hide(page, false);
    await whenSettled(page, 'and now');
    expect(receipts()).toBe(0);
  });

  it('is told only when it was scrolled to', async () => {
    const page = await inChat({ width: 1280, height: 700 });
    const long = Array.from({ length: 60 }, (_, index) => `Line ${index}`).join('\n\n');
    await rig.site.say({ type: 'message', text: long });
    await said(page, 'Line 59');
    // A long answer is shown from its beginning, and the transcript rests there.
    await agentSays('Below the fold');
    await said(page, 'Below the fold');
    await page.clock.fastForward(2_000);
    const end = page.getByRole('button', { name: 'More messages' });
    await end.waitFor();
    // What the page tells by itself comes after whatever it told before.
    await sendBox(page).fill('x');
    await until('the bot hears of the typing', () => rig.site.heard.at(-1)?.type === 'typing');
    expect(receipts()).toBe(0);
    await end.click();
    await until('the bot is told', () => receipts() === 1);
  });
});
