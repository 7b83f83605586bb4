import { findGroups } from '../../scripts/envExample';
import { settingsTable } from '../../scripts/settingsTable';
import { textOf } from './sources';

describe('docs/configuration.md', () => {
  it('is what the settings say; run "npm run docs" when it is not', () => {
    expect(textOf('docs/configuration.md')).toBe(settingsTable(findGroups()));
  });

  it('has a row for every variable', () => {
    const names = findGroups().flatMap(({ schema }) => Object.keys(schema.shape));
    const table = settingsTable(findGroups());
    expect(names.filter((name) => !table.includes(`| \`${name}\` | `))).toEqual([]);
    expect(table).not.toMatch(/\| {2}\| `?[^|]*\|$/m);
  });
});
