import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { flatSkillManifest, skillManifest } from '../bot/skill/skillManifest';

const fileName = 'skill-manifest-2.2.json';

/**
 * Validates the skill manifests against the published schema.
 * Usage: `node dist/scripts/checkManifest.js <folder>`; the folder, or its subfolder `bot`, holds `skill-manifest-2.2.json`.
 * Prints what it has checked; exits with 1 when one is not valid.
 */
function main(folder: string | undefined): number {
  if (folder === undefined) {
    console.error('Name the folder with the schema of skill manifests.');
    return 1;
  }
  const file = [folder, path.join(folder, 'bot')].map((place) => path.join(place, fileName)).find((place) => existsSync(place));
  if (file === undefined) {
    console.error(`No ${fileName} in ${folder}.`);
    return 1;
  }
  const schema = JSON.parse(readFileSync(file, 'utf8')) as object;
  // The published schema carries members Ajv does not know ($version), and formats that are checked elsewhere.
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  let faulty = 0;
  for (const appId of ['11111111-2222-3333-4444-555555555555', undefined]) {
    const facts = { publicUrl: 'https://bot.example', ...(appId && { appId }) };
    for (const manifest of [skillManifest(facts), flatSkillManifest(facts)]) {
      if (validate(manifest)) continue;
      faulty += 1;
      for (const error of validate.errors ?? [])
        console.error(`${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
    }
  }
  console.log(faulty === 0 ? 'the skill manifests are valid' : 'a skill manifest is not valid');
  return faulty === 0 ? 0 : 1;
}

process.exitCode = main(process.argv[2]);
