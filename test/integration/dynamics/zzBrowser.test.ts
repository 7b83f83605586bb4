import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { startRig } from './rig';
it('x', async () => {
  const rig = await startRig();
  const { standIn } = rig;
  const id = '11111111-1111-4111-8111-111111111111';
  standIn.put('cxlvhlp_chatactivities', id, { activityid: id, subject: 'Lost <b>card</b>', cxlvhlp_chatstarttime: '2026-02-01T10:00:00Z', statecode: 0, statuscode: 1, cxlvhlp_ChatOrigin: 100000000, cxlvhlp_channel: 'webchat', _cxlvhlp_customer_value: String(standIn.rows('contacts')[0]!['contactid']) });
  const record = '21111111-1111-4111-8111-111111111111';
  await rig.gateway.create({ set: 'cxlvhlp_kbrecordsforbotconversations', id: record }, { 'cxlvhlp_associatedkbarticle@odata.bind': `/knowledgearticles(${standIn.rows('knowledgearticles')[0]!['knowledgearticleid']})`, cxlvhlp_readbycustomer: true });
  await rig.gateway.associate({ set: 'cxlvhlp_chatactivities', id }, 'cxlvhlp_knowledgearticlessentbybot_relationship', { set: 'cxlvhlp_kbrecordsforbotconversations', id: record });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  const out: string[] = [];
  for (const scheme of ['light', 'dark'] as const) for (const width of [360, 1100]) {
    const page = await (await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme, bypassCSP: true })).newPage();
    page.on('console', (m) => out.push(`console ${m.type()} ${m.text()}`));
    page.on('pageerror', (e) => out.push(`pageerror ${e.message}`));
    for (const hash of ['', `#/cxlvhlp_chatactivities/${id}`, '#/knowledgearticles', `#/knowledgearticles/${standIn.rows('knowledgearticles')[0]!['knowledgearticleid']}`, '#/contacts']) {
      await page.goto(`${standIn.url}/${hash}`);
      await page.waitForSelector('main h2');
      await page.evaluate(axe);
      const result = await page.evaluate(() => (globalThis as any).axe.run(document));
      for (const v of result.violations) out.push(`${scheme} ${width} ${hash} ${v.id} ${v.impact} ${v.nodes.map((n: any) => n.html.slice(0, 120)).slice(0, 2)}`);
      const overflow = await page.evaluate(() => (globalThis as any).document.documentElement.scrollWidth - (globalThis as any).innerWidth);
      if (overflow > 0) out.push(`overflow ${width} ${hash} ${overflow}`);
      await page.screenshot({ path: `/tmp/shot-${scheme}-${width}-${hash.split('/')[1] ?? 'home'}${hash.split('/').length}.png` });
    }
  }
  // real CSP, behaviour
  const page = await browser.newPage();
  page.on('console', (m) => out.push(`csp console ${m.type()} ${m.text()}`));
  await page.goto(`${standIn.url}/#/knowledgearticles`);
  await page.waitForSelector('main table a');
  await page.locator('main table a').nth(3).focus();
  const focused = await page.evaluate(() => document.activeElement!.textContent);
  standIn.put('knowledgearticles', String(standIn.rows('knowledgearticles')[0]!['knowledgearticleid']), { title: 'ZZ new title' });
  await page.waitForSelector('text=ZZ new title');
  out.push(`focus kept: ${focused === (await page.evaluate(() => document.activeElement!.textContent))}`);
  await page.keyboard.press('Enter');
  await page.waitForSelector('form');
  await page.fill('#field-title', 'Edited by hand');
  standIn.put('tasks', id, { activityid: id, subject: 'new' });
  await page.waitForSelector('text=Messages (1)');
  out.push(`edit kept: ${await page.inputValue('#field-title')}`);
  await page.click('text=Save');
  await page.waitForSelector('h2:text("Edited by hand")');
  await page.click('button:text("Unpublish")');
  await page.waitForSelector('button:text-is("Publish")');
  out.push(`active after unpublish: ${await page.evaluate(() => document.activeElement!.textContent)}`);
  await page.check('input[value=down]');
  await page.waitForTimeout(200);
  out.push(`mode ${standIn.mode} focus ${await page.evaluate(() => (document.activeElement as HTMLInputElement).value)}`);
  const frame = page.frameLocator('iframe');
  out.push(`frame: ${(await frame.locator('body').textContent())?.slice(0, 60)}`);
  await browser.close();
  await rig.close();
  require('fs').writeFileSync('/tmp/browser.out', out.join('\n'));
}, 120000);
