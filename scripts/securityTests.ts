import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../common/packageRoot';
import { entrances } from './entrances';

/** Whose refusals each file of tests proves: entrances of the process first, then what comes through them. */
const chapters: [title: string, files: string[]][] = [
  [
    'POST /api/messages',
    [
      'test/integration/server/authentication.test.ts',
      'test/integration/security/callers.test.ts',
      'test/integration/security/senderRate.test.ts',
      'test/integration/server/hostileRequests.test.ts',
      'test/integration/server/overload.test.ts',
      'test/integration/skill/tokens.test.ts',
    ],
  ],
  [
    '/webhooks/<desk>',
    [
      'test/contract/provider/webhookSuite.ts',
      'test/integration/server/webhooks.test.ts',
      'test/unit/handoff/providers/8x8/signature.test.ts',
      'test/unit/handoff/providers/8x8/receive.test.ts',
      'test/unit/handoff/providers/ccaip/signature.test.ts',
      'test/unit/handoff/providers/mluvii/receive.test.ts',
    ],
  ],
  ['/channels/mluvii', ['test/integration/mluvii/callback.test.ts']],
  ['/directline/token, /widget', ['test/integration/server/webTokens.test.ts']],
  [
    '/a/<token>, /files/<token>',
    ['test/integration/server/links.test.ts', 'test/integration/security/files.test.ts', 'test/unit/bot/signedLinks.test.ts'],
  ],
  ['/custom-crm/v1, /agent-host', ['test/unit/customCrm/authenticator.test.ts', 'test/integration/customCrm/policy.test.ts']],
  [
    '/operator, /metrics',
    [
      'test/integration/operator/routes.test.ts',
      'test/integration/operator/erasure.test.ts',
      'test/integration/server/metrics.test.ts',
    ],
  ],
  ['Every route', ['test/integration/security/routes.test.ts', 'test/integration/security/headers.test.ts']],
  ['Every page', ['test/browser/markup.test.ts']],
  [
    'Addresses from outside',
    ['test/integration/security/addresses.test.ts', 'test/unit/bot/files.test.ts', 'test/unit/bot/teams/teamsFile.test.ts'],
  ],
  ['Cards and texts', ['test/unit/bot/handoff/harmlessCard.test.ts', 'test/unit/cards/htmlText.test.ts']],
  ['Settings', ['test/unit/bot/settings.test.ts', 'test/integration/security/secrets.test.ts', 'test/e2e/production.test.ts']],
];

const introduction = `# Tests of what must not happen

Made by \`npm run docs:security\` from the tests' own titles, by the entrance they stand at. The threats they belong to are in the
[threat model](threat-model.md). *each* marks a title that stands for a list of cases.
`;

/** The text of \`docs/security-tests.md\`. */
export function securityTests(): string {
  const parts = chapters.map(([title, files]) => {
    const lists = files.map(
      (file) =>
        `\n\`${file}\`\n\n${titlesOf(file)
          .map((line) => `- ${line}\n`)
          .join('')}`,
    );
    return `\n## ${title}\n${lists.join('')}`;
  });
  return `${introduction}${perRoute()}${parts.join('')}\n## Parsers that were fuzzed\n\n${fuzzed()
    .map((name) => `- ${name}\n`)
    .join('')}`;
}

/** Who is let in at each route, and the tests of who is not. */
function perRoute(): string {
  const rows = entrances.map(({ name, lets, refusal, tests }) => {
    const listed = tests.map(([file, title]) => `\`${path.basename(file)}\` › ${asText(title)}`);
    return `| ${name} | ${lets} | ${refusal ?? '–'} | ${listed.join('<br>')} |\n`;
  });
  return `
## By route

The router of the whole application is held to this table (\`test/integration/security/routes.test.ts\`): a route that is not in it fails.

| Route | Who is let in | Anybody else gets | Tests of what must not happen |
| --- | --- | --- | --- |
${rows.join('')}`;
}

function titlesOf(file: string): string[] {
  const text = readFileSync(path.join(packageRoot, file), 'utf8');
  // The title of a list of cases stands behind the list.
  const found = text.matchAll(/^ *(describe|it)(?:\(\s*|(\.each)\([\s\S]*?\n? *\)\(\s*)(['"`])((?:(?!\3).)+)\3/gm);
  return [...found].map(([, kind, each, , title = '']) =>
    kind === 'describe' ? `**${asText(title)}**` : `${asText(title)}${each ? ' *each*' : ''}`,
  );
}

function fuzzed(): string[] {
  const folder = path.join(packageRoot, 'test', 'fuzz', 'targets');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && statSync(path.join(folder, name)).isFile())
    .sort()
    .flatMap((name) =>
      [...readFileSync(path.join(folder, name), 'utf8').matchAll(/\btarget\(\s*'([^']+)'/g)].map(([, title = '']) => title),
    );
}

function asText(title: string): string {
  return title.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*');
}

if (require.main === module) writeFileSync(path.join(packageRoot, 'docs', 'security-tests.md'), securityTests());
