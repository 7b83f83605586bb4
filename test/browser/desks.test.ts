import { picture, seriousFaults, useProductPages } from './journeyRig';

jest.setTimeout(120_000);

const pages = useProductPages();

/** The first two desks have their own, longer journey. */
const desks = [
  { slug: 'enhanced-chat', team: 'Account and identity', name: 'Priya Nair', question: 'Why do I have to verify my identity?' },
  { slug: 'mluvii', team: 'Loans', name: 'Tomas Dvorak', question: 'What are the exchange rates?' },
  { slug: 'ccaip', team: 'Business customers', name: 'Lena Fischer', question: 'My card payment was declined' },
  { slug: 'live-assist', team: 'Savings and investments', name: 'Owen Clarke', question: 'How do I top up by bank transfer?' },
];

describe.each(desks)('a chat with an agent at $slug', ({ slug, team, name, question }) => {
  it('goes both ways on the pages, over a reload, to its end', async () => {
    const customer = await pages.customer({ width: 1100, height: 860 });
    const agent = await pages.desk({ width: 1280, height: 860 });
    await customer.say(question);
    await customer.said('This should answer it:');
    await customer.askForPerson(team, name);
    await agent.accept(name);
    await customer.page.getByText(/You are chatting with \S/).waitFor();
    await agent.reads(question);
    await customer.say('Hello, can you see what I asked before? 👋');
    await agent.reads('Hello, can you see what I asked before?');
    await agent.say('Yes, I have it all here. One moment please.');
    await customer.said('Yes, I have it all here.');
    await customer.page.reload();
    await customer.said('Yes, I have it all here.');
    await customer.say('Thank you');
    await agent.reads('Thank you');
    // Only this desk takes receipts; nothing of them is seen anywhere else.
    const read = agent.conversation.getByText('Read', { exact: true });
    if (slug === 'enhanced-chat') await read.waitFor();
    else expect(await read.count()).toBe(0);
    expect(await seriousFaults(agent.page)).toEqual([]);
    await picture(customer.page, `desk-${slug}-customer`);
    await picture(agent.page, `desk-${slug}-agent`);
    await agent.end();
    await customer.rate('4 – good');
    expect(pages.complaints).toEqual([]);
  });
});

describe('a chat that the agent puts aside', () => {
  it('waits for the customer to write, and goes on with all that was said', async () => {
    const customer = await pages.customer();
    const agent = await pages.desk();
    await customer.askForPerson('Business customers', 'Aside Aino');
    await agent.accept('Aside Aino');
    await agent.say('I ask my colleagues');
    await customer.said('I ask my colleagues');
    await agent.press('Put aside');
    await agent.reads('It waits again as soon as the customer writes.');
    await customer.said('The agent has put the chat aside.');
    await picture(agent.page, 'aside-agent');
    await customer.say('Any news?');
    await customer.waitsInQueue();
    await agent.accept('Aside Aino');
    await agent.reads('Any news?');
    await agent.say('Yes, good news');
    await customer.said('Yes, good news');
    await customer.chatsWith('Alex');
    await agent.end();
    await customer.rate('5 – very good');
    expect(pages.complaints).toEqual([]);
  });
});
