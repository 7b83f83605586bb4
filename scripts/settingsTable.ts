import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { packageRoot } from '../common/packageRoot';
import { defaultOf, type ExampleGroup, findGroups } from './envExample';

const introduction = `# Settings

Made by \`npm run docs\` from the settings' own descriptions, as \`.env.example\` is. Each is an environment variable; a file \`.env\` in
the folder the bot is started in is read too and never overrides what the environment says. An empty value counts as none. The bot
checks all of them at its start and names every one that is wrong or missing, never its value. The settings of a desk, and those of
Dynamics 365, count when that system is configured.
`;

/** The text of \`docs/configuration.md\`: a table for each outside system. */
export function settingsTable(groups: readonly ExampleGroup[]): string {
  const parts = groups.map(({ title, schema }) => {
    const rows = Object.entries(schema.shape).map(([name, type]) => {
      const standard = defaultOf(type as z.ZodType);
      return `| \`${name}\` | ${cell((type as z.ZodType).description ?? '')} | ${standard === '' ? '' : `\`${cell(standard)}\``} |\n`;
    });
    return `\n## ${title}\n\n| Variable | What it is | Left out |\n| --- | --- | --- |\n${rows.join('')}`;
  });
  return introduction + parts.join('');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}

if (require.main === module) writeFileSync(path.join(packageRoot, 'docs', 'configuration.md'), settingsTable(findGroups()));
