import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { freePorts } from '../support/freePorts';

// Not to be resolved: the package is a program without a module of its own.
const program = path.join(__dirname, '..', '..', 'node_modules', '@microsoft', 'm365agentsplayground', 'cli.js');
const startsWithinInMs = 60_000;

export interface Playground {
  url: string;
  stop(): Promise<void>;
}

export interface PlaygroundCredentials {
  clientId: string;
  clientSecret: string;
  tenantId?: string;
}

/** Starts the Agents Playground against a bot, as one channel. Resolves when its page can be opened. */
export async function startPlayground(
  messagesUrl: string,
  channel: 'emulator' | 'msteams',
  { credentials, env = {} }: { credentials?: PlaygroundCredentials; env?: Record<string, string> } = {},
): Promise<Playground> {
  const port = await freePorts(1);
  const signing = credentials ? ['--client-id', credentials.clientId, '--client-secret', credentials.clientSecret] : [];
  if (credentials?.tenantId !== undefined) signing.push('--tenant-id', credentials.tenantId);
  const playground = spawn(
    process.execPath,
    [program, '--app-endpoint', messagesUrl, '--channel-id', channel, '--port', String(port), '--disable-telemetry', ...signing],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, BROWSER: 'none', ...env } },
  );
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The Playground did not start:\n${output}`)), startsWithinInMs);
    const read = (part: string) => {
      output += part;
      if (!output.includes('Listening on')) return;
      clearTimeout(timer);
      resolve();
    };
    playground.stdout.setEncoding('utf8').on('data', read);
    playground.stderr.setEncoding('utf8').on('data', read);
    playground.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`The Playground ended:\n${output}`));
    });
  });
  return {
    url: `http://localhost:${port}/`,
    async stop() {
      if (playground.exitCode !== null || playground.signalCode !== null) return;
      const ended = once(playground, 'exit');
      playground.kill();
      await ended;
    },
  };
}
