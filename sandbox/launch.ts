import { spawn } from 'node:child_process';
import { get, request } from 'node:http';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, parseJson } from '../common/json';
import type { ControlAnswer } from './control';
import type { SandboxAccess, SandboxOptions } from './startSandbox';

export interface LaunchOptions extends SandboxOptions {
  logLevel: string;
}

export interface LaunchedSandbox {
  access: SandboxAccess;
  /** True when it was there already, left by a bot that was killed. */
  wasRunning: boolean;
  /** Ends the sandbox. Resolves when it was told. */
  stop(): Promise<void>;
}

const startsWithinInMs = 30_000;
const pauseInMs = 50;
const controlOffset = 5;

/**
 * Starts the sandbox in a process of its own, or takes up the one an earlier bot left. Throws `Error` when it does not
 * start, or when another one has its ports.
 */
export async function launchSandbox(options: LaunchOptions): Promise<LaunchedSandbox> {
  const full = { ...options, dataFolder: path.resolve(options.dataFolder), controlPort: options.firstPort + controlOffset };
  const port = full.controlPort;
  const known = await ask(port);
  if (known && !isDeepStrictEqual(known.options, full)) {
    throw new Error(`Another sandbox uses port ${port}. Stop it, or set SANDBOX_PORT to the first of ten free ports.`);
  }
  const answer = known ?? (await start(full, port));
  attach(port);
  return { access: answer.access, wasRunning: known !== undefined, stop: () => stop(port) };
}

/**
 * Takes part in a sandbox that somebody else runs, whatever its options; it goes on when we stop. Throws `Error` when none
 * answers at this address.
 */
export async function joinSandbox(url: string): Promise<LaunchedSandbox> {
  const port = Number(new URL(url).port);
  const answer = await ask(port);
  if (!answer) throw new Error(`No sandbox answers at ${url}. Start it first, or leave SANDBOX_URL out.`);
  attach(port);
  return { access: answer.access, wasRunning: true, stop: async () => undefined };
}

async function start(full: object, port: number): Promise<ControlAnswer<SandboxAccess>> {
  const child = spawn(process.execPath, [path.join(__dirname, 'main.js'), JSON.stringify(full)], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let ended: number | null | undefined;
  child.once('exit', (code) => {
    ended = code;
  });
  child.once('error', () => {
    ended = null;
  });
  child.unref();
  for (const end = Date.now() + startsWithinInMs; Date.now() < end; ) {
    const answer = await ask(port);
    if (answer) return answer;
    if (ended !== undefined) throw new Error('The sandbox could not start; the line above says why.');
    await new Promise((resolve) => setTimeout(resolve, pauseInMs));
  }
  child.kill();
  throw new Error(`The sandbox did not start within ${startsWithinInMs / 1000} s.`);
}

/** What the sandbox behind this port says; undefined when there is none. */
function ask(port: number): Promise<ControlAnswer<SandboxAccess> | undefined> {
  return new Promise((resolve) => {
    const call = get({ host: '127.0.0.1', port, path: '/access', timeout: 2_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(toAnswer(response.statusCode, text)));
    });
    call.on('timeout', () => call.destroy());
    // Nobody listens there, which is the usual case at a first start.
    call.on('error', () => resolve(undefined));
  });
}

/** Another program may listen there; what it says is not for us. */
function toAnswer(status: number | undefined, text: string): ControlAnswer<SandboxAccess> | undefined {
  const answer = status === 200 ? parseJson(text) : undefined;
  return isJsonObject(answer) && 'access' in answer ? (answer as unknown as ControlAnswer<SandboxAccess>) : undefined;
}

/** Holds a call open for as long as this process lives: its end tells the sandbox that we are gone. */
function attach(port: number): void {
  const call = get({ host: '127.0.0.1', port, path: '/attached' }, (response) => {
    response.on('error', () => undefined);
    response.resume();
    response.socket.unref();
  });
  call.on('socket', (socket) => socket.unref());
  // The sandbox was stopped; whoever needs it will notice by itself.
  call.on('error', () => undefined);
}

function stop(port: number): Promise<void> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path: '/stop', method: 'POST', timeout: 2_000 }, (response) => {
      response.resume();
      response.on('close', () => resolve());
    });
    // It is gone already.
    call.on('error', () => resolve());
    call.on('timeout', () => call.destroy());
    call.end();
  });
}
