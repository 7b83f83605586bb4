import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { ZipFile } from 'yazl';
import { packageRoot } from '../../common/packageRoot';
import { TeamsAppError, type TeamsAppOptions, teamsPackageFiles } from './manifest';

/** The same time in every package, so that two of the same sources are the same bytes. */
const mtime = new Date(Date.UTC(2020, 0, 1));
const text = { type: 'string' } as const;

/** Writes the zip that is uploaded to Teams. Throws `TeamsAppError` before anything is written. */
export async function buildTeamsPackage(options: TeamsAppOptions, out: string): Promise<void> {
  const files = teamsPackageFiles(options);
  const zip = new ZipFile();
  for (const { name, content } of files) zip.addBuffer(Buffer.from(content), name, { mtime, mode: 0o100644 });
  zip.end();
  mkdirSync(path.dirname(path.resolve(out)), { recursive: true });
  await pipeline(zip.outputStream, createWriteStream(out));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'app-id': text,
      'teams-app-id': text,
      domain: text,
      name: text,
      version: text,
      developer: text,
      website: text,
      privacy: text,
      terms: text,
      out: text,
      'without-read-receipts': { type: 'boolean' },
    },
  });
  const { 'app-id': appId, domain, out = path.join(packageRoot, 'dist-package', 'switchboard-teams.zip') } = values;
  if (appId === undefined || domain === undefined)
    throw new TeamsAppError('Name the bot: --app-id <Microsoft App ID> --domain <host name>.');
  const hasReadReceipts = values['without-read-receipts'] !== true;
  await buildTeamsPackage({ appId, domain, hasReadReceipts, ...given(values) }, out);
  process.stdout.write(`${out}: upload it in Teams under Apps, Manage your apps, Upload an app.\n`);
}

function given(values: Record<string, string | boolean | undefined>): Partial<TeamsAppOptions> {
  const options = {
    teamsAppId: values['teams-app-id'],
    name: values['name'],
    version: values['version'],
    developer: values['developer'],
    websiteUrl: values['website'],
    privacyUrl: values['privacy'],
    termsUrl: values['terms'],
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
