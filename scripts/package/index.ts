import { execFileSync } from 'node:child_process';
import { copyFileSync, createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { ZipFile } from 'yazl';
import { packageRoot } from '../../common/packageRoot';
import { filesBelow, isDependencyFile, isProductFile } from './packageFiles';

/** The same time in every package, so that two of the same sources are the same bytes. */
const mtime = new Date(Date.UTC(2020, 0, 1));

interface PackageOptions {
  out: string;
  /** A folder of the operator's own files (skills, phrases); it becomes `config/` in the package. */
  config?: string;
}

/**
 * Makes the zip that App Service runs as it is: the compiled product and the dependencies it needs, no build on the server. Resolves
 * with its size in bytes. Needs the npm registry.
 */
export async function makePackage({ out, config }: PackageOptions): Promise<number> {
  if (config !== undefined && !existsSync(config)) throw new Error(`There is no folder ${config}.`);
  const dependencies = mkdtempSync(path.join(tmpdir(), 'switchboard-package-'));
  try {
    say('Installing what runs in production …');
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      copyFileSync(path.join(packageRoot, file), path.join(dependencies, file));
    execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-progress', '--silent'], {
      cwd: dependencies,
      stdio: 'inherit',
    });
    say('Packing …');
    const zip = new ZipFile();
    const add = (folder: string, files: string[], prefix = '') => {
      for (const file of files) zip.addFile(path.join(folder, file), `${prefix}${file}`, { mtime, mode: 0o100644 });
    };
    const own = ['dist', 'cards/templates', 'web', 'sandbox'].flatMap((folder) => filesBelow(packageRoot, folder));
    add(packageRoot, ['package.json', 'LICENSE', ...own].filter(isProductFile));
    const modules = path.join(dependencies, 'node_modules');
    add(modules, filesBelow(modules).filter(isDependencyFile), 'node_modules/');
    if (config !== undefined) add(config, filesBelow(config), 'config/');
    zip.end();
    mkdirSync(path.dirname(path.resolve(out)), { recursive: true });
    await pipeline(zip.outputStream, createWriteStream(out));
    return statSync(out).size;
  } finally {
    rmSync(dependencies, { recursive: true, force: true });
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string' }, config: { type: 'string' } } });
  const out = values.out ?? path.join(packageRoot, 'dist-package', 'switchboard.zip');
  const size = await makePackage({ out, ...(values.config !== undefined && { config: values.config }) });
  say(`${out}: ${(size / 1024 / 1024).toFixed(1)} MB. Start it with: node dist/bot/index.js`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
