import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as yauzl from 'yauzl';
import { silentLog } from '../../common/log';
import { startSandbox } from '../../sandbox/startSandbox';
import { makePackage } from '../../scripts/package';
import { until } from '../support/fakeClock';
import { freePorts } from '../support/freePorts';
import { statusOf } from '../support/productRig';

jest.setTimeout(300_000);

/** Unpacks a zip as App Service does, without the permissions it carries. */
async function unpack(zip: string, folder: string): Promise<void> {
  const file = await yauzl.openPromise(zip);
  for await (const entry of file.eachEntry()) {
    const target = path.join(folder, entry.fileName);
    if (entry.fileName.endsWith('/')) continue;
    mkdirSync(path.dirname(target), { recursive: true });
    await pipeline(await file.openReadStreamPromise(entry), createWriteStream(target));
  }
}

/** The platform's identity endpoint: gives tokens that the Dynamics stand-in takes to whoever knows the header. */
async function startIdentity(
  tokenUrl: string,
  clientId: string,
  dynamicsUrl: string,
): Promise<{ server: Server; url: string; header: string }> {
  const header = 'only-this-machine-knows';
  const server = createServer((request, response) => {
    const answer = async () => {
      if (request.headers['x-identity-header'] !== header) return response.writeHead(401).end();
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: 'sandbox',
        scope: `${dynamicsUrl}/.default`,
      });
      const granted = (await (await fetch(tokenUrl, { method: 'POST', body })).json()) as { access_token: string };
      const resource = new URL(request.url ?? '/', 'http://identity').searchParams.get('resource');
      const expires = Math.floor(Date.now() / 1000) + 3_000;
      response.setHeader('content-type', 'application/json');
      return response.end(
        JSON.stringify({ access_token: granted.access_token, expires_on: String(expires), resource, token_type: 'Bearer' }),
      );
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`, header };
}

describe('the package', () => {
  let folder: string;
  let app: string;
  let sandbox: Awaited<ReturnType<typeof startSandbox>>;
  let identity: Awaited<ReturnType<typeof startIdentity>>;
  let bot: ChildProcess;
  let output = '';
  let port: number;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'switchboard-package-test-'));
    const config = path.join(folder, 'config');
    mkdirSync(config);
    const route = { provider: '8x8', target: { queueId: '104' } };
    writeFileSync(
      path.join(config, 'skills.json'),
      JSON.stringify({ skills: [{ name: 'cards', title: { en: 'Cards' }, routes: [route] }] }),
    );
    const zip = path.join(folder, 'switchboard.zip');
    const size = await makePackage({ out: zip, config });
    expect(size).toBeLessThan(100 * 1024 * 1024);
    app = path.join(folder, 'wwwroot');
    await unpack(zip, app);

    port = await freePorts(1);
    sandbox = await startSandbox({ botPort: port, firstPort: 0, dataFolder: folder, agentsAtWork: true }, silentLog);
    const { environment, dynamicsTokenUrl } = sandbox.access;
    const clientId = environment['DYNAMICS_CLIENT_ID'] ?? '';
    const dynamicsUrl = environment['DYNAMICS_URL'] ?? '';
    identity = await startIdentity(dynamicsTokenUrl, clientId, dynamicsUrl);
    const eightByEight = Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('EIGHT_BY_EIGHT_')));
    bot = spawn(process.execPath, ['dist/bot/index.js'], {
      cwd: app,
      env: {
        NODE_ENV: 'production',
        PORT: String(port),
        HOST: '127.0.0.1',
        PUBLIC_URL: 'https://bot.example',
        SQLITE_FILE: path.join(folder, 'state', 'switchboard.db'),
        LINK_SIGNING_KEYS: 'a key that is long enough for this test of it',
        MicrosoftAppType: 'UserAssignedMSI',
        MicrosoftAppId: '00000000-0000-4000-8000-000000000009',
        MicrosoftAppTenantId: '00000000-0000-4000-8000-000000000008',
        DYNAMICS_URL: dynamicsUrl,
        DYNAMICS_MANAGED_IDENTITY: '00000000-0000-4000-8000-000000000009',
        IDENTITY_ENDPOINT: identity.url,
        IDENTITY_HEADER: identity.header,
        SKILLS_FILE: 'config/skills.json',
        ...eightByEight,
      },
    });
    for (const stream of [bot.stdout, bot.stderr])
      stream?.on('data', (part: Buffer) => {
        output += part.toString();
      });
    await until(
      'the packaged bot is ready',
      async () => {
        if (bot.exitCode !== null) throw new Error(`it ended:\n${output}`);
        return (await statusOf(`http://127.0.0.1:${port}/readyz`)) === 200;
      },
      60_000,
    );
  });

  afterAll(async () => {
    if (bot?.exitCode === null) {
      const ended = new Promise((resolve) => bot.once('exit', resolve));
      bot.kill('SIGTERM');
      await ended;
    }
    identity?.server.close();
    identity?.server.closeAllConnections();
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds what runs and nothing else', () => {
    const has = (file: string) => existsSync(path.join(app, file));
    expect(
      ['dist/bot/index.js', 'web/customer/index.html', 'cards/templates', 'config/skills.json', 'LICENSE'].filter(
        (file) => !has(file),
      ),
    ).toEqual([]);
    const strangers = [
      'test',
      'bench',
      'node_modules/jest',
      'node_modules/typescript',
      'node_modules/playwright-core',
      'sandbox/dynamics',
      '.env',
    ];
    expect(strangers.filter(has)).toEqual([]);
  });

  it('starts with plain node and production settings, and reads the articles with the identity of the platform', () => {
    const lines = output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ msg }) => msg === 'listening')).toMatchObject({ mode: 'production', port });
    expect(lines.find(({ articles }) => articles !== undefined)).toMatchObject({ articles: expect.any(Number) as number });
    expect(lines.filter(({ level }) => level === 'error' || level === 50)).toEqual([]);
    expect(output).not.toContain('only-this-machine-knows');
  });

  it('lets nobody in without a token', async () => {
    const activity = {
      type: 'message',
      id: '1',
      text: 'hello',
      channelId: 'webchat',
      serviceUrl: 'http://127.0.0.1:9',
      conversation: { id: 'c' },
      from: { id: 'u' },
      recipient: { id: 'b' },
    };
    const post = (headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(activity),
      });
    expect((await post()).status).toBe(401);
    expect((await post({ authorization: 'Bearer nonsense' })).status).toBe(401);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/operator/dead-letters`)).status).toBe(404);
  });
});
