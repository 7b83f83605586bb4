import type { BrowserContext, Page } from 'playwright-core';

/**
 * Markup that runs something in a page which takes text for HTML, Markdown or a link: each in its own way. Whoever runs sets
 * `__xss`, and what is put into the page has the class `xss`.
 */
const run = 'globalThis.__xss=(globalThis.__xss||0)+1';
export const corpus: readonly string[] = [
  `<img class=xss src=x onerror="${run}">`,
  `<svg class=xss onload="${run}"><animate onbegin="${run}" attributeName=x dur=1s>`,
  `<script class=xss>${run}</script>`,
  `"><script class=xss>${run}</script>`,
  `' autofocus onfocus='${run}' class='xss`,
  `</title></textarea></style></script><img class=xss src=x onerror=${run}>`,
  `<iframe class=xss srcdoc="<script>top.__xss=1</script>"></iframe>`,
  `<a class=xss href="javascript:${run}">press</a>`,
  `[press](javascript:${run})`,
  `[press](JaVaScRiPt&colon;${run})`,
  `![picture](x"onerror="${run})`,
  `<javascript:${run}>`,
  `<math class=xss><mtext><table><mglyph><style><img src=x onerror=${run}></style></mglyph></table></mtext></math>`,
  `<details class=xss open ontoggle="${run}">`,
  `<object class=xss data="data:text/html,<script>top.__xss=1</script>"></object>`,
  `<form class=xss action="javascript:${run}"><button formaction="javascript:${run}">press</button></form>`,
  `<base class=xss href="https://evil.example/"><meta class=xss http-equiv=refresh content="0;url=javascript:${run}">`,
  `<input class=xss onfocus="${run}" autofocus><body class=xss onpageshow="${run}">`,
  `&lt;img class=xss src=x onerror=${run}&gt;`,
  `\${${run}} {{constructor.constructor('${run}')()}}`,
  `<noscript><p title="</noscript><img class=xss src=x onerror=${run}>">`,
  `\u202e<img\u0000 class=xss src=x onerror=${run}>`,
  `<template class=xss shadowrootmode=open><img src=x onerror=${run}></template>`,
  `<style class=xss>@import 'javascript:${run}';</style><link class=xss rel=stylesheet href="data:text/css,x">`,
];
/** A short one for fields that take a line. */
export const shortMarkup = (name: string) => `${name} <img class=xss src onerror=__xss=1>`;

/** What ran or got in. Empty when all is text. */
export async function trapped(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const frame of page.frames()) {
    const inside = await frame.evaluate<string[]>(`(() => {
      const seen = [];
      if (globalThis.__xss !== undefined) seen.push('ran');
      const look = (root) => {
        for (const element of root.querySelectorAll('*')) {
          if (element.classList.contains('xss')) seen.push('in the page: ' + element.outerHTML.slice(0, 80) + ' in ' + (element.parentElement?.closest('[class]')?.outerHTML ?? '').slice(0, 160));
          for (const { name, value } of element.attributes) {
            if (/^on/i.test(name)) seen.push('a handler: ' + element.outerHTML.slice(0, 80));
            const isAddress = ['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'srcdoc'].includes(name);
            const isRunning = /^[\\s\\0-\\x1f]*(?:javascript|vbscript|data:text)/i.test(value);
            if (isAddress && isRunning) seen.push('an address: ' + element.outerHTML.slice(0, 80));
          }
          if (element.shadowRoot) look(element.shadowRoot);
        }
      };
      look(document);
      return seen;
    })()`);
    found.push(...inside.map((what) => `${new URL(frame.url()).pathname}: ${what}`));
  }
  return found;
}

/** Notes every dialog that any page of the context opens, and every other site it would go to. */
export async function watch(context: BrowserContext): Promise<string[]> {
  const seen: string[] = [];
  context.on('page', (page) => {
    page.on('dialog', (dialog) => {
      seen.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  });
  await context.route(/evil\.example/, (route) => {
    seen.push(`a request: ${route.request().url()}`);
    return route.abort();
  });
  return seen;
}
