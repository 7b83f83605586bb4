import { type EchoSite, startEchoSite } from '../../support/echoSite';
import { until } from '../../support/fakeClock';

interface Ticket {
  token: string;
  conversationId: string;
  userId: string;
  resume: string;
  isResumed: boolean;
  domain: string;
}

describe('the customer page and its tickets', () => {
  let site: EchoSite;
  beforeAll(async () => {
    site = await startEchoSite();
  });
  afterAll(() => site.stop());

  const ask = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${site.url}/directline/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const ticket = async (body: unknown = {}) => (await (await ask(body)).json()) as Ticket;
  const start = ({ domain, token }: Ticket) =>
    fetch(`${domain}/conversations`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });

  it('has rules of its own, another nonce each time, and no script of others', async () => {
    const [one, two] = await Promise.all([fetch(site.url), fetch(site.url)]);
    const policy = one.headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'nonce-[\w+/=]+'; /);
    expect(policy).not.toMatch(/unsafe-/);
    expect(policy).toContain(new URL(site.directLine.url).origin);
    expect(policy).not.toBe(two.headers.get('content-security-policy'));
    const page = await one.text();
    expect(page.replace(/<script type="application\/json".*?<\/script>/s, '')).not.toContain('{{');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('serves its files packed, kept for good under their version, and not again when known', async () => {
    const path = /src="(\/customer\/webchat\.js\?v=[\w-]+)"/.exec(await (await fetch(site.url)).text())![1]!;
    const get = (url: string, headers: Record<string, string> = {}) =>
      fetch(url, { headers: { 'accept-encoding': 'br', ...headers } });
    await until('the file is packed', async () => (await get(site.url + path)).headers.get('content-encoding') === 'br');
    const packed = await get(site.url + path);
    expect(packed.headers.get('cache-control')).toContain('immutable');
    expect(Number(packed.headers.get('content-length'))).toBeLessThan(1_000_000);
    const plain = await get(site.url + path, { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect((await plain.arrayBuffer()).byteLength).toBe((await packed.arrayBuffer()).byteLength);
    const known = await get(site.url + path, { 'if-none-match': packed.headers.get('etag')! });
    expect(known.status).toBe(304);
    expect((await get(`${site.url}/customer/webchat.js`)).headers.get('cache-control')).toBe('no-cache');
  });

  it('gives each new customer a conversation and an id that the page cannot choose', async () => {
    const [one, two] = [await ticket({ userId: 'dl_boss' }), await ticket()];
    expect(one.userId).toMatch(/^dl_[\w-]{36}$/);
    expect(one.userId).not.toBe(two.userId);
    expect(one.conversationId).not.toBe(two.conversationId);
    expect(JSON.stringify(one)).not.toContain(site.directLine.secret);
  });

  it('brings the same conversation back', async () => {
    const first = await ticket();
    await start(first);
    const again = await ticket({ resume: first.resume });
    expect(again).toMatchObject({ isResumed: true, conversationId: first.conversationId, userId: first.userId });
  });

  it('begins anew when the conversation never began, or the note is not ours', async () => {
    const first = await ticket();
    for (const resume of [first.resume, 'forged', 7, null]) {
      const next = await ticket({ resume });
      expect(next.isResumed).toBe(false);
      expect(next.conversationId).not.toBe(first.conversationId);
    }
  });

  it('is for this page only', async () => {
    expect((await ask({}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask({}, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await fetch(`${site.url}/directline/token`, { method: 'POST', body: '{}' })).status).toBe(415);
  });

  it('says when the chat service is away', async () => {
    const lonely = await startEchoSite();
    await lonely.directLine.stop();
    const answer = await fetch(`${lonely.url}/directline/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(503);
    await lonely.stop();
  });
});
