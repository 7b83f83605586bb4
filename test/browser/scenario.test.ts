import path from 'node:path';
import { DeskClient } from '../support/deskClient';
import { freePorts } from '../support/freePorts';
import { ParentProcess } from '../support/parentBotRig';
import { RecordsClient } from '../support/recordsClient';
import { type CustomerSurface, playScenario } from '../support/scenario';
import { useProductPages } from './journeyRig';
import { startPlayground } from './playgroundProcess';
import { ParentSurface } from './surfaces/parentSurface';
import { PlaygroundSurface } from './surfaces/playgroundSurface';
import { TeamsSurface } from './surfaces/teamsSurface';
import { transcriptPicture, wholePicture } from './surfaces/transcriptPage';
import { WebChatSurface } from './surfaces/webChatSurface';

jest.setTimeout(90_000);

const pages = useProductPages();
const viewport = { width: 1000, height: 900 };

describe('one scripted conversation passes unchanged through', () => {
  let desk: DeskClient;
  let records: RecordsClient;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    desk = await DeskClient.open(pages.product.deskUrl);
    records = new RecordsClient(pages.product.dynamicsUrl);
  });

  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  afterAll(() => desk?.close());

  const closing = <T extends { close(): Promise<void> }>(one: T): T => {
    open.push(one);
    return one;
  };

  const play = (customer: CustomerSurface) => playScenario({ customer, desk, records });

  it('Web Chat', async () => {
    const customer = await pages.customer(viewport);
    await play(new WebChatSurface(customer, () => pages.complaints));
    await wholePicture(customer.page, 'webchat');
  });

  it('the Agents Playground', async () => {
    const playground = await startPlayground(`${pages.product.botUrl}/api/messages`, 'emulator');
    closing({ close: () => playground.stop() });
    const page = await pages.open('about:blank', viewport);
    const customer = closing(await PlaygroundSurface.open(page, playground.url));
    await play(customer);
    await page.getByRole('button', { name: 'Hide log panel' }).click();
    await wholePicture(page, 'playground');
  });

  it('a client that speaks as Teams does', async () => {
    const customer = closing(await TeamsSurface.open(pages.product.botUrl));
    await play(customer);
    await transcriptPicture(pages.browser, 'Through a Teams-shaped client', customer.lines(), 'teams');
  });

  it('a parent bot in another process', async () => {
    const stateFile = path.join(pages.product.folder, 'parent.json');
    const parent = new ParentProcess(await freePorts(1), stateFile, pages.product.botUrl);
    closing({ close: () => parent.kill() });
    await parent.start();
    const customer = closing(await ParentSurface.open(parent.url));
    await play(customer);
    expect(await customer.giveBack()).toEqual({ outcome: 'completed' });
    await transcriptPicture(pages.browser, 'Through a parent bot in another process', customer.lines(), 'parent');
  });
});
