import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonObject } from '../../common/json';
import { packageRoot } from '../../common/packageRoot';
import { buttonData, CustomerClient, wordsOf } from '../support/customerClient';
import { DeskClient } from '../support/deskClient';
import { Product } from '../support/productRig';
import { askForPerson, deskCases, isAnswer } from './talk';

jest.setTimeout(180_000);

interface SkillsFile {
  skills: { name: string; routes: { provider: string; target: JsonObject; acceptWithinSeconds?: number }[] }[];
}

/** The demo bank's skills, with so little time to accept that a test need not wait. */
function impatientSkills(folder: string): string {
  const { skills } = JSON.parse(readFileSync(path.join(packageRoot, 'sandbox', 'skills.json'), 'utf8')) as SkillsFile;
  const file = path.join(folder, 'skills.json');
  const hurried = skills.map((skill) => ({
    ...skill,
    routes: skill.routes.map((route) => ({ ...route, acceptWithinSeconds: 5 })),
  }));
  writeFileSync(file, JSON.stringify({ skills: hurried }));
  return file;
}

describe('a customer whom nobody takes', () => {
  let folder: string;
  let product: Product;
  let desk: DeskClient;
  let customer: CustomerClient;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'switchboard-skills-'));
    product = await Product.start({ phrasesPerTopic: 12, env: { SKILLS_FILE: impatientSkills(folder) } });
    desk = await DeskClient.open(product.deskUrl);
    customer = await CustomerClient.open(product.botUrl);
  });

  afterAll(async () => {
    customer?.close();
    await desk?.close();
    await product?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is offered to every desk in turn, told the truth each time, and can leave a message at the end', async () => {
    const name = 'Passed Along';
    await customer.say('My card has not arrived yet, where is it?');
    await customer.next(isAnswer);
    await askForPerson(customer, 'cards', name);
    for (const [index, { desk: deskName }] of deskCases.entries()) {
      const chat = await desk.waiting(name, deskName);
      // Some are declined by an agent, the others are not accepted in time.
      if (index % 2 === 0) await desk.act(chat, 'decline');
      if (index < deskCases.length - 1) await customer.next('I am trying another team');
      await desk.until(chat, `the chat is over at ${deskName}`, ({ state }) => state === 'ended');
    }
    const offer = await customer.next('What would you like to do?');
    expect(wordsOf(offer)).toContain('Leave a message');
    await customer.submit(buttonData(offer, 'Leave a message'));
    const form = await customer.next('Your message');
    await customer.submit({ ...buttonData(form, 'Send'), text: 'Please call me back.' });
    await customer.next('your message has been saved');
    expect(customer.heard().join('\n')).not.toMatch(/now chatting with/);
    expect(customer.heard().filter((text) => text.includes('I am trying another team'))).toHaveLength(deskCases.length - 1);
  });
});
