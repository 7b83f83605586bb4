import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { packageRoot } from '../common/packageRoot';
import type { HandoffCapabilities } from '../handoff/capabilities';
import { settingsForTable } from './settingsForTable';

/** A desk with what its provider says it can do. */
export interface Desk {
  name: string;
  slug: string;
  capabilities: HandoffCapabilities;
  /** What needs a setting to be true. */
  onlyBySetting: readonly (keyof HandoffCapabilities)[];
}

type Row = [label: string, key: keyof HandoffCapabilities, words: (capabilities: HandoffCapabilities) => string];

const yesNo = (value: boolean) => (value ? 'yes' : 'no');
const flag = (label: string, key: keyof HandoffCapabilities): Row => [label, key, (of) => yesNo(of[key] === true)];

const rows: Row[] = [
  ['Who carries the messages', 'mode', ({ mode }) => (mode === 'relay' ? 'the relay' : 'the channel is handed over')],
  flag('Agent sees that the customer types', 'typingToAgent'),
  flag('Customer sees that the agent types', 'typingToCustomer'),
  flag('Agent sees what the customer has read', 'readToAgent'),
  [
    'Files of the customer',
    'filesToAgent',
    ({ filesToAgent }) =>
      ({ upload: 'uploaded', onRequest: 'uploaded when the agent asks, otherwise a link', link: 'as a link' })[filesToAgent],
  ],
  flag('Files of the agent', 'filesToCustomer'),
  flag('Cards of the agent', 'cardsToCustomer'),
  flag('Place in the queue', 'queuePosition'),
  flag('Estimated wait', 'estimatedWait'),
  flag('Knows beforehand whether somebody is there', 'availability'),
  [
    'Earlier conversation',
    'transcript',
    ({ transcript }) => (transcript === 'history' ? 'as messages of the chat' : 'as text in a field'),
  ],
  flag('Takes messages before an agent has joined', 'acceptsWhileQueued'),
  flag('Recognizes a repeated message', 'deduplicatesMessages'),
  ['Longest message', 'maxTextLength', ({ maxTextLength }) => (maxTextLength === undefined ? 'none named' : `${maxTextLength}`)],
  flag('Tells that the agent put the chat aside', 'pausesChats'),
  ['Wait for a successor when an agent is gone', 'agentLeftGraceInMs', (of) => `${of.agentLeftGraceInMs / 1000} s`],
];

/**
 * Every desk in `handoff/providers`, with its capabilities when all that settings can switch on is on. A desk whose
 * capabilities depend on settings exports `capabilitiesFor`, the others export `capabilities`.
 */
export function findDesks(): Desk[] {
  const folder = path.join(__dirname, '..', 'handoff', 'providers');
  const isFolder = (slug: string) =>
    existsSync(path.join(folder, slug, 'capabilities.ts')) || existsSync(path.join(folder, slug, 'capabilities.js'));
  return readdirSync(folder)
    .filter(isFolder)
    .sort()
    .map((slug) => toDesk(slug, path.join(folder, slug)));
}

interface CapabilitiesFile {
  capabilities?: HandoffCapabilities;
  capabilitiesFor?: (settings: unknown) => HandoffCapabilities;
}

function toDesk(slug: string, folder: string): Desk {
  const { capabilities, capabilitiesFor } = require(path.join(folder, 'capabilities')) as CapabilitiesFile;
  const { name, least, all } = settingsForTable[slug] ?? { name: slug };
  if (capabilities) return { name, slug, capabilities, onlyBySetting: [] };
  if (!capabilitiesFor || !least || !all) {
    throw new Error(`${slug} has neither capabilities nor, in scripts/settingsForTable.ts, the settings to ask it with`);
  }
  const { settingsSchema } = require(path.join(folder, 'settings')) as { settingsSchema: z.ZodType };
  const full = capabilitiesFor(settingsSchema.parse({ ...least, ...all }));
  const bare = capabilitiesFor(settingsSchema.parse(least));
  const onlyBySetting = (Object.keys(full) as (keyof HandoffCapabilities)[]).filter((key) => full[key] !== bare[key]);
  return { name, slug, capabilities: full, onlyBySetting };
}

/** The text of `docs/capabilities.md`. */
export function capabilityTable(desks: readonly Desk[]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`;
  const head = line(['', ...desks.map(({ name, slug }) => `[${name}](../handoff/providers/${slug}/README.md)`)]);
  const rule = line(['---', ...desks.map(() => '---')]);
  const body = rows.map(([label, key, words]) =>
    line([label, ...desks.map((desk) => words(desk.capabilities) + (desk.onlyBySetting.includes(key) ? ' (1)' : ''))]),
  );
  const note = desks.some(({ onlyBySetting }) => onlyBySetting.length > 0)
    ? '\n(1) When the settings switch it on; not otherwise.\n'
    : '';
  return `# What each desk can do

Made by \`npm run docs:capabilities\` from the very objects that the providers work with. The contract suite
(\`test/contract/provider/capabilitySuite.ts\`) uses every capability that is claimed here and sees that every other one is absent,
each against the desk's stand-in in \`sandbox/\`. A stand-in is not the vendor: each provider's README says what is assumed.

${head}${rule}${body.join('')}${note}`;
}

if (require.main === module) {
  const file = path.join(packageRoot, 'docs', 'capabilities.md');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, capabilityTable(findDesks()));
}
