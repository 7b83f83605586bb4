import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startDatabases } from './run/databases';
import { type Finding, table, verdict } from './run/report';
import { coldStart } from './scenarios/coldStart';
import { growth } from './scenarios/growth';
import { heldPolls } from './scenarios/heldPolls';
import { latency } from './scenarios/latency';
import { overload } from './scenarios/overload';
import type { BenchContext, Scale, Scenario } from './scenarios/scenario';
import { throughput } from './scenarios/throughput';

const scenarios: Record<string, Scenario> = { throughput, latency, overload, growth, heldPolls, coldStart };

const full: Scale = {
  isSmoke: false,
  rounds: 7,
  windowInMs: 2_500,
  lanes: 32,
  heldChats: [1_000, 5_000, 10_000],
  holdInMs: 30_000,
  idleWindowInMs: 40_000,
  manyLinks: 10_000,
  coldStarts: 5,
  settleInMs: 3_000,
  phrasesPerArticle: 1_000,
  useTls: false,
  contenders: [],
};

/** Everything runs, at a size that tells whether it works and not how fast it is. */
const smoke: Scale = {
  isSmoke: true,
  rounds: 1,
  windowInMs: 300,
  lanes: 16,
  heldChats: [200],
  holdInMs: 2_000,
  idleWindowInMs: 1_500,
  manyLinks: 500,
  coldStarts: 1,
  settleInMs: 500,
  phrasesPerArticle: 5,
  useTls: false,
  contenders: [],
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      tls: { type: 'boolean', default: false },
      postgres: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      chats: { type: 'string' },
      lanes: { type: 'string' },
      contender: { type: 'string', multiple: true, default: [] },
      profile: { type: 'string' },
    },
  });
  const unknown = values.only.filter((name) => !(name in scenarios));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there is: ${Object.keys(scenarios).join(', ')}.`);
  const chats = values.chats?.split(',').map(Number);
  const databases = values.postgres ? await startDatabases() : undefined;
  const scale: Scale = {
    ...(values.smoke ? smoke : full),
    useTls: values.tls,
    contenders: values.contender,
    ...(databases && { newDatabase: databases.make }),
    ...(values.lanes !== undefined && { lanes: Number(values.lanes) }),
    ...(chats && { heldChats: chats }),
    ...(values.profile !== undefined && { profileFolder: path.resolve(values.profile) }),
  };
  const folders: string[] = [];
  const findings: Finding[] = [];
  try {
    for (const [name, scenario] of Object.entries(scenarios)) {
      if (values.only.length > 0 && !values.only.includes(name)) continue;
      const say = (text: string) => process.stderr.write(`${name}: ${text}\n`);
      const context: BenchContext = {
        scale,
        say,
        folder: () => {
          const folder = mkdtempSync(path.join(os.tmpdir(), 'switchboard-bench-'));
          folders.push(folder);
          return folder;
        },
      };
      findings.push(...(await scenario(context)));
    }
  } finally {
    await databases?.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
  const machine = `${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;
  console.log(
    `${machine}, ${new Date().toISOString().slice(0, 10)}${values.smoke ? ' – smoke run: too short to compare figures' : ''}\n`,
  );
  console.log(table(findings));
  if (values.json) {
    const rows = findings.map((finding) => ({ ...finding, met: verdict(finding) }));
    console.log(JSON.stringify({ machine, at: new Date().toISOString(), isSmoke: values.smoke, findings: rows }));
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
