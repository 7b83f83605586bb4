import { adaptive, card, chatActivityId, earlier, useDeskPage } from './deskPageRig';

const rig = useDeskPage();

describe('the list', () => {
  it('says what to do while there is no chat', async () => {
    await rig.page.getByText('No chats yet.').waitFor();
    expect(await rig.page.getByRole('link', { name: 'customer page' }).getAttribute('href')).toBe('http://127.0.0.1:9/customer');
    await rig.expectAccessible();
  });

  it('shows who waits, how long, and how many in the title', async () => {
    rig.desk.arrive({ id: 'c', since: new Date(Date.now() - 65_000).toISOString() });
    rig.plain.arrive({ id: 'd', customerName: 'Jonas', queue: 'transfers' });
    await rig.item('Jonas').waitFor();
    expect(await rig.page.title()).toBe('(2) Agent desk · Contoso Bank');
    const waited = rig.page.locator('.chat', { hasText: 'Maria' }).locator('.waited');
    const first = await waited.innerText();
    expect(first).toMatch(/^1:0\d$/);
    await rig.until(async () => (await waited.innerText()) !== first);
    expect(await rig.item('Jonas').innerText()).toContain('Plain desk · Transfers');
    expect(await rig.heard()).toContain('Maria Lopez is waiting: Card not working');
  });

  it('can be narrowed to a desk and a state', async () => {
    rig.desk.arrive({ id: 'c' });
    rig.desk.arrive({ id: 'e', customerName: 'Erik', state: 'ended' });
    rig.plain.arrive({ id: 'd', customerName: 'Jonas', state: 'active' });
    await rig.page.getByRole('button', { name: 'Ended 1' }).click();
    expect(await rig.page.locator('.who').allInnerTexts()).toEqual(['Erik']);
    await rig.page.getByRole('button', { name: 'All 3' }).click();
    await rig.page.getByRole('combobox', { name: 'Desk' }).selectOption('Plain desk');
    expect(await rig.page.locator('.who').allInnerTexts()).toEqual(['Jonas']);
    await rig.page.getByRole('button', { name: 'Waiting 0' }).click();
    await rig.page.getByText('No chat fits the filter.').waitFor();
  });

  it('switches the agents of a desk off and on', async () => {
    const staff = rig.page.getByRole('switch', { name: 'Agents at 8x8 Contact Center' });
    await staff.click();
    await rig.page.getByText('Nobody here').waitFor();
    expect(await staff.getAttribute('aria-checked')).toBe('false');
    expect([rig.desk.isStaffed(), rig.plain.isStaffed()]).toEqual([false, true]);
    await staff.click();
    await rig.until(() => rig.desk.isStaffed());
  });

  it('counts what was not read in another chat', async () => {
    rig.desk.arrive({ id: 'other', customerName: 'Jonas', state: 'active' });
    await rig.openActive();
    rig.desk.customerSays('other', { text: 'Anybody there?' });
    await rig.item('Jonas').getByText('1 new').waitFor();
    expect(await rig.heard()).toContain('In another chat: Jonas: Anybody there?');
    await rig.item('Jonas').click();
    expect(await rig.page.getByText('1 new').count()).toBe(0);
  });
});

