import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../common/packageRoot';
import { productionPackages } from './productionPackages';

interface Component {
  'bom-ref': string;
  name: string;
  version: string;
  externalReferences?: unknown[];
}

export interface Bill {
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

/**
 * The software bill of materials (CycloneDX 1.5) of what runs in production, by npm itself from the lock file: nothing is fetched. What
 * belongs to production is taken from the lock file here, because npm's own `--omit dev` also leaves out what development shares with
 * production. Names of folders and addresses of registries are left out: they say where it was made, not of what.
 */
export function billOfMaterials(): Bill {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
  const npm = process.env['npm_execpath'];
  const [program, before] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const text = execFileSync(program, [...before, ...args], {
    cwd: packageRoot,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const bill = JSON.parse(text.toString('utf8')) as Bill;
  const { name } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as { name: string };
  bill.metadata.component.name = name;
  const wanted = new Set(productionPackages().map((each) => `${each.name}@${each.version}`));
  // npm names a component by one of the folders it lies in; its reference holds the name it is published by.
  bill.components = bill.components.filter((component) => wanted.has(component['bom-ref']));
  for (const component of bill.components) {
    component.name = component['bom-ref'].slice(0, component['bom-ref'].lastIndexOf('@'));
    component.externalReferences = [];
  }
  const refs = new Set([bill.metadata.component, ...bill.components].map((component) => component['bom-ref']));
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
  return bill;
}

if (require.main === module) {
  const file = path.resolve(process.argv[2] ?? path.join(packageRoot, 'dist', 'sbom.cdx.json'));
  mkdirSync(path.dirname(file), { recursive: true });
  const bill = billOfMaterials();
  writeFileSync(file, `${JSON.stringify(bill, undefined, 2)}\n`);
  console.log(`${bill.components.length} components are listed in ${path.relative(process.cwd(), file)}`);
}
