import { filesIn, productSources, testSources, textOf, toolSources } from './sources';

/** Written so that the patterns do not find themselves. */
const leftOutTests =
  /\b(?:x(?:it|test|describe)|f(?:it|describe))\(|\b(?:it|test|describe)(?:\.each)?\.(?:skip|only|todo|failing)\b/;
const unfinished = /\b(?:TO[D]O|FIX[M]E|X{3}|not implemente[d])\b/;
const compilerSilenced = /@ts-(?:ignore|nocheck|expect-error)/;
const lintSilenced = /(?:biome|eslint|prettier)-(?:ignore|disable)[\w-]*(?<rest>.*)/g;
const consoleCall = /\bconsole\s*\.\s*\w+\s*\(/;
const environment = /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*'env'/;
// One folder of a server is no machine of ours: the one that App Service keeps.
const machinePath = /(?<![\w.$`}/-])\/(?:work|tmp|root|home(?!\/data\/)|Users)\/[\w.]|[A-Z]:\\\\?Users\b/;
const registryHost = /registry\.(?:npm[j]s|yarn[p]kg)\b|\b(?:deb|security)\.debia[n]\.org\b|_auth[T]oken/;

const product = productSources.filter((file) => !file.startsWith('web/'));
const withComments = [...productSources, ...toolSources, ...testSources];
const tests = testSources.filter((file) => file.endsWith('.ts'));
const mostLines = 400;

/** `file:line` of each line that matches. */
function linesWith(pattern: RegExp, files: readonly string[]): string[] {
  return files.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, index) => (line.search(pattern) === -1 ? [] : [`${file}:${index + 1}`])),
  );
}

/** The text without comments, near enough for what is searched in it. */
function linesOfCodeWith(pattern: RegExp, files: readonly string[]): string[] {
  return linesWith(pattern, files).filter((place) => {
    const [file, line] = place.split(':');
    const text = textOf(file ?? '').split('\n')[Number(line) - 1] ?? '';
    return !/^\s*(?:\/\/|\/?\*)/.test(text);
  });
}

describe('sources', () => {
  it('are not longer than one idea', () => {
    const long = withComments.filter((file) => textOf(file).trimEnd().split('\n').length > mostLines);
    expect(long).toEqual([]);
  });

  it('have nothing left to do', () => {
    expect(linesWith(unfinished, withComments)).toEqual([]);
  });

  it('write to the log and never to the console', () => {
    expect(linesOfCodeWith(consoleCall, productSources)).toEqual([]);
  });

  it('read the environment in bot/settings only', () => {
    const elsewhere = linesOfCodeWith(environment, product).filter((place) => !place.startsWith('bot/settings'));
    expect(elsewhere).toEqual([]);
  });

  it('silence neither the compiler nor the lint without a reason', () => {
    expect(linesWith(compilerSilenced, withComments)).toEqual([]);
    const withoutReason = withComments.filter((file) =>
      [...textOf(file).matchAll(lintSilenced)].some((match) => !/: .{15,}/.test(match.groups?.['rest'] ?? '')),
    );
    expect(withoutReason.filter((file) => !file.startsWith('test/architecture/'))).toEqual([]);
  });

  it('are named in camelCase, or in the vendor’s spelling of a provider', () => {
    const odd = withComments.filter((file) => !/^[a-z0-9]+(?:[A-Z][a-z0-9]*)*(?:\.test)?\.(?:ts|js|mjs)$/.test(nameOf(file)));
    expect(odd.filter((file) => !/^test\/contract\/provider\//.test(file))).toEqual([]);
  });
});

describe('tests', () => {
  it('are all run', () => {
    expect(linesWith(leftOutTests, tests)).toEqual([]);
  });

  it('belong to a level that jest knows', () => {
    const projects = (jest.requireActual('../../jest.config.js') as { projects: { displayName: string }[] }).projects;
    const levels = new Set(projects.map(({ displayName }) => displayName));
    const lost = tests.filter((file) => file.endsWith('.test.ts') && !levels.has(file.split('/')[1] ?? ''));
    expect(lost).toEqual([]);
  });
});

describe('the tree', () => {
  const texts = filesIn().filter((file) => !/\.(?:png|ico|woff2?)$/.test(file));

  it('names no machine’s folders', () => {
    expect(linesWith(machinePath, texts)).toEqual([]);
  });

  it('names no package registry', () => {
    expect(linesWith(registryHost, texts)).toEqual([]);
  });
});

describe('the patterns', () => {
  it.each([
    [leftOutTests, ['i', 't.', 'only("x")'].join('')],
    [leftOutTests, ['describe', '.skip', '.each([])'].join('')],
    [leftOutTests, ['x', 'it("x")'].join('')],
    [unfinished, ['// TO', 'DO later'].join('')],
    [consoleCall, ['console', '.log("x")'].join('')],
    [environment, ['process', '.env.PORT'].join('')],
    [machinePath, ['see "/', 'tmp/file"'].join('')],
    [machinePath, ['(/', 'home/me/x)'].join('')],
    [registryHost, ['https://registry.', 'npm', 'js.org/x'].join('')],
  ])('%s finds %s', (pattern, line) => {
    expect(line).toMatch(pattern);
  });

  it.each([
    [leftOutTests, 'submit("x"); profit(4); flags.failing.add(1)'],
    [machinePath, `https://example.com/home/page and ${['a', 'tmp', 'b'].join('/')}`],
    [environment, 'processing.environment'],
  ])('%s does not find %s', (pattern, line) => {
    expect(line).not.toMatch(pattern);
  });
});

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
