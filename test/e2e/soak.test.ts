import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../common/packageRoot';

jest.setTimeout(180_000);

const program = path.join(packageRoot, 'dist', 'bench', 'soak', 'index.js');

/** Runs the soak as an operator would, on a database of its own; resolves with its exit code and last line. */
function soak(...args: string[]): Promise<{ code: number | null; last: Record<string, unknown>; errors: string }> {
  if (!existsSync(program)) throw new Error('The product is not compiled: run `npm run build` first.');
  const { DATABASE_URL: _ours, ...env } = process.env;
  const child = spawn(process.execPath, [program, ...args, '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    errors += part;
  });
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const line = output.trim().split('\n').at(-1) ?? '';
      resolve({ code, last: line === '' ? {} : (JSON.parse(line) as Record<string, unknown>), errors });
    });
  });
}

test('two instances lose, double and reorder nothing when one of them is killed', async () => {
  const { code, last, errors } = await soak(
    ...['--chats', '20', '--seconds', '12', '--every', '2', '--faults', 'kill', '--fault-every', '24', '--seed', '3'],
  );
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(last).toMatchObject({ chats: 20, kills: 1, lost: 0, doubled: 0, reordered: 0, told: 0, endedEarly: 0, violations: 0 });
  expect(last['messages']).toBeGreaterThan(100);
  expect(last['takeoverMsP95']).toBeGreaterThan(0);
  expect(last['takeoverMsP95']).toBeLessThan(15_000);
});

test('a wrong option is told with the usage', async () => {
  const { code, errors } = await soak('--chats', 'many');
  expect(code).toBe(2);
  expect(errors).toContain('--chats must be a whole number');
  expect(errors).toContain('npm run soak');
});
