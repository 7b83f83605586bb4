import { overflow, picture, seriousFaults, useProductPages } from './journeyRig';

jest.setTimeout(120_000);

const pages = useProductPages();
const phone = { width: 390, height: 844 };

describe('ways out', () => {
  it('lets the customer leave the queue and the chat by the bar, and the desk sees it', async () => {
    const customer = await pages.customer();
    const agent = await pages.desk();
    await customer.askForPerson('Cards', 'Quitting Quentin');
    await customer.press('Leave the queue');
    await customer.said('You have left the queue');
    await customer.page.locator('#agent-bar').waitFor({ state: 'hidden' });
    await agent.page.getByRole('button', { name: 'Accept Quitting Quentin' }).waitFor({ state: 'detached' });

    await customer.say('talk to a person');
    // The second form: the first one is still there above.
    await customer.page.getByLabel('What is it about?').nth(1).fill('My transfer');
    await customer.choose('Transfers');
    await customer.press('Continue');
    await customer.waitsInQueue();
    await agent.accept('Quitting Quentin');
    await customer.chatsWith('Alex');
    await customer.press('Leave the chat with the agent');
    await customer.said('You have left the chat.');
    await customer.rate('3 – okay');
    await agent.page.getByText('This chat was ended by the customer.').waitFor();
  });

  it('ends the handoff when the customer starts over while waiting', async () => {
    const customer = await pages.customer();
    const agent = await pages.desk();
    await customer.askForPerson('Cards', 'Restarting Rita');
    const waiting = agent.page.getByRole('button', { name: 'Accept Restarting Rita' });
    await waiting.waitFor();
    await customer.press('Start over');
    await waiting.waitFor({ state: 'detached' });
    await customer.page.locator('#agent-bar').waitFor({ state: 'hidden' });
  });

  it('takes a message when nobody is there, and Dynamics keeps it', async () => {
    const customer = await pages.customer();
    const agent = await pages.desk();
    const staff = await agent.page.getByRole('switch', { name: /^Agents at / }).all();
    expect(staff).toHaveLength(6);
    for (const one of staff) await one.click();
    await agent.page
      .getByText('Nobody here')
      .nth(staff.length - 1)
      .waitFor();
    try {
      await customer.say('I want to talk to a person');
      await customer.page.getByLabel('Your name').last().waitFor();
      // A team nobody asked for before: whether somebody is there is remembered for some seconds.
      await customer.choose('Complaints');
      await customer.page.getByLabel('Your name').last().fill('Patient Pat');
      await customer.page.getByLabel('E-mail address').last().fill('pat@example.com');
      await customer.page.getByLabel('What is it about?').last().fill('My card');
      await customer.press('Continue');
      await customer.page.getByText('No person is available right now', { exact: true }).last().waitFor();
      await picture(customer.page, 'nobody');
      expect(await seriousFaults(customer.page)).toEqual([]);
      await customer.press('Leave a message');
      await customer.page.getByLabel('Your message').last().fill('Please call me about my card.');
      await picture(customer.page, 'message');
      // The send box has a button of that name, too.
      await customer.page.locator('.ac-pushButton', { hasText: 'Send' }).last().click();
      await customer.said('your message has been saved');
    } finally {
      for (const one of staff) await one.click();
    }
    const records = await pages.open(`${pages.product.dynamicsUrl}/`);
    await records.getByRole('link', { name: /^Messages/ }).click();
    await records.getByRole('rowheader').getByRole('link').first().click();
    await records.getByText('Please call me about my card.').waitFor();
    await picture(records, 'records-task');
  });
});

describe('when the bot is killed', () => {
  it('goes on with the chat where it was', async () => {
    const customer = await pages.customer();
    const agent = await pages.desk();
    await customer.askForPerson('Cards', 'Patient Paula');
    await agent.accept('Patient Paula');
    await customer.chatsWith('Alex');
    await agent.say('Before the crash');
    await customer.said('Before the crash');
    await pages.product.kill();
    await agent.say('While you were away');
    await pages.product.start();
    await customer.said('While you were away');
    await customer.say('Here again');
    await agent.reads('Here again');
    await agent.end();
    await customer.said('The agent has ended the chat.');
    expect(await customer.bubbles('While you were away').count()).toBe(1);
  });
});

describe('the records', () => {
  it('tell the whole story of a chat, and can be read by everybody', async () => {
    const customer = await pages.customer();
    const agent = await pages.desk({ width: 1400, height: 900 });
    await customer.say('My card has not arrived yet');
    await customer.said('This should answer it:');
    await customer.press('Read more');
    await customer.page.getByText('The latest arrival date has passed').waitFor();
    await customer.askForPerson('Cards', 'Recorded Rosa');
    await agent.accept('Recorded Rosa');
    await agent.say('Hello Rosa');
    await customer.said('Hello Rosa');
    const opened = agent.page.context().waitForEvent('page');
    await agent.page.getByRole('link', { name: 'Open in Dynamics records' }).click();
    const records = await opened;
    await records.getByRole('heading', { name: 'Articles sent by the bot' }).waitFor();
    await records.getByRole('link', { name: /My new card has not arrived yet/ }).waitFor();
    await agent.end();
    await customer.rate('5 – very good');
    await records
      .getByText(/Completed/)
      .first()
      .waitFor();
    await records.setViewportSize({ width: 1100, height: 980 });
    await picture(records, 'records');
    expect(await seriousFaults(records)).toEqual([]);
    await records.setViewportSize(phone);
    expect(await overflow(records)).toBeLessThanOrEqual(0);
    await picture(records, 'records-phone');
  });
});

describe('on a phone', () => {
  it('fits from the answer to the rating, whatever is written', async () => {
    const customer = await pages.customer(phone);
    const agent = await pages.desk();
    const name = `${'Hubert'.repeat(9)} <b>ö</b> مريم`;
    await customer.say('My card has not arrived yet');
    await customer.said('This should answer it:');
    await picture(customer.page, 'phone-answer');
    await customer.say('card');
    await customer.said('One of these may answer it:');
    await picture(customer.page, 'phone-carousel');
    await customer.askForPerson('Cards', name);
    await picture(customer.page, 'phone-queue');
    await agent.accept(name);
    await customer.chatsWith('Alex');
    await agent.say(`<img src=x onerror="document.title = 'broken'"> ${'W'.repeat(150)} שלום`);
    await customer.said('onerror');
    await customer.say(`<script>document.title = 'broken'</script> ${'M'.repeat(150)} مرحبا`);
    await agent.reads('MMMM');
    await picture(customer.page, 'phone-chat');
    await picture(agent.page, 'hostile-desk');
    expect(await overflow(customer.page)).toBeLessThanOrEqual(0);
    expect(await overflow(agent.page)).toBeLessThanOrEqual(0);
    expect([await customer.page.title(), await agent.page.title()].join()).not.toContain('broken');
    await agent.page.setViewportSize(phone);
    await agent.box().waitFor();
    expect(await overflow(agent.page)).toBeLessThanOrEqual(0);
    await picture(agent.page, 'phone-desk');
    expect(await seriousFaults(customer.page)).toEqual([]);
    expect(await seriousFaults(agent.page)).toEqual([]);
    await agent.page.setViewportSize({ width: 1200, height: 800 });
    await agent.end();
    await customer.said('The agent has ended the chat.');
    await picture(customer.page, 'phone-rating');
    await customer.rate('4 – good');
    const box = (await customer.box().boundingBox())!;
    expect(box.y + box.height).toBeLessThanOrEqual(phone.height);
    expect(pages.complaints).toEqual([]);
  });
});
