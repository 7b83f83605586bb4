import type { Page } from 'playwright-core';
import { said, say, useCustomerSite } from './customerRig';
import { overflow, pdfFile, picture, pngFile, seriousFaults } from './journeyRig';

jest.setTimeout(90_000);

// Files of more than 64 KB are too large there.
const rig = useCustomerSite();

async function choose(page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload file' }).click();
  await (await chooser).setFiles(files);
}

describe('a customer’s files', () => {
  it('are refused with a reason when too large or of a wrong kind; the others go', async () => {
    const page = await rig.open();
    await said(page, 'Welcome to Contoso Bank');
    const large = { ...pngFile, name: 'holiday.png', buffer: Buffer.concat([pngFile.buffer, Buffer.alloc(65 * 1024)]) };
    const program = { name: 'setup.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') };
    await choose(page, large, program, pdfFile('statement.pdf'));
    await page.getByText('“holiday.png” was not added: a file may have at most').first().waitFor();
    await page.getByText('Possible are: pictures, PDF, TXT, DOC.').first().waitFor();
    const notice = page.locator('.webchat__toaster');
    await notice.getByText('Added: “statement.pdf”. It goes with your next message.').first().waitFor();
    await picture(page, 'upload-refused');
    expect(await seriousFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    const end = async (of: string) => {
      const { y, height } = (await page.locator(of).first().boundingBox())!;
      return y + height;
    };
    expect(await end('.webchat__toast__text')).toBeLessThanOrEqual(await end('.webchat__toaster'));
    // Until the file is read "Send" has nothing to send.
    await page.locator('.webchat__attachment-icon--checked').waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await said(page, 'You sent statement.pdf');
    await notice.getByText('holiday.png').first().waitFor({ state: 'detached' });
    expect(await notice.getByText('statement.pdf').count()).toBe(0);
    expect(rig.site.heard.at(-1)!.attachments!.map(({ name }) => name)).toEqual(['statement.pdf']);
    expect(rig.faults).toEqual([]);
  });

  it('can be chosen again after a refusal', async () => {
    const page = await rig.open();
    await said(page, 'Welcome to Contoso Bank');
    await choose(page, { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(10) });
    const reason = page.getByText('“film.mp4” was not added');
    await reason.first().waitFor();
    await choose(page, pngFile);
    await reason.first().waitFor({ state: 'detached' });
    // Until the file is read "Send" has nothing to send.
    await page.locator('.webchat__attachment-icon--checked').waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await said(page, 'You sent statement.png');
  });
});

describe('what an agent says', () => {
  it('looks different from what the bot says, and carries the agent’s name', async () => {
    const page = await rig.open();
    await say(page, 'hello');
    await said(page, 'You said: hello');
    await rig.site.say({ type: 'event', name: 'handoff.status', value: { state: 'accepted', agentName: 'Ada Lind' } });
    const channelData = { switchboard: { from: 'agent', agentName: 'Ada Lind' } };
    await rig.site.say({ type: 'message', textFormat: 'plain', text: 'Ada Lind: Good morning!', channelData });
    await rig.site.say({
      type: 'message',
      textFormat: 'plain',
      text: 'No name here',
      channelData: { switchboard: { from: 'agent' } },
    });
    await said(page, 'No name here');
    const terms = { contentType: 'application/pdf', name: 'terms.pdf', contentUrl: 'https://example.com/terms.pdf' };
    await rig.site.say({ type: 'message', text: '', attachments: [terms, { ...terms, name: 'prices.pdf' }], channelData });
    const agent = page.locator('.from-agent');
    await agent.getByText('prices.pdf').first().waitFor();
    // Above files, too, and once for several.
    expect(await agent.locator('.agent-name').allTextContents()).toEqual(['Ada Lind: ', 'Agent: ', 'Ada Lind: ']);
    expect(await agent.locator('.webchat__text-content').first().textContent()).toBe('Good morning!');
    expect(await agent.locator('.agent-avatar').first().textContent()).toBe('AL');
    const color = (of: string) =>
      page.evaluate<string>(`getComputedStyle([...document.querySelectorAll(${JSON.stringify(of)})].at(-1)).backgroundColor`);
    expect(await color('.from-agent .webchat__bubble__content')).not.toBe(
      await color(
        'article:not(:has(.from-agent)) .webchat__stacked-layout:not(.webchat__stacked-layout--from-user) .webchat__bubble__content',
      ),
    );
    await picture(page, 'agent-bubbles');
    expect(await seriousFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(rig.faults).toEqual([]);
  });
});

describe('when the server is down', () => {
  it('says so, keeps trying, and goes on by itself', async () => {
    const page = await rig.open('/', { reducedMotion: 'reduce' });
    await say(page, 'before');
    await said(page, 'You said: before');
    await page.route('**/directline/token', (route) =>
      route.fulfill({ status: 503, headers: { 'retry-after': '1' }, body: '{}' }),
    );
    await page.reload();
    await page.getByText('The chat cannot be reached. Trying again…').waitFor();
    await picture(page, 'unreachable');
    expect(await seriousFaults(page)).toEqual([]);
    await page.unroute('**/directline/token');
    await page.getByRole('button', { name: 'Try again now' }).click();
    await said(page, 'You said: before');
    await page.locator('#connection', { hasText: 'Connected' }).waitFor();
    expect(await page.locator('#trouble').isVisible()).toBe(false);
  });

  it('says when too many chats were opened from the network', async () => {
    const page = await rig.open();
    await said(page, 'Welcome to Contoso Bank');
    await page.route('**/directline/token', (route) =>
      route.fulfill({ status: 429, headers: { 'retry-after': '1' }, body: '{}' }),
    );
    await page.reload();
    await page.getByText('Too many chats were opened from your network').waitFor();
  });
});
