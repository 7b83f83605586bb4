import { isAllowed, licenseProblems } from '../../scripts/supplyChain/licenses';
import { productionPackages } from '../../scripts/supplyChain/productionPackages';
import { billOfMaterials } from '../../scripts/supplyChain/sbom';

describe('what the product is made of', () => {
  const packages = productionPackages();

  it('has only licenses of the list', () => {
    expect(licenseProblems(packages)).toEqual([]);
    expect(packages.length).toBeGreaterThan(100);
  });

  it('is named when its license is not on the list', () => {
    const bad = [
      { name: 'a', version: '1.0.0', license: 'GPL-3.0-only' },
      { name: 'b', version: '2.0.0', license: undefined },
      { name: 'c', version: '3.0.0', license: '(MIT OR GPL-3.0-only)' },
      { name: 'd', version: '4.0.0', license: 'SEE LICENSE IN LICENSE.txt' },
    ];
    expect(licenseProblems(bad).map((problem) => problem.split(' ')[0])).toEqual(['a@1.0.0', 'b@2.0.0', 'd@4.0.0']);
    expect(isAllowed('MIT AND GPL-2.0-only')).toBe(false);
  });

  it('is listed whole in the bill of materials, without a word of where it was made', () => {
    const bill = billOfMaterials();
    const listed = new Set(bill.components.map(({ name, version }) => `${name}@${version}`));
    const missing = packages.filter(({ name, version }) => !listed.has(`${name}@${version}`)).map(({ name }) => name);
    expect(missing).toEqual([]);
    const text = JSON.stringify(bill);
    expect(text).not.toContain(process.cwd());
    expect(text.match(/https?:\/\/(?!cyclonedx\.org)[^"]*/g) ?? []).toEqual([]);
    expect(bill.metadata.component.name).toBe('switchboard');
  }, 60_000);
});
