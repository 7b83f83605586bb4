import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { dataFolder, runProduct } from '../support/productRig';

const complete = {
  NODE_ENV: 'production',
  PORT: '0',
  PUBLIC_URL: 'https://bot.example',
  LINK_SIGNING_KEYS: 'a key that is long enough for the tests of it',
  MicrosoftAppId: '00000000-0000-4000-8000-000000000009',
  MicrosoftAppPassword: 'the-secret-of-the-app',
  MicrosoftAppTenantId: '00000000-0000-4000-8000-000000000008',
  DYNAMICS_URL: 'https://contoso.example',
  DYNAMICS_TENANT_ID: '00000000-0000-4000-8000-000000000007',
  DYNAMICS_CLIENT_ID: '00000000-0000-4000-8000-000000000006',
  DYNAMICS_CLIENT_SECRET: 'the-secret-of-dynamics',
};

describe('a process that cannot start', () => {
  let folder: string;
  beforeEach(() => {
    folder = dataFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = async (env: Record<string, string>) => {
    const { code, stderr, stdout } = await runProduct(env, folder);
    expect(stdout + stderr).not.toContain('the-secret-of');
    expect(stderr).not.toMatch(/^\s+at /m);
    return { code, stderr };
  };

  it.each([
    'PUBLIC_URL',
    'LINK_SIGNING_KEYS',
    'MicrosoftAppId',
    'MicrosoftAppPassword',
    'MicrosoftAppTenantId',
    'DYNAMICS_URL',
    'DYNAMICS_CLIENT_SECRET',
  ])(
    'names %s when production lacks it',
    async (variable) => {
      const { [variable as keyof typeof complete]: _left, ...rest } = complete;
      const { code, stderr } = await run(rest);
      expect(code).toBe(1);
      expect(stderr).toContain(variable);
    },
    30_000,
  );

  it('names everything that is missing at once', async () => {
    const { code, stderr } = await run({ NODE_ENV: 'production' });
    expect(code).toBe(1);
    for (const variable of ['MicrosoftAppId', 'PUBLIC_URL', 'LINK_SIGNING_KEYS', 'DYNAMICS_URL'])
      expect(stderr).toContain(variable);
  }, 30_000);

  it('refuses the sandbox in production', async () => {
    const { code, stderr } = await run({ ...complete, SWITCHBOARD_MODE: 'sandbox' });
    expect(code).toBe(1);
    expect(stderr).toContain('SWITCHBOARD_MODE');
  }, 30_000);

  it('names what is wrong in the skills file', async () => {
    const file = path.join(folder, 'skills.json');
    writeFileSync(file, '{"skills": [{"name": "Cards"}]}');
    const { code, stderr } = await run({ ...complete, SKILLS_FILE: file, SQLITE_FILE: path.join(folder, 'a.db') });
    expect(code).toBe(1);
    expect(stderr).toContain(file);
    expect(stderr).toMatch(/name: must be lower-case/);
  }, 30_000);

  it('says that the port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const file = path.join(folder, 'skills.json');
    writeFileSync(
      file,
      JSON.stringify({
        skills: [
          { name: 'a', title: { en: 'A' }, routes: [{ provider: 'live-agent', target: { buttonId: '573000000000001' } }] },
        ],
      }),
    );
    const liveAgent = {
      LIVE_AGENT_URL: 'https://d.example',
      LIVE_AGENT_ORGANIZATION_ID: '00D000000000001',
      LIVE_AGENT_DEPLOYMENT_ID: '572000000000001',
    };
    const env = {
      ...complete,
      ...liveAgent,
      HOST: '127.0.0.1',
      PORT: String(port),
      SKILLS_FILE: file,
      SQLITE_FILE: path.join(folder, 'a.db'),
    };
    const { code, stderr } = await run(env);
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/The port is taken: stop what uses it, or set PORT/);
  }, 30_000);
});
