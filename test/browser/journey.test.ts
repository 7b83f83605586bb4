import { type AgentPage, type CustomerPage, pdfFile, picture, pngFile, seriousFaults, useProductPages } from './journeyRig';

jest.setTimeout(120_000);

const pages = useProductPages();

describe('answers', () => {
  it('are a card when sure, a carousel when not, and a person when there is none', async () => {
    const customer = await pages.customer();
    const { page } = customer;
    await picture(page, 'welcome');
    await customer.say('My card has not arrived yet');
    await customer.said('This should answer it:');
    await page.getByText('From our help center').last().waitFor();
    await picture(page, 'answer-card');
    await customer.press('Read more');
    await page.getByText('The latest arrival date has passed').waitFor();
    await picture(page, 'whole-article');
    expect(await seriousFaults(page)).toEqual([]);
    await customer.say('card');
    await customer.said('One of these may answer it:');
    await page.getByRole('button', { name: 'Next' }).first().waitFor();
    await picture(page, 'carousel');
    expect(await seriousFaults(page)).toEqual([]);
    await customer.press('None of these');
    await customer.say('xyzzy plugh');
    await customer.said('Would you like to talk to a person?');
    await customer.press('Talk to a person');
    await page.getByLabel('Your name').waitFor();
    await page.setViewportSize({ width: 1100, height: 920 });
    await picture(page, 'pre-chat');
    await customer.press('Continue');
    await page.getByText('Please fill in: Your name').waitFor();
    await picture(page, 'pre-chat-errors');
    expect(await seriousFaults(page)).toEqual([]);
    expect(pages.complaints).toEqual([]);
  });

  it('open in the browser as a page of their own', async () => {
    const customer = await pages.customer();
    await customer.say('My card has not arrived yet');
    const opened = customer.page.context().waitForEvent('page');
    await customer.press('Open in browser');
    const article = await opened;
    await article.getByRole('heading', { name: 'My new card has not arrived yet: where is it?' }).waitFor();
    await picture(article, 'article-page');
    expect(await seriousFaults(article)).toEqual([]);
  });
});

describe.each([
  { desk: '8x8 Contact Center', team: 'Cards', name: 'Maria Lopez', hasFiles: true },
  { desk: 'Salesforce Live Agent', team: 'Transfers and top-ups', name: 'Jonas Weber', hasFiles: false },
])('a chat with an agent at $desk', ({ desk, team, name, hasFiles }) => {
  let customer: CustomerPage;
  let agent: AgentPage;
  const place = hasFiles ? '8x8' : 'live-agent';

  it('goes from the question to the rating, over a reload of both pages', async () => {
    customer = await pages.customer();
    agent = await pages.desk();
    await customer.say('My card has not arrived yet');
    await customer.said('This should answer it:');
    await customer.askForPerson(team, name);
    await customer.said('in the queue');
    // One way out is enough: the bar has it, so no quick reply repeats it.
    await customer.page.getByRole('button', { name: 'Leave the queue' }).waitFor();
    expect(await customer.page.getByRole('button', { name: 'Leave the chat' }).count()).toBe(0);
    await picture(customer.page, `queue-${place}`);

    await agent.page.locator('.chat', { hasText: name }).getByText(desk).waitFor();
    await agent.accept(name);
    await customer.chatsWith('Alex');
    await agent.reads('My card has not arrived yet');
    await agent.say('Hello, how can I help?');
    await customer.said('Alex: Hello, how can I help?');
    await customer.box().pressSequentially('I have been');
    await agent.page.getByText('is typing').first().waitFor();
    await customer.say('I have been waiting for two weeks.');
    await agent.reads('I have been waiting for two weeks.');
    await agent.box().pressSequentially('Let me');
    await customer.page.locator('.webchat__typing-indicator').waitFor();
    await picture(customer.page, `typing-${place}`);
    await agent.say('Let me look.');
    await customer.said('Alex: Let me look.');
    await picture(customer.page, `chat-customer-${place}`);
    await picture(agent.page, `chat-agent-${place}`);
    expect(await seriousFaults(customer.page)).toEqual([]);
    expect(await seriousFaults(agent.page)).toEqual([]);

    await customer.page.reload();
    await customer.chatsWith('Alex');
    await customer.said('I have been waiting for two weeks.');
    await customer.said('Alex: Let me look.');
    await agent.page.reload();
    await agent.page.locator('.chat', { hasText: name }).click();
    await agent.reads('I have been waiting for two weeks.');
    await customer.say('Still here after a reload.');
    await agent.reads('Still here after a reload.');
    expect(await customer.bubbles('I have been waiting for two weeks.').count()).toBe(1);

    if (hasFiles) await exchangeFilesAndCards();
    else await sendWhatIsAskedFor();

    await agent.end();
    await customer.said('The agent has ended the chat.');
    expect(await customer.page.locator('#agent-bar').isVisible()).toBe(false);
    await picture(customer.page, `rating-${place}`);
    await customer.rate('4 – good');
    await customer.say('My card has not arrived yet');
    await customer.said('This should answer it:');
    await agent.page.getByText('This chat was ended by the agent.').waitFor();
    expect(pages.complaints).toEqual([]);
  });

  async function exchangeFilesAndCards(): Promise<void> {
    await customer.send(pngFile);
    await agent.page.getByRole('link', { name: 'statement.png' }).waitFor();
    await agent.attach(pdfFile('conditions.pdf'));
    await customer.page.getByRole('link', { name: /conditions\.pdf/ }).waitFor();
    await agent.press('Send a card');
    expect(await seriousFaults(agent.page)).toEqual([]);
    await agent.confirm('Send card');
    await customer.press('Yes, replace it');
    await agent.conversation.getByText(/yes/i).last().waitFor();
    await picture(customer.page, 'agent-card');
    await picture(agent.page, 'agent-card-submitted');
    expect(await seriousFaults(customer.page)).toEqual([]);
  }

  async function sendWhatIsAskedFor(): Promise<void> {
    await agent.press('Ask for a file');
    await customer.said('The agent asks you for a file.');
    await customer.send(pdfFile('receipt.pdf'));
    await customer.said('The agent has received your file.');
    await agent.page.getByRole('link', { name: 'receipt.pdf' }).waitFor();
    await picture(customer.page, 'file-requested');
    await agent.press('Transfer');
    await agent.confirm('Transfer');
    await customer.said('Your chat is being passed on');
    await customer.waitsInQueue();
    await agent.accept(name);
    await agent.say('I am the colleague.');
    await customer.said('I am the colleague.');
    await customer.chatsWith('Alex');
  }
});
