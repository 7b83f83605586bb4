import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import type { Attachment } from 'botframework-schema';
import { adaptiveCardType } from '../cards/cardTemplate';
import { forTeams } from '../cards/teamsCard';
import { hostileTexts, sampleCards } from './sampleCards';
import { teamsProblems } from './teams/teamsCardLimits';

/**
 * Validates every card, filled with plain and with hostile data, against the published schemas and the limits of Teams.
 * Usage: `node dist/scripts/checkCards.js <folder>`; the folder, or its subfolder `adaptive-cards`, holds
 * `adaptive-card-<version>.json`. Prints `N cards valid`; exits with 1 when one is not.
 */
function main(folder: string | undefined): number {
  if (folder === undefined) {
    console.error('Name the folder with the Adaptive Card schemas.');
    return 1;
  }
  const validators = readValidators(folder);
  if (validators.length === 0) {
    console.error(`No adaptive-card-*.json in ${folder}.`);
    return 1;
  }
  let valid = 0;
  let faulty = 0;
  for (const text of hostileTexts) {
    for (const { name, card } of sampleCards(text)) {
      const teamsCard = forTeams(card);
      const problems = teamsProblems(teamsCard).map((problem) => `in Teams: ${problem}`);
      if (card.contentType === adaptiveCardType)
        for (const one of new Set([card, teamsCard])) problems.push(...check(one, validators));
      if (problems.length === 0) valid += 1;
      else faulty += 1;
      for (const problem of problems) console.error(`${name}, text ${JSON.stringify(text.slice(0, 40))}: ${problem}`);
    }
  }
  console.log(`${valid} cards valid`);
  return faulty === 0 ? 0 : 1;
}

function check(card: Attachment, validators: { version: string; validate: ValidateFunction }[]): string[] {
  // What goes over the wire, not what is in memory.
  const content: unknown = JSON.parse(JSON.stringify(card.content));
  const problems = validators
    .filter(({ validate }) => !validate(content))
    .map(({ version, validate }) => `not valid against ${version}: ${explain(validate)}`);
  return problems;
}

function explain(validate: ValidateFunction): string {
  const errors = (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
  return errors.slice(0, 5).join('; ');
}

function readValidators(folder: string): { version: string; validate: ValidateFunction }[] {
  const candidates = [folder, path.join(folder, 'adaptive-cards')].filter((candidate) => existsSync(candidate));
  for (const candidate of candidates) {
    const files = readdirSync(candidate, { withFileTypes: true })
      .filter((entry) => /^adaptive-card-1\.[45]\.\d+\.json$/.test(entry.name))
      .map((entry) => entry.name);
    if (files.length > 0) return files.map((file) => ({ version: file, validate: compile(path.join(candidate, file)) }));
  }
  return [];
}

function compile(file: string): ValidateFunction {
  const { id: _id, $schema: _schema, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  // The published schemas carry an `id` that is no address, and members Ajv does not know (version, features).
  return new Ajv({ strict: false, allErrors: false, validateFormats: false }).compile(schema);
}

process.exitCode = main(process.argv[2]);
