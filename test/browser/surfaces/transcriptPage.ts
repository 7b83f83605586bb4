import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import type { JsonObject } from '../../../common/json';
import { picture } from '../journeyRig';

/** A message of a conversation; `after` counts the bot's messages before it. */
export interface Line {
  activity: JsonObject;
  after: number;
  isOwn?: boolean;
}

const cardsScript = readFileSync(require.resolve('adaptivecards/dist/adaptivecards.min.js'), 'utf8');

const style = `
  body { margin: 0; padding: 24px; font: 14px/1.4 system-ui, sans-serif; background: #f5f5f5; color: #222; columns: 2; column-gap: 32px }
  h1 { font-size: 18px; margin: 0 0 16px; column-span: all }
  .line { margin: 0 0 10px; break-inside: avoid } .own { text-align: right }
  .text { display: inline-block; padding: 8px 12px; border-radius: 8px; background: #fff; white-space: pre-wrap; text-align: left; max-width: 90% }
  .own .text { background: #dbe4ff } .cards { display: flex; gap: 8px; flex-wrap: wrap; margin-top: 6px }
  .card { background: #fff; border: 1px solid #ddd; border-radius: 6px; padding: 10px; max-width: 100%; box-sizing: border-box }
  .carousel { flex-wrap: nowrap; overflow: hidden } .carousel .card { flex: 0 0 180px; font-size: 12px }
  .card strong { display: block } .ac-actionSet { flex-wrap: wrap }
  button { margin: 4px 4px 0 0; padding: 4px 10px; border: 1px solid #999; border-radius: 4px; background: #fff; font: inherit }
`;

/** Runs in the page: shows the lines, Adaptive Cards by their own renderer. */
const script = `
  const make = (parent, tag, name, text) => {
    const element = document.createElement(tag);
    element.className = name;
    if (text) element.textContent = text;
    return parent.appendChild(element);
  };
  const markdown = (text) => {
    const plain = document.createElement('div');
    plain.textContent = text;
    const bold = plain.innerHTML.replace(/\\*\\*(.+?)\\*\\*/g, '<b>$1</b>').replace(/\\[([^\\]]+)\\]\\([^)]*\\)/g, '<u>$1</u>');
    return bold.replace(/\\\\(?=[^\\w\\s])/g, '').replaceAll('\\n', '<br>');
  };
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown(text);
    result.didProcess = true;
  };
  const hero = (card, content) => {
    if (content.title) make(card, 'strong', '', content.title);
    if (content.text) make(card, 'div', '').innerHTML = markdown(content.text);
    for (const { title } of content.buttons ?? []) make(card, 'button', '', title);
  };
  for (const { activity, isOwn } of lines) {
    const line = make(document.body, 'div', isOwn ? 'line own' : 'line');
    if (activity.text) make(line, 'div', 'text', activity.text);
    const cards = make(line, 'div', activity.attachmentLayout === 'carousel' ? 'cards carousel' : 'cards');
    for (const { contentType, content, name } of activity.attachments ?? []) {
      const card = make(cards, 'div', 'card');
      if (contentType === 'application/vnd.microsoft.card.adaptive') {
        const shown = new AdaptiveCards.AdaptiveCard();
        shown.parse(content);
        card.appendChild(shown.render());
      } else if (contentType.startsWith('application/vnd.microsoft.card')) hero(card, content);
      else make(card, 'div', '', '📎 ' + name);
    }
  }
`;

/** A picture of a conversation whose client has no window of its own; only when pictures are wanted. */
export async function transcriptPicture(browser: Browser, title: string, lines: Line[], name: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1180, height: 1500 } });
  try {
    const page = await context.newPage();
    await page.setContent(`<!doctype html><meta charset="utf-8"><style>${style}</style><h1></h1>`);
    await page.evaluate(cardsScript);
    await page.evaluate(
      `(() => { const lines = ${JSON.stringify(lines)}; document.querySelector('h1').textContent = ${JSON.stringify(title)}; ${script} })()`,
    );
    const height = await page.evaluate<number>('document.documentElement.scrollHeight');
    await page.setViewportSize({ width: 1180, height });
    await picture(page, name);
  } finally {
    await context.close();
  }
}

/** A picture of a page that is as high as the longest of what scrolls in it. */
export async function wholePicture(page: Page, name: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 1000;
  const hidden = await page.evaluate<number>(
    'Math.max(...[...document.querySelectorAll("*")].map((one) => one.scrollHeight - one.clientHeight))',
  );
  await page.setViewportSize({ width, height: (page.viewportSize()?.height ?? 900) + hidden });
  await picture(page, name);
}
