import { type ProductionPackage, productionPackages } from './productionPackages';

/** Licenses that ask for no more than that they are named: none that would reach for this product's own code. */
const allowed: ReadonlySet<string> = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
]);

/** Packages that tell their license in another place than they should, with what stands there (looked up in the package itself). */
const toldElsewhere: ReadonlyMap<string, string> = new Map([
  ['cldrjs@0.5.5', 'MIT'],
  ['escape-regexp-component@1.0.2', 'MIT'],
  ['jspath@0.4.0', 'MIT'],
]);

/** Whether an SPDX expression leaves a choice that is allowed. Anything but names with OR and AND is refused. */
export function isAllowed(expression: string): boolean {
  const text = expression.replace(/^\((.*)\)$/, '$1');
  if (/[()]/.test(text)) return false;
  return text.split(' OR ').some((choice) => choice.split(' AND ').every((license) => allowed.has(license.trim())));
}

/** Each package whose license is not on the list, in words that name it. */
export function licenseProblems(packages: readonly ProductionPackage[]): string[] {
  return packages.flatMap(({ name, version, license }) => {
    const told = license ?? toldElsewhere.get(`${name}@${version}`);
    if (told === undefined)
      return [`${name}@${version} tells no license: look it up, then add it to "toldElsewhere" or replace the package`];
    return isAllowed(told) ? [] : [`${name}@${version} has the license ${told}, which is not on the list`];
  });
}

if (require.main === module) {
  const packages = productionPackages();
  const problems = licenseProblems(packages);
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) console.log(`${packages.length} packages of production, all under licenses of the list`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
