import { type EchoSite, startEchoSite } from '../../support/echoSite';

const shop = 'https://www.shop.example';
const address = (site: EchoSite) => `${site.url}/directline/token`;
const post = (site: EchoSite, headers: Record<string, string> = {}, body: unknown = {}) =>
  fetch(address(site), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

interface Ticket {
  token: string;
  conversationId: string;
  userId: string;
  resume: string;
  isResumed: boolean;
  domain: string;
}

describe('the token endpoint', () => {
  let site: EchoSite;
  beforeAll(async () => {
    site = await startEchoSite({ web: { origins: [shop] } });
  });
  afterAll(() => site.stop());

  const start = ({ domain, token }: Ticket, origin?: string) =>
    fetch(`${domain}/conversations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, ...(origin && { origin }) },
    });

  it('answers the sites on the list so that their pages may read it, without credentials', async () => {
    const answer = await post(site, { origin: shop, 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(shop);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('vary')).toContain('origin');
  });

  it('answers the question that browsers ask first', async () => {
    const ask = (origin: string) =>
      fetch(address(site), {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      });
    const allowed = await ask(shop);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(shop);
    expect(allowed.headers.get('access-control-allow-methods')).toContain('POST');
    expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type');
    const refused = await ask('https://www.shop.example.evil.example');
    expect(refused.status).toBe(403);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([
    ['https://shop.example', 'cross-site'],
    ['http://www.shop.example', 'cross-site'],
    ['null', 'cross-site'],
    ['https://evil.example', 'same-site'],
  ])('refuses %s', async (origin, fetchSite) => {
    const answer = await post(site, { origin, 'sec-fetch-site': fetchSite });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('always answers its own pages, whatever the name they were opened by', async () => {
    expect((await post(site, { origin: site.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await post(site, { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it('makes tokens that only pages of the known sites can use', async () => {
    const ticket = (await (await post(site, { origin: shop })).json()) as Ticket;
    expect((await start(ticket, 'https://evil.example')).status).toBe(403);
    expect((await start(ticket, shop)).status).toBe(201);
    const again = (await (await post(site, { origin: shop }, { resume: ticket.resume })).json()) as Ticket;
    expect(again).toMatchObject({ isResumed: true, conversationId: ticket.conversationId, userId: ticket.userId });
    expect((await start(again, 'https://evil.example')).status).toBe(403);
  });

  it('keeps the user of a conversation that goes on, who cannot be another one', async () => {
    const first = (await (await post(site)).json()) as Ticket;
    await start(first);
    const again = (await (await post(site, {}, { resume: first.resume, userId: 'dl_boss' })).json()) as Ticket;
    await fetch(`${again.domain}/conversations/${again.conversationId}/activities`, {
      method: 'POST',
      headers: { authorization: `Bearer ${again.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'message', text: 'who am I', from: { id: 'dl_boss' } }),
    });
    expect(site.heard.at(-1)).toMatchObject({ text: 'who am I', from: { id: first.userId } });
  });

  it('gives away neither the secret nor what it was told', async () => {
    const answers = await Promise.all([post(site, { origin: 'https://evil.example' }), post(site), post(site, {}, ['x'])]);
    for (const answer of answers) {
      const all = JSON.stringify([...answer.headers]) + (await answer.text());
      expect(all).not.toContain(site.directLine.secret);
      expect(all).not.toContain('evil.example');
    }
  });
});

describe('the rate limit of the token endpoint', () => {
  it('holds for each address by itself, and tells when to come again', async () => {
    const site = await startEchoSite({ web: { origins: [shop], ratePerMinute: 2, trustedProxies: 1 } });
    try {
      const from = (client: string, headers = {}) => post(site, { 'x-forwarded-for': client, ...headers });
      expect((await from('198.51.100.1')).status).toBe(200);
      expect((await from('9.9.9.9, 198.51.100.1:4711')).status).toBe(200);
      const refused = await from('8.8.8.8, 198.51.100.1', { origin: shop });
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(refused.headers.get('access-control-allow-origin')).toBe(shop);
      expect((await from('198.51.100.2')).status).toBe(200);
    } finally {
      await site.stop();
    }
  });
});

describe('the widget’s files', () => {
  let site: EchoSite;
  beforeAll(async () => {
    site = await startEchoSite({ web: { origins: [shop] } });
  });
  afterAll(() => site.stop());

  it('may be loaded by other sites, and asked for again soon', async () => {
    const script = await fetch(`${site.url}/widget.js`);
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(script.headers.get('cache-control')).toBe('no-cache');
    expect(await script.text()).not.toContain('{{words}}');
    const other = await fetch(`${site.url}/customer/customer.js`);
    expect(other.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('are framed by this server and the sites on the list only; the page itself by nobody', async () => {
    const frame = await fetch(`${site.url}/widget?lang=de`);
    expect(frame.headers.get('content-security-policy')).toContain(`frame-ancestors 'self' ${shop}`);
    expect(frame.headers.get('x-frame-options')).toBeNull();
    expect(frame.headers.get('content-language')).toBe('de');
    const page = await fetch(site.url);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-frame-options')).toBe('DENY');
  });
});
