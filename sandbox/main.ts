import { createLog, errorCode } from '../common/log';
import { startControl } from './control';
import { type SandboxOptions, startSandbox } from './startSandbox';

/** The sandbox as a process of its own, so that the desks keep their chats when the bot is killed. Argument: `LaunchOptions` as JSON. */
async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '{}') as SandboxOptions & { controlPort: number; logLevel: string };
  const log = createLog({ level: options.logLevel, pretty: true });
  // The bot that started it may be gone; what it wrote to is then, too.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const sandbox = await startSandbox(options, log);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void Promise.allSettled([control.close(), sandbox.close()]).then(() => process.exit(0));
  };
  const control = await startControl(options.controlPort, { options, access: sandbox.access }, stop);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  const code = errorCode(error);
  const advice = code === 'EADDRINUSE' ? ' A port it needs is taken: set SANDBOX_PORT to the first of ten free ones.' : '';
  process.stderr.write(`The sandbox could not start (${code}).${advice}\n`);
  process.exit(1);
});
