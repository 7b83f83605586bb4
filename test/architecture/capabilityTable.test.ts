import { capabilityTable, findDesks } from '../../scripts/capabilityTable';
import { textOf } from './sources';

describe('docs/capabilities.md', () => {
  const desks = findDesks();

  it('is what the providers say; run "npm run docs" when it is not', () => {
    expect(textOf('docs/capabilities.md')).toBe(capabilityTable(desks));
  });

  it('has a line for everything a desk may be able to do', () => {
    const known = new Set(desks.flatMap(({ capabilities }) => Object.keys(capabilities)));
    const table = capabilityTable(desks);
    // One line tells one capability: turning it over changes the table.
    for (const key of known) {
      const changed = desks.map((desk) => {
        const value = (desk.capabilities as unknown as Record<string, unknown>)[key];
        const other = typeof value === 'boolean' ? !value : typeof value === 'number' ? value + 1 : 'otherwise';
        return { ...desk, capabilities: { ...desk.capabilities, [key]: other } };
      });
      expect([key, capabilityTable(changed) === table]).toEqual([key, false]);
    }
  });

  it('is proven by a contract test for every desk in it', () => {
    const unproven = desks.filter(({ slug }) => {
      const suite = textOf(`test/contract/provider/${slug}.test.ts`);
      return !/describe(?:Transfer)?Provider\([\s\S]*?capabilities/.test(suite);
    });
    expect(unproven).toEqual([]);
  });
});
