import { readdirSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../common/packageRoot';
import { filesIn, importsOf, productSources, textOf } from './sources';

const folder = 'handoff/providers';
const slugs = readdirSync(path.join(packageRoot, folder));
/** What every desk has, whatever else it needs. */
const parts = ['README.md', 'capabilities.ts', 'errors.ts', 'index.ts', 'session.ts', 'settings.ts', 'wire.ts'];
/** Desks that share a stand-in with another one of the same vendor. */
const sharedStandIns: Record<string, string> = { 'mluvii-transfer': 'mluvii' };
/** Words of one vendor, or names of one desk. */
const vendorWord = /8x8|eight.?by|sales.?force|live.?agent|chasitor|miaw|enhanced.?chat|mluvii|ccaip|live.?assist/i;

describe.each(slugs)('the provider %s', (slug) => {
  const files = filesIn(`${folder}/${slug}`);
  const index = textOf(`${folder}/${slug}/index.ts`);

  it('has the parts every provider has', () => {
    const names = files.map((file) => file.slice(`${folder}/${slug}/`.length));
    expect(parts.filter((part) => !names.includes(part))).toEqual([]);
  });

  it('gives out its settings, and a function that makes it', () => {
    const module = jest.requireActual(`../../${folder}/${slug}`) as Record<string, unknown>;
    expect(module).toMatchObject({ settingsSchema: expect.anything(), isConfigured: expect.any(Function) });
    expect(Object.keys(module).filter((name) => /^create\w+Provider$/.test(name))).toHaveLength(1);
    const { isConfigured } = module as { isConfigured(env: Record<string, string>): boolean };
    expect(isConfigured({})).toBe(false);
  });

  it('keeps its session as plain JSON, which the compiler holds it to', () => {
    const session = /HandoffProvider<(\w+Session)>/.exec(index)?.[1];
    expect(session).toBeDefined();
    // An interface would not be a JsonObject; a type made of other types than these might come back changed.
    const text = textOf(`${folder}/${slug}/session.ts`);
    expect(text).toMatch(new RegExp(`export type ${session}\\b`));
    expect(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')).not.toMatch(/:\s*(?:Date|Map|Set|Buffer|Uint8Array|bigint|symbol)\b/);
  });

  it('says in its README what is proven and what is not', () => {
    expect(textOf(`${folder}/${slug}/README.md`)).toMatch(/^## .*\bproven\b/im);
  });

  it('passes the contract suite against a stand-in of its own', () => {
    const suite = textOf(`test/contract/provider/${slug}.test.ts`);
    expect(suite).toMatch(/describe(?:Transfer)?Provider\(/);
    const stands = importsOf(`test/contract/provider/${slug}.test.ts`, suite).map(({ target }) => target);
    expect(stands).toContain(`sandbox/${sharedStandIns[slug] ?? slug}`);
    expect(stands).toContain(`${folder}/${slug}`);
  });

  it('is known to the composition root', () => {
    expect(importsOf('bot/index.ts').map(({ target }) => target)).toContain(`${folder}/${slug}`);
  });

  it('is entered by its index only', () => {
    const inside = new RegExp(`^${folder}/${slug}/`);
    const others = productSources.filter((file) => !inside.test(file));
    expect(others.filter((file) => importsOf(file).some(({ target }) => inside.test(target)))).toEqual([]);
  });
});

describe('a vendor’s word', () => {
  const free = ['bot', 'dialogs', 'cards', 'knowledge', 'relay', 'store', 'common', 'handoff'];

  it('appears in no code but the provider’s, its channel’s, the composition root and the sandbox', () => {
    const sources = productSources.filter(
      (file) =>
        free.includes(file.split('/')[0] ?? '') &&
        !file.startsWith(`${folder}/`) &&
        !/^bot\/channels\/[\w-]+\//.test(file) &&
        file !== 'bot/index.ts',
    );
    const found = sources.flatMap((file) =>
      withoutComments(textOf(file))
        .split('\n')
        .filter((line) => vendorWord.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