describe('a chat', () => {
  it('is accepted in the name of the agent, with the focus in the send box', async () => {
    await rig.page.getByLabel('Your name').fill('Sam');
    rig.desk.arrive({ id: 'c' });
    await rig.page.getByRole('button', { name: 'Accept Maria Lopez' }).click();
    await rig.box().waitFor();
    await rig.until(async () => (await rig.focused()) === 'Your message');
    expect(rig.desk.deeds).toEqual([['accept', 'c', 'Sam']]);
    expect(await rig.page.title()).toBe('Agent desk · Contoso Bank');
    await rig.page.reload();
    expect(await rig.page.getByLabel('Your name').inputValue()).toBe('Sam');
    await rig.button('Hello, I am Sam. How can I help?').click();
    expect(await rig.box().inputValue()).toBe('Hello, I am Sam. How can I help?');
    expect(rig.complaints).toEqual([]);
  });

  it('can be declined', async () => {
    rig.desk.arrive({ id: 'c' });
    await rig.item('Maria').click();
    await rig.button('Decline').click();
    await rig.page.getByText('This chat was ended by the agent.').waitFor();
    expect(rig.desk.deeds).toEqual([['decline', 'c']]);
  });

  it('comes with everything the desk received', async () => {
    rig.desk.arrive({ id: 'c', details: { email: 'maria@example.com', ChatActivityId: chatActivityId, Note: '<i>x</i>' } });
    await rig.item('Maria').click();
    const details = rig.page.getByRole('complementary');
    await details.getByText('maria@example.com').waitFor();
    await details.getByText('<i>x</i>').waitFor();
    const link = details.getByRole('link', { name: 'Open in Dynamics records' });
    expect(await link.getAttribute('href')).toBe(`http://127.0.0.1:9/records?id=${chatActivityId}`);
  });

  it('shows the earlier conversation apart from the chat, its cards drawn and harmless', async () => {
    const hero = { title: 'Fees', text: 'A \\*summary\\*', buttons: [{ type: 'messageBack', title: 'Read' }] };
    const cards = [{ contentType: adaptive, content: card }];
    rig.desk.arrive({
      id: 'c',
      entries: earlier([
        { from: 'customer', text: 'My card fails' },
        { cards },
        { cards: [1, 2].map(() => ({ contentType: 'application/vnd.microsoft.card.hero', content: hero })) },
        { cards: [{ contentType: 'application/x-unheard-of', content: { title: 'Strange' } }] },
        { cards: [{ contentType: adaptive, content: { type: 'AdaptiveCard', body: 'broken' } }] },
      ]),
    });
    rig.desk.customerSays('c', { text: 'Hello?' });
    await rig.item('Maria').click();
    const before = rig.page.getByRole('region', { name: 'Before the handoff' });
    const live = rig.page.getByRole('region', { name: 'Chat with the desk' });
    await before.getByText('My card fails').waitFor();
    await live.getByText('Hello?').waitFor();
    expect(await before.getByText('Hello?').count()).toBe(0);
    expect(await before.locator('strong', { hasText: 'check' }).count()).toBe(1);
    expect(await before.getByRole('link', { name: 'guide' }).getAttribute('href')).toBe('https://example.com/guide');
    expect(await before.getByRole('link', { name: 'this' }).count()).toBe(0);
    expect(await before.getByText('<img src=x').count()).toBe(1);
    expect(await rig.isBroken()).toBe(false);
    expect(await before.getByRole('button', { name: 'This helped' }).isDisabled()).toBe(true);
    expect(await before.getByRole('textbox').isDisabled()).toBe(true);
    expect(await before.getByText('A *summary*').count()).toBe(2);
    await before.getByText('Strange', { exact: true }).waitFor();
    const popup = rig.context.waitForEvent('page');
    await rig.context.route('https://example.com/**', (route) => route.fulfill({ body: 'article' }));
    await before.getByRole('link', { name: 'Open the article' }).click();
    expect((await popup).url()).toBe('https://example.com/article');
    expect(rig.complaints).toEqual([]);
  });

  it('reads the earlier conversation out of a transcript when the desk got nothing else', async () => {
    const transcript = 'Customer: Hi\nBot: Hello\nhow can I help?';
    rig.desk.arrive({ id: 'c', details: { Transcript: transcript, Articles: 'KA-1 One\nKA-2 Two' } });
    rig.desk.customerSays('c', { from: 'system', text: transcript });
    rig.desk.customerSays('c', { from: 'system', text: 'KA-1 One\nKA-2 Two' });
    await rig.item('Maria').click();
    const before = rig.page.getByRole('region', { name: 'Before the handoff' });
    await before.getByText('how can I help?').waitFor();
    expect(await before.locator('.from-bot .said').innerText()).toBe('Hello\nhow can I help?');
    await before.getByText('KA-2 Two').waitFor();
    expect(await rig.page.locator('.live .entry').count()).toBe(0);
  });

  it('goes both ways, with what the customer says read out', async () => {
    await rig.openActive();
    await rig.box().fill('First line');
    await rig.box().press('Shift+Enter');
    await rig.page.keyboard.type('second');
    await rig.box().press('Enter');
    await rig.page.locator('.from-agent').getByText('First line').waitFor();
    expect(rig.deeds('say')).toEqual([['say', 'c', 'First line\nsecond']]);
    expect(await rig.box().inputValue()).toBe('');
    rig.desk.customerSays('c', { text: 'Thank you 🙂' });
    await rig.page.locator('.live .from-customer').getByText('Thank you 🙂').waitFor();
    expect(await rig.heard()).toContain('Maria Lopez: Thank you 🙂');
    await rig.box().press('Enter');
    expect(rig.deeds('say')).toHaveLength(1);
  });

  it('keeps what was written when the desk refuses it', async () => {
    await rig.openActive();
    rig.desk.failure = new Error('The webhook was not answered.');
    await rig.box().fill('Hello');
    await rig.box().press('Enter');
    await rig.page.getByRole('alert').getByText('The webhook was not answered.').waitFor();
    expect(await rig.box().inputValue()).toBe('Hello');
    await rig.box().press('Enter');
    await rig.page.locator('.from-agent').getByText('Hello').waitFor();
    await rig.until(async () => (await rig.page.locator('.problem').textContent()) === '');
  });

  it('keeps the draft of a chat while another is looked at', async () => {
    rig.desk.arrive({ id: 'other', customerName: 'Jonas', state: 'active' });
    await rig.openActive();
    await rig.box().fill('Half a sen');
    await rig.item('Jonas').click();
    expect(await rig.box().inputValue()).toBe('');
    await rig.item('Maria').click();
    expect(await rig.box().inputValue()).toBe('Half a sen');
  });

  it('tells of typing both ways', async () => {
    await rig.openActive();
    rig.desk.change('c', { customerIsTyping: true });
    await rig.page.getByText('Maria Lopez is typing …').waitFor();
    await rig.box().pressSequentially('Hello');
    await rig.until(() => rig.deeds('typing').length > 0);
    expect(rig.deeds('typing')).toEqual([['typing', 'c', true]]);
    await rig.box().press('Enter');
    await rig.until(() => rig.deeds('typing').length > 1);
    expect(rig.deeds('typing')[1]).toEqual(['typing', 'c', false]);
  });

  it('takes a sample card, seen beforehand and changed', async () => {
    await rig.openActive();
    await rig.button('Send a card').click();
    const dialog = rig.page.getByRole('dialog');
    await dialog.getByText('Replace your card?').first().waitFor();
    await rig.expectAccessible();
    await dialog.getByLabel('Sample').selectOption('Transfer status');
    await dialog.getByText('Change the JSON').click();
    await dialog.getByLabel('Card as JSON').fill('{');
    await dialog.getByRole('button', { name: 'Send card' }).click();
    await dialog.getByRole('alert').getByText('This is not JSON').waitFor();
    await dialog.getByLabel('Card as JSON').fill(JSON.stringify(card));
    await dialog.getByRole('button', { name: 'Send card' }).click();
    await rig.page.locator('.from-agent .card').getByText('Card not working').waitFor();
    expect(rig.deeds('sendCard')).toEqual([['sendCard', 'c', card]]);
  });

  it('takes a file and asks for one', async () => {
    await rig.openActive();
    const chooser = rig.page.waitForEvent('filechooser');
    await rig.button('Attach a file').click();
    await (await chooser).setFiles({ name: 'Übersicht.txt', mimeType: 'text/plain', buffer: Buffer.from('content') });
    await rig.page.locator('.from-agent').getByText('Übersicht.txt').waitFor();
    expect(rig.deeds('sendFile')).toEqual([
      ['sendFile', 'c', { name: 'Übersicht.txt', contentType: 'text/plain', bytes: 'content' }],
    ]);
    await rig.button('Ask for a file').click();
    await rig.page.getByText('A file was asked for.').first().waitFor();
    expect(rig.deeds('requestFile')).toEqual([['requestFile', 'c']]);
  });

  it('offers only what the desk can do', async () => {
    rig.plain.arrive({ id: 'c', state: 'active' });
    await rig.item('Maria').click();
    await rig.box().fill('x');
    for (const name of ['Send a card', 'Attach a file', 'Ask for a file', 'Transfer', 'Put aside'])
      expect(await rig.button(name).count()).toBe(0);
    await rig.box().press('Enter');
    await rig.until(() => rig.plain.deeds.length > 0);
    expect(rig.plain.deeds).toEqual([['say', 'c', 'x']]);
  });

  it('is transferred to another queue', async () => {
    await rig.openActive();
    await rig.button('Transfer').click();
    const dialog = rig.page.getByRole('dialog');
    expect(await dialog.getByRole('option').allInnerTexts()).toEqual(['Transfers']);
    await dialog.getByRole('button', { name: 'Transfer', exact: true }).click();
    await rig.page.locator('.head').getByText('Waiting').waitFor();
    expect(rig.deeds('transfer')).toEqual([['transfer', 'c', 'transfers']]);
    await rig.page.locator('.head').getByText('Transfers').waitFor();
  });

  it('is ended only after asking, and stays readable', async () => {
    await rig.openActive();
    rig.desk.customerSays('c', { text: 'Bye' });
    await rig.button('End chat').click();
    await rig.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(rig.deeds('end')).toEqual([]);
    await rig.button('End chat').click();
    await rig.page.getByRole('dialog').getByRole('button', { name: 'End chat' }).click();
    await rig.page.getByText('This chat was ended by the agent.').waitFor();
    await rig.page.locator('.live').getByText('Bye').waitFor();
    expect(await rig.box().count()).toBe(0);
    expect(await rig.focused()).toBe('Maria Lopez');
    await rig.expectAccessible();
  });
});
