import { filesIn, importsOf, productSources, testSources, textOf, toolSources } from './sources';

interface PackageFile {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  scripts: Record<string, string>;
}

const { dependencies, devDependencies, scripts } = JSON.parse(textOf('package.json')) as PackageFile;

/** Packages that no source imports, and what they are there for. */
const usedOtherwise: Record<string, string> = {
  'adaptive-expressions': 'adaptivecards-templating needs it beside itself',
  'botframework-webchat': 'its browser file is served to the customer page',
  '@microsoft/m365agentsplayground': 'a client to try the bot with, by npx',
  '@types/json-schema': 'the types of adaptivecards-templating name it',
  'pino-pretty': 'pino loads it by name in the sandbox',
  rimraf: 'botbuilder-dialogs calls it while it is installed',
  node: 'the Node that npm scripts run on',
};

/** Packages of packages that a test may look at. */
const borrowed: Record<string, string> = {
  jsonwebtoken: 'the test counts what the SDK’s own copy verifies',
};

const packagesIn = (files: readonly string[]) =>
  new Map(
    files.flatMap((file) =>
      importsOf(file)
        .filter(({ target, isRelative }) => !isRelative && !target.startsWith('node:'))
        .map(({ target }) => [target, file] as const),
    ),
  );
const byProduct = packagesIn(productSources);
const byTools = packagesIn([...toolSources, ...testSources]);
const configuration = filesIn().filter((file) => /^(?:jest\.config\.js|biome\.json|package\.json)$/.test(file));
const isConfigured = (name: string) =>
  configuration.some((file) => (file === 'package.json' ? commands() : textOf(file)).includes(name));

/** What the scripts of package.json call: the command `tsc` is TypeScript's. */
function commands(): string {
  return Object.values(scripts)
    .join('\n')
    .replace(/\btsc\b/g, 'typescript')
    .replace(/\bbiome\b/g, '@biomejs/biome');
}

describe('package.json', () => {
  it('has every package the product imports among its dependencies', () => {
    expect([...byProduct].filter(([name]) => !(name in dependencies))).toEqual([]);
  });

  it('has every package that tests and tools import', () => {
    const missing = [...byTools].filter(([name]) => !(name in dependencies || name in devDependencies || name in borrowed));
    expect(missing).toEqual([]);
  });

  it('has no dependency that the product does not use', () => {
    const unused = Object.keys(dependencies).filter((name) => !byProduct.has(name) && !(name in usedOtherwise));
    expect(unused).toEqual([]);
  });

  it('has no tool that nothing uses', () => {
    const known = { ...dependencies, ...devDependencies };
    const unused = Object.keys(devDependencies).filter((name) => {
      const typed = name.startsWith('@types/') ? name.slice('@types/'.length) : undefined;
      if (typed !== undefined && (typed in known || typed === 'node')) return false;
      return !byTools.has(name) && !(name in usedOtherwise) && !isConfigured(name) && !isPartOf(name);
    });
    expect(unused).toEqual([]);
  });

  it('gives reasons for nothing that is gone', () => {
    const reasons = Object.keys(usedOtherwise).filter((name) => !(name in dependencies || name in devDependencies));
    expect(reasons).toEqual([]);
    expect(Object.keys(borrowed).filter((name) => !byTools.has(name))).toEqual([]);
  });

  it('pins every version', () => {
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d/.test(version));
    expect(loose).toEqual([]);
  });

  it('names in its scripts only files that exist once built', () => {
    const named = Object.values(scripts).flatMap((command) => command.match(/dist\/[\w/.-]+\.js/g) ?? []);
    const sources = new Set(filesIn());
    expect(named.filter((file) => !sources.has(file.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });
});

describe('package-lock.json', () => {
  it('names no place to fetch packages from, so that any registry will do', () => {
    expect(textOf('package-lock.json')).not.toContain('"resolved"');
  });
});

/** @swc/core is what @swc/jest compiles with. */
function isPartOf(name: string): boolean {
  return name === '@swc/core' && isConfigured('@swc/jest');
}
