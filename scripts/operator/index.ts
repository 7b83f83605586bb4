import { parseArgs } from 'node:util';
import { errorCode } from '../../common/log';
import { createOperatorClient, OperatorFailure } from './client';
import { commands, UsageError } from './commands';

/** How it ended, for scripts. */
export const exitCodes = { done: 0, refused: 1, usage: 2, unreachable: 3, key: 4 } as const;

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

const options = {
  url: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  route: { type: 'string' },
  because: { type: 'string' },
  all: { type: 'boolean' },
  force: { type: 'boolean' },
  limit: { type: 'string' },
  before: { type: 'string' },
} as const;

/** Runs one command line. Never rejects for what an operator can mend; `out` and `err` end with a newline when they say anything. */
export async function runOperator(args: string[], env: Readonly<Record<string, string | undefined>>): Promise<Outcome> {
  try {
    const { values, positionals } = parse(args);
    const [name = '', next = '', ...rest] = positionals;
    if (values.help || name === '' || name === 'help') return { code: exitCodes.done, out: `${help()}\n`, err: '' };
    const two = commands[`${name} ${next}`];
    const command = two ?? commands[name];
    if (!command) throw new UsageError(`There is no command "${name}".`);
    const key = keyOf(env['OPERATOR_KEY']);
    const client = createOperatorClient(values.url ?? env['OPERATOR_URL'] ?? 'http://localhost:3978', key);
    const words = two ? rest : [...(next === '' ? [] : [next]), ...rest];
    const { answer, text } = await command.run({ client, words, options: values });
    return { code: exitCodes.done, out: `${values.json ? JSON.stringify(answer, null, 2) : text}\n`, err: '' };
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Outcome {
  if (error instanceof OperatorFailure) return { code: exitCodes[error.kind], out: '', err: `${error.message}\n` };
  if (error instanceof UsageError) return { code: exitCodes.usage, out: '', err: `${error.message}\n\n${help()}\n` };
  throw error;
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch {
    // Whichever it is, the help below shows how it is written.
    throw new UsageError('An option is not known, or its value is missing.');
  }
}

/** The key of this operator: the first of several, with or without its name. */
function keyOf(setting: string | undefined): string {
  const first = setting?.split(',', 1)[0]?.trim() ?? '';
  const key = first.replace(/^[A-Za-z][\w.@-]{0,39}:/, '');
  if (key === '') throw new UsageError('Set OPERATOR_KEY to your operator key.');
  return key;
}

function help(): string {
  const width = Math.max(...Object.values(commands).map(({ usage }) => usage.length));
  return [
    'Usage: npm run operator -- <command> [--url http://localhost:3978] [--json]',
    '',
    ...Object.values(commands).map(({ usage, help: text }) => `  ${usage.padEnd(width)}  ${text}`),
    '',
    'OPERATOR_KEY holds the key; --url or OPERATOR_URL says where the bot is.',
    'Ends with 0 when done, 1 when refused, 2 when called wrongly, 3 when nobody answers, 4 when the key is not taken.',
  ].join('\n');
}

if (require.main === module) {
  runOperator(process.argv.slice(2), process.env).then(
    ({ code, out, err }) => {
      process.stdout.write(out);
      process.stderr.write(err);
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`Failed (${errorCode(error)}).\n`);
      process.exitCode = exitCodes.refused;
    },
  );
}
