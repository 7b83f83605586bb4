import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLog } from '../../../../common/log';
import { type DeskPage, startDeskPage } from '../../../../sandbox/desk-page/startDeskPage';
import { EventReader } from './eventReader';
import { FakeStandInDesk } from './fakeStandInDesk';

let desk: FakeStandInDesk;
let page: DeskPage;

beforeEach(async () => {
  desk = new FakeStandInDesk();
  page = await startDeskPage({ port: 0, desks: [desk], log: silentLog });
});
afterEach(() => page.close());

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${page.url}/api/desks/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function refusal(response: Response): Promise<[number, string]> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.message).not.toBe('');
  return [response.status, error.code];
}

/** `fetch` sets the host itself. */
function statusWithHost(host: string): Promise<number | undefined> {
  const { port } = new URL(page.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path: '/', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject).end();
  });
}

describe('the page', () => {
  it('comes with a policy that allows no inline script or style', async () => {
    const response = await fetch(page.url);
    const html = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  });

  it('names the card library with its version and lets it be kept for a year', async () => {
    const html = await (await fetch(page.url)).text();
    const source = /src="(vendor\/adaptivecards\.min\.js\?v=\d+\.\d+\.\d+[^"]*)"/.exec(html)?.[1];
    const response = await fetch(`${page.url}/${source}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await response.text()).length).toBeGreaterThan(100_000);
  });

  it('answers 304 for a file the browser has', async () => {
    const first = await fetch(`${page.url}/desk.js`);
    await first.text();
    const again = await fetch(`${page.url}/desk.js`, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it.each(['/../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/index.html/', '/%ff', '/nothing'])(
    'has nothing at %s',
    async (path) => {
      expect((await fetch(page.url + path)).status).toBe(404);
    },
  );

  it('takes every method only where it belongs', async () => {
    const response = await fetch(page.url, { method: 'POST' });
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await refusal(response)).toEqual([405, 'wrongMethod']);
    expect((await fetch(`${page.url}/api/desks/paper/staffed`)).status).toBe(405);
    expect((await fetch(`${page.url}/events`, { method: 'HEAD' })).status).toBe(405);
  });

  it('rejects when the port is taken, and stops listening to the desks', async () => {
    const other = new FakeStandInDesk();
    const port = Number(new URL(page.url).port);
    await expect(startDeskPage({ port, desks: [other], log: silentLog })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(other.listening).toBe(0);
  });

  it('closes with pages connected, twice if need be', async () => {
    const events = await EventReader.open(page.url);
    await Promise.all([page.close(), page.close()]);
    await events.next();
    await expect(events.next()).rejects.toThrow();
    expect(desk.listening).toBe(0);
  });
});

describe('other sites', () => {
  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost@evil.example'])(
    'are refused as host %p',
    async (host) => {
      expect(await statusWithHost(host)).toBe(403);
    },
  );

  it.each(['localhost:4000', '127.0.0.1:1', '[::1]:8080'])('are not confused with the host %p', async (host) => {
    expect(await statusWithHost(host)).toBe(200);
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])('cannot act from the origin %p', async (origin) => {
    expect(await refusal(await post('paper/staffed', { isStaffed: false }, { origin }))).toEqual([403, 'foreignOrigin']);
    expect(desk.isStaffed()).toBe(true);
  });

  it('cannot act with a form, which sends no JSON', async () => {
    const response = await post('paper/staffed', '{"isStaffed":false}', { 'content-type': 'text/plain' });
    expect(await refusal(response)).toEqual([415, 'notJson']);
  });

  it('cannot act where the browser tells of another site', async () => {
    const response = await post('paper/staffed', { isStaffed: false }, { 'sec-fetch-site': 'cross-site' });
    expect(await refusal(response)).toEqual([403, 'foreignOrigin']);
  });
});

describe('actions', () => {
  it('reach the desk in the order of a chat', async () => {
    desk.arrive({ id: 'a/1 ü' });
    const chat = `paper/chats/${encodeURIComponent('a/1 ü')}`;
    expect((await post(`${chat}/accept`, { agentName: ' Alex ' })).status).toBe(204);
    await post(`${chat}/typing`, { isTyping: true });
    await post(`${chat}/say`, { text: ' Hello\n🙂 ' });
    await post(`${chat}/sendCard`, { card: { type: 'AdaptiveCard', version: '1.3' } });
    await post(`${chat}/requestFile`, {});
    await post(`${chat}/transfer`, { queueId: 'transfers' });
    await post(`${chat}/decline`, {});
    expect(desk.deeds).toEqual([
      ['accept', 'a/1 ü', 'Alex'],
      ['typing', 'a/1 ü', true],
      ['say', 'a/1 ü', ' Hello\n🙂 '],
      ['sendCard', 'a/1 ü', { type: 'AdaptiveCard', version: '1.3' }],
      ['requestFile', 'a/1 ü'],
      ['transfer', 'a/1 ü', 'transfers'],
      ['decline', 'a/1 ü'],
    ]);
  });

  it('switch the staff off and on', async () => {
    await post('paper/staffed', { isStaffed: false });
    expect(desk.isStaffed()).toBe(false);
    await post('paper/staffed', { isStaffed: true });
    expect(desk.isStaffed()).toBe(true);
  });

  it('take 10,000 characters', async () => {
    desk.arrive({ id: 'c', state: 'active' });
    const text = '🙂'.repeat(5_000);
    expect((await post('paper/chats/c/say', { text })).status).toBe(204);
    expect(desk.deeds).toEqual([['say', 'c', text]]);
  });

  it('send a file with its name and type', async () => {
    desk.arrive({ id: 'c', state: 'active' });
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      'x-file-name': encodeURIComponent('C:\\temp\\Übersicht "1".txt'),
    };
    expect((await post('paper/chats/c/sendFile', 'content', headers)).status).toBe(204);
    expect(desk.deeds).toEqual([['sendFile', 'c', { name: 'Übersicht "1".txt', contentType: 'text/plain', bytes: 'content' }]]);
  });

  it.each([
    [404, 'unknownDesk', 'nowhere/staffed', { isStaffed: true }],
    [404, 'unknownDesk', 'nowhere/chats/c/say', { text: 'x' }],
    [404, 'unknownChat', 'paper/chats/other/say', { text: 'x' }],
    [404, 'unknownAction', 'paper/chats/c/toString', {}],
    [404, 'unknownPath', 'paper/chats/c', {}],
    [404, 'unknownQueue', 'paper/chats/c/transfer', { queueId: 'none' }],
    [409, 'wrongState', 'paper/chats/c/accept', { agentName: 'Alex' }],
    [409, 'wrongState', 'paper/chats/waits/say', { text: 'x' }],
    [400, 'invalidJson', 'paper/chats/c/say', '{"text"'],
    [400, 'invalidBody', 'paper/chats/c/say', 'null'],
    [400, 'invalidBody', 'paper/chats/c/say', { text: ' \n' }],
    [400, 'invalidBody', 'paper/chats/c/say', { text: 'x', more: 1 }],
    [400, 'invalidBody', 'paper/chats/c/say', { text: 'x'.repeat(40_001) }],
    [413, 'tooLarge', 'paper/chats/c/say', { text: 'x'.repeat(300_000) }],
    [400, 'invalidBody', 'paper/chats/c/sendCard', { card: [] }],
    [400, 'invalidBody', 'paper/chats/c/sendCard', { card: { type: 'Other' } }],
    [400, 'invalidBody', 'paper/chats/c/typing', { isTyping: 'yes' }],
    [400, 'invalidBody', 'paper/chats/waits/accept', { agentName: '  ' }],
    [400, 'invalidFileName', 'paper/chats/c/sendFile', 'x'],
  ])('answer %i %s where it belongs: %s', async (status, code, path, body) => {
    desk.arrive({ id: 'c', state: 'active' });
    desk.arrive({ id: 'waits' });
    expect(await refusal(await post(path, body))).toEqual([status, code]);
    expect(desk.deeds).toEqual([]);
  });

  it.each(['%', '..', 'a/..', '%00'])('refuse the file name %j', async (name) => {
    desk.arrive({ id: 'c', state: 'active' });
    expect(await refusal(await post('paper/chats/c/sendFile', 'x', { 'x-file-name': name }))).toEqual([400, 'invalidFileName']);
  });

  it('refuse an empty file', async () => {
    desk.arrive({ id: 'c', state: 'active' });
    expect(await refusal(await post('paper/chats/c/sendFile', '', { 'x-file-name': 'a.txt' }))).toEqual([400, 'emptyFile']);
  });

  it('are refused where the desk has no such feature', async () => {
    desk.features = { ...desk.features, requestFile: false };
    desk.arrive({ id: 'c', state: 'active' });
    expect(await refusal(await post('paper/chats/c/requestFile', {}))).toEqual([409, 'notSupported']);
  });

  it('put a chat aside only where the desk can, and only an active one', async () => {
    desk.arrive({ id: 'c', state: 'active' });
    expect((await post('paper/chats/c/pause', {})).status).toBe(204);
    expect(desk.deeds).toEqual([['pause', 'c']]);
    expect(await refusal(await post('paper/chats/c/pause', {}))).toEqual([409, 'wrongState']);
    desk.change('c', { state: 'active' });
    delete desk.pause;
    expect(await refusal(await post('paper/chats/c/pause', {}))).toEqual([409, 'notSupported']);
  });

  it('say why the desk did not do it', async () => {
    desk.arrive({ id: 'c', state: 'active' });
    desk.failure = new Error('The webhook was not answered.');
    const response = await post('paper/chats/c/say', { text: 'x' });
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ error: { code: 'deskRefused', message: 'The webhook was not answered.' } });
  });
});

describe('events', () => {
  it('begin with everything and go on with what changes', async () => {
    desk.arrive({ id: 'c', entries: [{ id: 'e0', at: '2026-01-05T09:00:00Z', from: 'bot', text: 'Hi' }] });
    const events = await EventReader.open(page.url);
    const first = (await events.next()) as {
      event: string;
      data: { desks: unknown[]; chats: { id: string; entries: unknown[] }[] };
    };
    expect(first.event).toBe('everything');
    expect(first.data.desks).toMatchObject([{ name: 'paper', title: 'Paper desk', isStaffed: true }]);
    expect(first.data.chats).toMatchObject([{ id: 'c', state: 'waiting', entries: [{ id: 'e0' }] }]);

    desk.customerSays('c', { text: 'Hello' });
    expect(await events.next()).toMatchObject({
      event: 'chat',
      data: { chat: { id: 'c' }, from: 1, entries: [{ text: 'Hello' }] },
    });
    desk.change('c', { customerIsTyping: true });
    expect(await events.next()).toMatchObject({
      event: 'chat',
      data: { chat: { customerIsTyping: true }, from: 2, entries: [] },
    });
    desk.setStaffed(false);
    expect(await events.next()).toMatchObject({ event: 'desk', data: { name: 'paper', isStaffed: false } });
    desk.forget('c');
    expect(await events.next()).toEqual({ event: 'gone', data: { desk: 'paper', id: 'c' } });
    await events.close();
  });

  it('tell every page, and a page that connects again everything', async () => {
    const [one, two] = [await EventReader.open(page.url), await EventReader.open(page.url)];
    await one.next();
    await two.next();
    desk.arrive({ id: 'c' });
    expect(await one.next()).toMatchObject({ event: 'chat', data: { chat: { id: 'c' } } });
    expect(await two.next()).toMatchObject({ event: 'chat', data: { chat: { id: 'c' } } });
    await one.close();
    desk.change('c', { topic: 'Other' });
    const again = await EventReader.open(page.url);
    expect(await again.next()).toMatchObject({ event: 'everything', data: { chats: [{ topic: 'Other' }] } });
    await Promise.all([two.close(), again.close()]);
  });

  it('go on when one desk cannot be read', async () => {
    const events = await EventReader.open(page.url);
    await events.next();
    const chats = desk.chats.bind(desk);
    desk.chats = () => {
      throw new Error('broken');
    };
    desk.setStaffed(false);
    expect(await events.next()).toMatchObject({ event: 'desk' });
    desk.chats = chats;
    desk.arrive({ id: 'c' });
    expect(await events.next()).toMatchObject({ event: 'chat', data: { chat: { id: 'c' } } });
    await events.close();
  });
});

describe('files', () => {
  const files = (url: string, contentType = 'image/png') => [
    {
      id: 'e/1',
      at: '2026-01-05T09:00:00Z',
      from: 'customer' as const,
      text: '',
      files: [{ name: 'a (1).png', contentType, url }],
    },
  ];
  const own = '/files/paper/c/e%2F1/0';

  async function listedUrl(): Promise<string | undefined> {
    const events = await EventReader.open(page.url);
    const { data } = (await events.next()) as { data: { chats: { entries: { files?: { url: string }[] }[] }[] } };
    await events.close();
    return data.chats[0]?.entries[0]?.files?.[0]?.url;
  }

  async function withFileServer(answer: { status: number; body: string }, run: (url: string) => Promise<void>): Promise<void> {
    const server = createServer((_request, response) => response.writeHead(answer.status).end(answer.body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('on this machine are read through the page, shown when they are pictures', async () => {
    await withFileServer({ status: 200, body: 'png' }, async (url) => {
      desk.arrive({ id: 'c', entries: files(`${url}/x.png`) });
      expect(await listedUrl()).toBe(own);
      const response = await fetch(page.url + own);
      expect(await response.text()).toBe('png');
      expect(response.headers.get('content-type')).toBe('image/png');
      expect(response.headers.get('content-disposition')).toBe("inline; filename*=UTF-8''a%20%281%29.png");
    });
  });

  it('that are mere paths are found at the stand-in', async () => {
    await withFileServer({ status: 200, body: '<script>' }, async (url) => {
      desk.baseUrl = url;
      desk.arrive({ id: 'c', entries: files('/x.html', 'text/html') });
      const response = await fetch(page.url + own);
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
      expect(response.headers.get('content-security-policy')).toContain('sandbox');
    });
  });

  it('elsewhere keep their address and are never fetched here', async () => {
    desk.arrive({ id: 'c', entries: files('https://files.example/x.png') });
    expect(await listedUrl()).toBe('https://files.example/x.png');
    expect(await refusal(await fetch(page.url + own))).toEqual([404, 'unknownFile']);
  });

  it.each(['', '/no-base', 'javascript:alert(1)', 'data:text/html,x', 'file:///etc/hosts'])(
    'without a usable address (%j) have none',
    async (url) => {
      desk.arrive({ id: 'c', entries: files(url) });
      expect(await listedUrl()).toBe('');
    },
  );

  it.each([
    '/files/paper/c/e%2F1/1',
    '/files/paper/c/e%2F1/-1',
    '/files/paper/c/other/0',
    '/files/paper/x/e%2F1/0',
    '/files/none/c/e%2F1/0',
  ])('are not found at %s', async (path) => {
    desk.arrive({ id: 'c', entries: files('http://127.0.0.1:1/x.png') });
    expect((await fetch(page.url + path)).status).toBe(404);
  });

  it('that cannot be read are said to be so', async () => {
    await withFileServer({ status: 410, body: '' }, async (url) => {
      desk.arrive({ id: 'c', entries: files(url) });
      expect(await refusal(await fetch(page.url + own))).toEqual([502, 'fileNotRead']);
    });
    expect(await refusal(await fetch(page.url + own))).toEqual([502, 'fileNotRead']);
  });
});
