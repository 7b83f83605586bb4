import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { errorCode } from '../common/log';
import { openPostgresSession } from '../store/postgres/session';
import { copyState, type StateSession } from '../store/sql/stateCopy';
import { openSqliteSession } from '../store/sqlite/session';
import { StoreFailure } from '../store/storeFailure';

export interface MoveOptions {
  /** A SQLite file or a postgres:// address. */
  from: string;
  to: string;
  /** PEM with the authorities that PostgreSQL's certificate is checked against; the connection is then made with TLS. */
  caFile?: string;
}

/**
 * Copies all state from one database to an empty one, in one transaction; the source stays as it is. Resolves with the rows per
 * table. All instances must be stopped. Throws `StoreFailure`.
 */
export async function moveState({ from, to, caFile }: MoveOptions): Promise<Map<string, number>> {
  if (from === to) throw new StoreFailure('refused', 'source and target are the same');
  if (!isPostgres(from) && !existsSync(from)) throw new StoreFailure('refused', `there is no file ${from}`);
  const source = await open(from, caFile);
  try {
    const target = await open(to, caFile);
    try {
      return await copyState(source, target);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

const isPostgres = (place: string) => /^postgres(ql)?:/.test(place);

function open(place: string, caFile: string | undefined): Promise<StateSession> {
  if (!isPostgres(place)) return openSqliteSession(place);
  return openPostgresSession({ url: place, ...(caFile !== undefined && { tls: { ca: readFileSync(caFile, 'utf8') } }) });
}

const usage =
  'Usage: npm run state:move -- --from .data/switchboard.db --to postgres://user:password@host/database [--ca ca.pem]';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' }, ca: { type: 'string' } } });
  if (!values.from || !values.to) throw new StoreFailure('refused', usage);
  const counts = await moveState({ from: values.from, to: values.to, ...(values.ca && { caFile: values.ca }) });
  for (const [table, rows] of counts) process.stdout.write(`${table.padEnd(12)} ${rows}\n`);
  process.stdout.write('All state has been copied; the source is unchanged.\n');
}

if (require.main === module) {
  main().catch((error: unknown) => {
    const isUsage = errorCode(error).startsWith('ERR_PARSE_ARGS');
    process.stderr.write(
      `${error instanceof StoreFailure ? error.message : isUsage ? usage : `Failed (${errorCode(error)}).`}\n`,
    );
    process.exitCode = 1;
  });
}
