import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../common/packageRoot';
import { securityTests } from '../../scripts/securityTests';
import { textOf } from './sources';

const model = textOf('docs/threat-model.md');
const rows = model.split('\n').filter((line) => /^\| \d+ \|/.test(line));

describe('docs/threat-model.md', () => {
  it('numbers its threats, and names a defense and a test for each', () => {
    const cells = rows.map((row) => row.split(' | ').map((cell) => cell.trim()));
    expect(cells.map(([number = '']) => Number(number.replace('|', '')))).toEqual(rows.map((_, index) => index + 1));
    const bare = cells.filter(([, threat, defense, test]) => !threat || !defense || !/`test\/.*› "/.test(test ?? ''));
    expect(bare.map(([number]) => number)).toEqual([]);
  });

  it('names tests that are there, by file and title', () => {
    const named = [...model.matchAll(/`(test\/[^`]+)` › "([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(rows.length);
    const missing = named.filter(([, file = '', title = '']) => {
      if (!existsSync(path.join(packageRoot, file))) return true;
      return !textOf(file).includes(title);
    });
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });

  it('names settings and files that are there', () => {
    const files = [...model.matchAll(/`((?:bot|common|cards|customCrm|dynamics|handoff|relay|scripts|store)\/[\w./-]+)`/g)];
    expect(files.map(([, file = '']) => file).filter((file) => !existsSync(path.join(packageRoot, file)))).toEqual([]);
  });
});

describe('docs/security-tests.md', () => {
  it('is what the tests say (npm run docs:security)', () => {
    expect(textOf('docs/security-tests.md')).toBe(securityTests());
  });
});
