import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import path from 'node:path';
import { BenchProcess } from '../run/benchProcess';
import type { Finding } from '../run/report';
import { median, spread } from '../run/statistics';
import { targets } from '../run/targets';
import type { DynamicsMethods } from '../traffic/dynamicsServer';
import { type Scenario, trafficFile } from './scenario';

const withinInMs = 120_000;
const entry = path.join(__dirname, '..', '..', 'bot', 'index.js');

/**
 * Starts of the built product as in production: until it answers `/healthz`, until it has its articles, and its memory at rest.
 * The first start learns the articles; it does not count. What it leaves in its data folder is there for the others.
 */
export const coldStart: Scenario = async ({ scale, folder, say }) => {
  const dynamics = await BenchProcess.start<DynamicsMethods>(trafficFile('dynamicsServer'), { name: 'Dynamics' });
  try {
    const addresses = await dynamics.ask('addresses');
    const data = folder();
    const healthy: number[] = [];
    const ready: number[] = [];
    const cpu: number[] = [];
    const memory: number[] = [];
    for (let start = -1; start < scale.coldStarts; start++) {
      const port = await freePort();
      const child = launch(data, port, addresses);
      const begunAt = performance.now();
      try {
        await untilOk(child, `http://127.0.0.1:${port}/healthz`);
        const healthyAt = performance.now();
        const cpuInMs = cpuOf(child);
        await untilOk(child, `http://127.0.0.1:${port}/readyz`);
        const readyAt = performance.now();
        if (start < 0) {
          say(`the first start was ready after ${Math.round(readyAt - begunAt)} ms`);
          continue;
        }
        await new Promise((resolve) => setTimeout(resolve, scale.settleInMs));
        healthy.push(healthyAt - begunAt);
        ready.push(readyAt - begunAt);
        cpu.push(cpuInMs);
        memory.push(rssInMb(child));
      } finally {
        await end(child);
      }
    }
    const of = (what: string, unit: string, values: number[]): Finding => ({
      scenario: 'cold start',
      what,
      unit,
      value: median(values),
      spread: spread(values),
    });
    return [
      { ...of('until healthy', 'ms', healthy), target: targets.healthyInMs, note: `CPU ${Math.round(median(cpu))} ms` },
      { ...of('until ready to answer (articles fetched and ranked)', 'ms', ready) },
      { ...of('memory at rest, with its articles', 'MB', memory), target: targets.idleInMb },
    ];
  } finally {
    await dynamics.stop();
  }
};

function launch(data: string, port: number, addresses: { dynamics: string; identity: string }): ChildProcess {
  const skills = path.join(data, 'skills.json');
  const routes = [{ provider: 'live-agent', target: { buttonId: '573000000000001' } }];
  writeFileSync(skills, JSON.stringify({ skills: [{ name: 'general', title: { en: 'General' }, routes }] }));
  return spawn(process.execPath, [entry], {
    cwd: data,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: 'https://bench.invalid',
      LOG_LEVEL: 'error',
      LINK_SIGNING_KEYS: 'a key of the bench that is long enough to be taken',
      SQLITE_FILE: path.join(data, 'switchboard.db'),
      SKILLS_FILE: skills,
      MicrosoftAppType: 'UserAssignedMSI',
      MicrosoftAppId: '00000000-0000-4000-8000-000000000001',
      MicrosoftAppTenantId: '00000000-0000-4000-8000-000000000002',
      DYNAMICS_URL: addresses.dynamics,
      DYNAMICS_MANAGED_IDENTITY: 'system',
      IDENTITY_ENDPOINT: addresses.identity,
      IDENTITY_HEADER: 'bench',
      LIVE_AGENT_URL: 'http://127.0.0.1:1',
      LIVE_AGENT_ORGANIZATION_ID: '00D000000000001',
      LIVE_AGENT_DEPLOYMENT_ID: '572000000000001',
    },
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function untilOk(child: ChildProcess, url: string): Promise<void> {
  for (const end = Date.now() + withinInMs; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`the product ended with ${child.exitCode}; the line above says why`);
    if (await isOk(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${url} was not well within ${withinInMs / 1000} s`);
}

function isOk(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get(url, { agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200));
    });
    // Nobody listens yet.
    call.on('error', () => resolve(false));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await gone;
}

/** CPU time of the process so far, from the system's own books (ticks of 10 ms). */
function cpuOf(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function rssInMb(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}
