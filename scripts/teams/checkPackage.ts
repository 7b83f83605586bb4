import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import type { JsonObject, JsonValue } from '../../common/json';
import { type PackageFile, type TeamsAppOptions, teamsPackageFiles } from './manifest';

const schemaFile = 'teams-manifest.schema.json';
const iconSizes: Readonly<Record<string, number>> = { 'color.png': 192, 'outline.png': 32 };
const samples: TeamsAppOptions[] = [
  { appId: '11111111-2222-4333-8444-555555555555', domain: 'bot.example.com' },
  {
    appId: '11111111-2222-4333-8444-555555555555',
    teamsAppId: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    domain: 'bot.bank.example.com',
    name: 'x'.repeat(30),
    version: '2.10.3',
    developer: 'Contoso Bank',
    websiteUrl: 'https://example.com/help',
    privacyUrl: 'https://example.com/privacy',
    termsUrl: 'https://example.com/terms',
    hasReadReceipts: false,
  },
];

/** Whether a manifest fits the published schema; in words what does not. */
export type ManifestCheck = (manifest: JsonObject) => string[];

/** Reads the published schema, which names a draft that Ajv no longer knows. */
export function manifestCheck(folder: string): ManifestCheck {
  for (const place of [folder, path.join(folder, 'bot')]) {
    const text = readIfThere(path.join(place, schemaFile));
    if (text === undefined) continue;
    const { id: _id, $schema: _draft, ...schema } = JSON.parse(text) as JsonObject;
    const validate: ValidateFunction = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
    return (manifest) =>
      validate(manifest)
        ? []
        : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
  }
  throw new Error(`There is no ${schemaFile} in ${folder}.`);
}

/** What is wrong with a package: the manifest, the manifest as another language shows it, the icons, files that are missing. */
export function packageProblems(files: PackageFile[], check: ManifestCheck): string[] {
  const contents = new Map(files.map(({ name, content }) => [name, content]));
  const manifest = JSON.parse(String(contents.get('manifest.json') ?? '{}')) as JsonObject;
  const problems = check(manifest).map((problem) => `manifest.json: ${problem}`);
  const { additionalLanguages = [] } = (manifest['localizationInfo'] ?? {}) as { additionalLanguages?: { file: string }[] };
  for (const { file } of additionalLanguages) {
    const translation = JSON.parse(String(contents.get(file) ?? '{}')) as JsonObject;
    const localized = structuredClone(manifest);
    for (const [place, text] of Object.entries(translation))
      if (!place.startsWith('$') && !put(localized, place, text)) problems.push(`${file}: ${place} is nowhere in the manifest`);
    if (JSON.stringify(localized['description']) === JSON.stringify(manifest['description']))
      problems.push(`${file}: is not translated`);
    problems.push(...check(localized).map((problem) => `${file}: ${problem}`));
  }
  for (const [name, size] of Object.entries(iconSizes)) {
    const [width, height] = pngSize(contents.get(name));
    if (width !== size || height !== size) problems.push(`${name}: is ${width} by ${height} and not ${size} by ${size}`);
  }
  return problems;
}

/** Replaces the text at `a.b[0].c`; false when there is none. */
function put(target: JsonObject, place: string, text: JsonValue): boolean {
  const keys = place.split(/[.[\]]+/).filter(Boolean);
  const last = keys.pop() ?? '';
  const holder = keys.reduce<JsonValue | undefined>(
    (node, key) => (node as Record<string, JsonValue> | undefined)?.[key],
    target,
  );
  if (typeof (holder as JsonObject | undefined)?.[last] !== 'string') return false;
  (holder as JsonObject)[last] = text;
  return true;
}

/** Width and height from the first chunk of a PNG. */
function pngSize(content: string | Buffer | undefined): [number, number] {
  const isPng = Buffer.isBuffer(content) && content.subarray(1, 4).toString('latin1') === 'PNG';
  return isPng ? [content.readUInt32BE(16), content.readUInt32BE(20)] : [0, 0];
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function main(folder: string | undefined): number {
  if (folder === undefined) {
    process.stderr.write('Name the folder with the schema of Teams’ manifests.\n');
    return 1;
  }
  const check = manifestCheck(folder);
  const problems = samples.flatMap((sample) => packageProblems(teamsPackageFiles(sample), check));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(`${samples.length} packages, ${problems.length} problems\n`);
  return problems.length === 0 ? 0 : 1;
}

if (require.main === module) process.exitCode = main(process.argv[2]);
