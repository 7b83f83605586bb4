import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { settingsSchema } from '../bot/settings/coreSettings';
import { packageRoot } from '../common/packageRoot';

/** A part of `.env.example`: one outside system with its variables. */
export interface ExampleGroup {
  title: string;
  schema: z.ZodObject;
}

/** All groups: the process itself, Dynamics, other services, the channels of our own, then every provider's folder that has settings. */
export function findGroups(): ExampleGroup[] {
  const sources = path.join(__dirname, '..');
  const providers = path.join(sources, 'handoff', 'providers');
  const folders = existsSync(providers) ? readdirSync(providers).sort() : [];
  const ownChannels = path.join(sources, 'bot', 'channels');
  const channels = existsSync(ownChannels) ? readdirSync(ownChannels).sort() : [];
  const places: [title: string, file: string][] = [
    ['Dynamics 365', path.join(sources, 'dynamics', 'settings')],
    ['Custom CRM service', path.join(sources, 'customCrm', 'settings')],
    ['Another bot as a skill', path.join(sources, 'bot', 'parent', 'settings')],
    ...channels.map((slug): [string, string] => [`Channel of customers: ${slug}`, path.join(ownChannels, slug, 'settings')]),
    ...folders.map((slug): [string, string] => [`Contact center: ${slug}`, path.join(providers, slug, 'settings')]),
  ];
  const found = places.flatMap(([title, file]) => {
    const isThere = existsSync(`${file}.ts`) || existsSync(`${file}.js`);
    const schema = isThere
      ? Object.values(require(file) as Record<string, unknown>).find((value) => value instanceof z.ZodObject)
      : undefined;
    return schema ? [{ title, schema }] : [];
  });
  return [{ title: 'The process', schema: settingsSchema }, ...found];
}

/** The text of `.env.example`: every variable with its description, switched off, with its default. */
export function envExample(groups: ExampleGroup[]): string {
  const parts = groups.map(({ title, schema }) => {
    const lines = Object.entries(schema.shape).map(([name, type]) => {
      const description = wrap((type as z.ZodType).description ?? '').map((line) => `# ${line}\n`);
      return `${description.join('')}#${name}=${defaultOf(type as z.ZodType)}\n`;
    });
    return `##### ${title} #####\n\n${lines.join('\n')}`;
  });
  return `# Copy to .env and take away the "#" before what you set. Nothing is needed for the sandbox.\n# Made by scripts/envExample.ts from the settings' own descriptions.\n\n${parts.join('\n')}`;
}

/** The value a variable has when it is left out, as one would write it. */
export function defaultOf(type: z.ZodType): string {
  const result = type.safeParse(undefined);
  const value = result.success ? result.data : undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.join(',') : '';
}

function wrap(text: string, width = 110): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

if (require.main === module) writeFileSync(path.join(packageRoot, '.env.example'), envExample(findGroups()));
