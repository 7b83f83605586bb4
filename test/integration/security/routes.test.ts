import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createSignedLinks } from '../../../bot/signedLinks';
import { packageRoot } from '../../../common/packageRoot';
import { type Entrance, entrances } from '../../../scripts/entrances';
import { type AppRig, environment, keys, type Route, startAppRig } from './appRig';

const foreign = 'https://evil.example';
const wrong = 'wRong-key-that-is-long-enough-for-all';
const json = { 'content-type': 'application/json' };
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
/** What a stranger may try: nothing, wrong keys of each kind, and right keys of other doors. */
const strangers: Record<string, string>[] = [
  {},
  { authorization: `Bearer ${wrong}`, 'x-api-key': wrong },
  { authorization: basic('crm', wrong) },
  { authorization: basic('agent', keys.link) },
  { authorization: `Bearer ${keys.link}`, 'x-api-key': keys.webhookPath },
  { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjk5OTk5OTk5OTl9.' },
];
const activity = {
  type: 'message',
  id: 'a1',
  channelId: 'directline',
  serviceUrl: 'https://directline.botframework.com/',
  conversation: { id: 'c1' },
  from: { id: 'u1' },
  recipient: { id: 'bot' },
  text: 'hello',
};
/** Bodies nobody sends by mistake, with what they call themselves. */
const hostileBodies: [string, string | Buffer, string][] = [
  ['deep', `${'['.repeat(60_000)}${']'.repeat(60_000)}`, 'application/json'],
  ['deep objects', `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`, 'application/json'],
  [
    'prototypes',
    '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"type":"__proto__"}',
    'application/json',
  ],
  ['a word', '"hello"', 'application/json'],
  ['nothing', 'null', 'application/json'],
  ['no text', Buffer.from([0xff, 0xfe, 0x00, 0xd8]), 'application/json'],
  ['lone surrogates', '{"type":"\\ud800","conversation":"\\udfff","id":"\\u0000"}', 'application/json'],
  ['a form', 'a=b&__proto__[isAdmin]=true', 'application/x-www-form-urlencoded'],
  [
    'parts',
    '--b\r\nContent-Disposition: form-data; name="__proto__"; filename="../../x"\r\n\r\nx\r\n--b--',
    'multipart/form-data; boundary=b',
  ],
  ['no type', 'x', ''],
];

describe('every route of the whole application', () => {
  let rig: AppRig;
  let address = 0;
  beforeAll(async () => {
    rig = await startAppRig();
  });
  afterAll(() => rig.stop());

  const place = ({ path: pattern }: Route, fill = '1') => pattern.replace(/:\w+/g, fill).replace('*', fill);
  /** Each call comes from an address of its own, so that no rate limit hides what the route itself says. */
  const call = ({ method, path: target }: Route, headers: Record<string, string> = {}, body?: string | Buffer) => {
    address += 1;
    return fetch(rig.url + target, {
      method,
      redirect: 'manual',
      headers: { 'x-forwarded-for': `198.51.${address >> 8}.${address & 255}`, ...headers },
      ...(body !== undefined &&
        !['GET', 'HEAD'].includes(method) && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
  };
  const routesOf = ({ routes }: Entrance) => rig.routes.filter(({ method, path: at }) => routes.test(`${method} ${at}`));
  /** Where the address is the key, the right one. */
  const own = (route: Route) => (route.path.startsWith('/channels/') ? keys.callback : '1');
  const named = entrances.map((entrance) => [entrance.name, entrance] as const);
  const guarded = named.filter(([, { refusal }]) => refusal !== undefined);

  it('stands at one entrance of the list, and each entrance has routes', () => {
    const homeless = rig.routes.filter(({ method, path: at }) => {
      return entrances.filter(({ routes }) => routes.test(`${method} ${at}`)).length !== 1;
    });
    expect(homeless).toEqual([]);
    expect(entrances.filter((entrance) => routesOf(entrance).length === 0)).toEqual([]);
    expect(rig.routes.length).toBeGreaterThan(100);
  });

  it('has tests that are there', () => {
    const all = entrances.flatMap(({ tests }) => tests);
    const missing = all.filter(([file, title]) => !readFileSync(path.join(packageRoot, file), 'utf8').includes(title));
    expect(missing).toEqual([]);
  });

  it.each(guarded)('lets nobody in without what it asks for: %s', async (_name, entrance) => {
    const opened: unknown[] = [];
    for (const route of routesOf(entrance)) {
      for (const headers of strangers) {
        const body = JSON.stringify(activity);
        const target = place(route, route.path.startsWith('/webhooks') ? 'nobody' : wrong);
        const answer = await call({ ...route, path: target }, { ...json, origin: foreign, ...headers }, body);
        const told = await answer.text();
        if (answer.status !== entrance.refusal) opened.push([route, headers, answer.status, told]);
        if (!['', '{"error"'].includes(told.slice(0, 8))) opened.push([route, 'tells more than a reason', told]);
      }
    }
    expect(opened).toEqual([]);
  });

  it.each(['8x8', 'ccaip', 'mluvii'])('takes no call of a desk without its signature or password: %s', async (desk) => {
    const places = ['', '/', `/${keys.webhookPath}`, `/${wrong}`, '/activity', '/registration', `/..%2f${keys.webhookPath}`];
    const before = rig.lines.length;
    const taken: unknown[] = [];
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const at of places) {
        for (const headers of [...strangers, { 'x-signature': wrong, 'x-hub-signature-256': wrong, signature: wrong }]) {
          const body = JSON.stringify({ conversationid: 'c', type: 'chatmessage', text: 'words in a mouth', eventType: 'x' });
          const { status } = await call({ method, path: `/webhooks/${desk}${at}` }, { ...json, ...headers }, body);
          if (![400, 401, 403, 404, 405].includes(status)) taken.push([method, at, headers, status]);
        }
      }
    }
    expect(taken).toEqual([]);
    expect(rig.lines.slice(before).join('')).not.toContain('words in a mouth');
  });

  it.each(named)('says to browsers what they must not do: %s', async (_name, entrance) => {
    const lax: string[] = [];
    for (const route of routesOf(entrance)) {
      const { headers, status } = await call({ ...route, path: place(route) }, json, '{}');
      const policy = headers.get('content-security-policy') ?? '';
      const must = (what: string, holds: boolean) =>
        holds || lax.push(`${route.method} ${route.path} ${status}: ${what} (${policy})`);
      must('nosniff', headers.get('x-content-type-options') === 'nosniff');
      must('referrer', headers.get('referrer-policy') === 'no-referrer');
      must('hsts', /^max-age=\d{8}/.test(headers.get('strict-transport-security') ?? ''));
      must('opener', headers.get('cross-origin-opener-policy') === 'same-origin');
      must('cache', headers.get('cache-control') !== null);
      must('default', policy.startsWith("default-src 'none'"));
      must('frames', /frame-ancestors '(?:none|self)'/.test(policy));
      must('unsafe', !/unsafe-|script-src[^;]*(?:https?:|data:|blob:|\*)/.test(policy));
      must('silence', headers.get('server') === null && headers.get('x-powered-by') === null && !headers.has('set-cookie'));
      const isHtml = (headers.get('content-type') ?? '').startsWith('text/html');
      must('forms', !isHtml || /base-uri 'none'.*form-action 'none'/.test(policy));
    }
    expect(lax).toEqual([]);
  });

  it.each(named)('outlives what no caller would send: %s', async (_name, entrance) => {
    const broken: unknown[] = [];
    const doors = [
      {},
      { authorization: `Bearer ${keys.operator}` },
      { authorization: basic('agent', keys.agent) },
      { authorization: basic('mluvii', keys.mluvii), 'x-api-key': keys.crm },
    ];
    const fills = [
      keys.callback,
      '__proto__',
      'constructor',
      '%00',
      '..%2f..%2f',
      encodeURIComponent('\ufffd'),
      'a'.repeat(6_000),
    ];
    for (const route of routesOf(entrance)) {
      const takesBodies = !['GET', 'HEAD'].includes(route.method);
      const bodies = takesBodies ? hostileBodies : hostileBodies.slice(0, 1);
      const all = [
        ...(/[:*]/.test(route.path) ? fills : []).map((fill) => [fill, doors[0], ...hostileBodies[0]!] as const),
        ...doors.flatMap((door) => bodies.map((body) => [own(route), door, ...body] as const)),
      ];
      for (const [fill, headers, what, body, type] of all) {
        const { status } = await call(
          { ...route, path: place(route, fill) },
          { 'content-type': type || 'x/y', ...headers },
          body,
        );
        // Without Dynamics and channel 503 is the truth; a fault of ours would be 500.
        if (status === 500 || status > 503) broken.push([route, fill.slice(0, 20), what, status]);
      }
    }
    expect(broken).toEqual([]);
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
    expect((await call({ method: 'GET', path: '/healthz' })).status).toBe(200);
  });

  it.each([
    ['/metrics', keys.metrics, keys.oldMetrics],
    ['/channels/mluvii', keys.callback, keys.oldCallback],
    ['/channels/mluvii-sessions', keys.callback, keys.oldCallback],
  ])('takes either of two secrets, so that one can be replaced: %s', async (at, newer, older) => {
    const status = async (key: string) => {
      if (at === '/metrics') return (await call({ method: 'GET', path: at }, { authorization: `Bearer ${key}` })).status;
      return (await call({ method: 'GET', path: `${at}/${encodeURIComponent(key)}` })).status;
    };
    expect([await status(newer), await status(older)]).toEqual([200, 200]);
    for (const key of [`${newer},${older}`, `${newer}, ${older}`, ',', newer.slice(0, -1)]) expect(await status(key)).toBe(401);
  });

  it.each([
    ['/operator/me', { authorization: `Bearer ${keys.operator}` }],
    ['/metrics', { authorization: `Bearer ${keys.metrics}` }],
    ['/agent-host', { authorization: basic('agent', keys.agent) }],
    ['/custom-crm/v1/accounts/none/of/these', { authorization: basic('crm', keys.crm) }],
  ])('lets an address guess only so often: %s', async (at, right) => {
    const from = (forwarded: string, headers: Record<string, string>) =>
      call({ method: 'GET', path: at }, { ...headers, 'x-forwarded-for': forwarded });
    const statuses: number[] = [];
    const guess = (n: number) => (at.startsWith('/custom-crm') ? basic('crm', `${wrong}${n}`) : `Bearer ${wrong}${n}`);
    for (let n = 0; n < 12; n += 1) statuses.push((await from('192.0.2.1', { authorization: guess(n) })).status);
    expect([statuses[0], statuses[9], statuses.at(-1)]).toEqual([401, 401, 429]);
    const shutOut = await from('192.0.2.1', right);
    expect([shutOut.status, Number(shutOut.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect([401, 429]).not.toContain((await from('192.0.2.2', right)).status);
    // What a caller writes itself counts for nothing.
    expect((await from('203.0.113.9, 192.0.2.1', right)).status).toBe(429);
  });

  it('logged none of the keys, and nothing it was sent', () => {
    const all = rig.lines.join('');
    expect(rig.lines.length).toBeGreaterThan(100);
    expect(
      [...Object.values(keys), ...Object.values(environment), wrong].filter(
        (value) => /[a-z]Ey-|wRong/.test(value) && all.includes(value),
      ),
    ).toEqual([]);
    expect(all).not.toMatch(/words in a mouth|isAdmin|hello/);
  });

  it.each(['/a/', '/files/', '/custom-crm/files/'])('opens no link of another purpose, key or time: %s', async (base) => {
    const now = Date.now();
    const others = createSignedLinks([wrong]);
    const data = { articleId: 'a', kbRecordId: 'kb', crmFile: 'x', from: 'customer', file: { url: 'data:,x', name: 'x' } };
    const own = base === '/a/' ? 'article' : 'file';
    const tokens = [
      ...(['article', 'file', 'resume'] as const)
        .filter((purpose) => purpose !== own)
        .map((purpose) => rig.links.seal(purpose, data)),
      rig.links.seal(own, data, now - 1),
      others.seal(own, data),
      `${rig.links.seal(own, data)}A`,
      rig.links.seal(own, data).slice(0, -1),
      rig.links.seal(own, data).toLowerCase(),
    ];
    const name = base === '/a/' ? '' : '/x.png';
    for (const token of tokens) expect((await call({ method: 'GET', path: base + token + name })).status).toBe(404);
    const good = await call({ method: 'GET', path: base + rig.links.seal(own, data, now + 60_000) + name });
    expect(good.status).not.toBe(404);
  });
});
