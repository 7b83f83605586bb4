import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../common/packageRoot';
import { envExample, findGroups } from '../../../scripts/envExample';

describe('.env.example', () => {
  it('is what the settings say; run "npm run build && node dist/scripts/envExample.js" when it is not', () => {
    expect(readFileSync(path.join(packageRoot, '.env.example'), 'utf8')).toBe(envExample(findGroups()));
  });

  it('describes every variable', () => {
    const silent = findGroups().flatMap(({ schema }) =>
      Object.entries(schema.shape).filter(([, type]) => !(type as { description?: string }).description),
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('names no variable twice', () => {
    const names = findGroups().flatMap(({ schema }) => Object.keys(schema.shape));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
