import { partOf, parts, wrongWith } from './importRules';
import { type Import, importsOf, productSources } from './sources';

const to = (target: string, more: Partial<Import> = {}): Import => ({ target, isRelative: true, isTypeOnly: false, ...more });
const pack = (target: string) => to(target, { isRelative: false });

describe('imports go one way', () => {
  it('in every source of the product', () => {
    const wrong = productSources.flatMap((file) => importsOf(file).flatMap((found) => wrongWith(file, found) ?? []));
    expect(wrong).toEqual([]);
  });

  it('and every part of the table has sources', () => {
    const used = new Set(productSources.map((file) => partOf(file)?.at));
    expect(parts.map(({ at }) => at).filter((at) => !used.has(at))).toEqual([]);
  });
});

describe('the rules', () => {
  it.each([
    ['dialogs/answer.ts', to('relay/relay')],
    ['dialogs/answer.ts', to('bot/texts')],
    ['cards/articleCard.ts', to('dialogs/turn')],
    ['knowledge/knowledgeBase.ts', to('dynamics/articles')],
    ['relay/relay.ts', to('bot/app')],
    ['relay/relay.ts', to('handoff/providers/8x8/index')],
    ['relay/relay.ts', to('handoff/skills/skill')],
    ['relay/relay.ts', to('store/sqlite/index')],
    ['handoff/provider.ts', to('handoff/providers/8x8/session', { isTypeOnly: true })],
    ['handoff/providers/8x8/index.ts', to('handoff/providers/live-agent/convert')],
    ['handoff/providers/8x8/index.ts', to('relay/relay')],
    ['store/store.ts', to('store/sqlite/index')],
    ['store/sqlite/index.ts', to('store/postgres/failure')],
    ['common/log.ts', to('handoff/errors')],
    ['sandbox/8x8/desk.ts', to('handoff/providers/8x8/wire', { isTypeOnly: true })],
    ['bot/app.ts', to('sandbox/launch')],
    ['bot/app.ts', to('store/sqlite')],
    ['bot/app.ts', to('handoff/providers/8x8')],
    ['bot/index.ts', to('sandbox/startSandbox')],
    ['relay/relay.ts', pack('botbuilder')],
    ['handoff/provider.ts', pack('botframework-schema')],
    ['bot/app.ts', pack('xrm-webapi-client')],
    ['bot/app.ts', pack('left-pad')],
    ['store/sql/outbox.ts', pack('node:sqlite')],
    ['elsewhere/file.ts', to('common/log')],
  ])('refuse in %s %j', (file, found) => {
    expect(wrongWith(file, found)).toContain(file);
  });

  it.each([
    ['bot/index.ts', to('handoff/providers/8x8')],
    ['bot/index.ts', to('sandbox/launch')],
    ['bot/app.ts', to('relay/relay')],
    ['dialogs/answer.ts', to('cards/articleCard')],
    ['relay/relay.ts', to('handoff/provider')],
    ['handoff/providers/8x8/index.ts', to('handoff/providers/8x8/send')],
    ['handoff/providers/8x8/index.ts', to('handoff/errors')],
    ['store/sqlite/sqliteDatabase.ts', pack('node:sqlite')],
    ['cards/articleCard.ts', pack('botframework-schema')],
  ])('allow in %s %j', (file, found) => {
    expect(wrongWith(file, found)).toBeUndefined();
  });
});

describe('reading imports', () => {
  it('finds each way to import', () => {
    const text = `
      import a from 'a/deep'; import 'b'; import type { C } from '@c/c/deep'; import { type D } from './d';
      export * from '../e'; export { f } from './f.js';
      type G = import('g').G; const h = require('h'); const i = await import('node:fs'); const j = require.resolve('j/file.js');
      const text = "import nothing from 'nothing'"; export const none = 1;
    `;
    expect(importsOf('bot/server/x.ts', text)).toEqual([
      pack('a'),
      pack('b'),
      { target: '@c/c', isRelative: false, isTypeOnly: true },
      { target: 'bot/server/d', isRelative: true, isTypeOnly: true },
      to('bot/e'),
      to('bot/server/f'),
      { target: 'g', isRelative: false, isTypeOnly: true },
      pack('h'),
      pack('node:fs'),
      pack('j'),
    ]);
  });
});
