import type { LinkedArticle } from '../../../bot/server/articlePage';
import type { JsonObject } from '../../../common/json';
import { HandoffError } from '../../../handoff/errors';
import { type ServerRig, startServer } from './serverRig';

const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0' };
const article: LinkedArticle = {
  title: 'Fees & <limits>',
  html: '<h1>Fees</h1><p onclick="x()">Two <b>euro</b></p><script>alert(1)</script><a href="javascript:x()">a</a><img src="https://a.example/p.png" onerror="x()">',
};

describe('GET /a/:token', () => {
  let rig: ServerRig;
  let found: LinkedArticle | undefined;
  const read: JsonObject[] = [];
  let address: string;

  beforeAll(async () => {
    rig = await startServer({
      articles: {
        find: async () => found,
        markRead: async (reference) => {
          read.push(reference);
        },
      },
    });
    address = `${rig.url}/a/${rig.links.seal('article', { article: 'kb-1', record: 'r-1' })}`;
  });
  afterAll(() => rig.stop());
  beforeEach(() => {
    found = article;
    read.length = 0;
  });

  it('shows the article cleaned, under rules that let nothing run, and notes that it was read', async () => {
    const answer = await fetch(address, { headers: browser });
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain('<b>euro</b>');
    expect(page).toContain('Fees &#38; &#60;limits&#62;');
    expect(page).not.toMatch(/script|onclick|onerror|javascript:/);
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'nonce-/);
    expect(read).toEqual([{ article: 'kb-1', record: 'r-1' }]);
  });

  it('leads to the portal when there is one', async () => {
    found = { ...article, portalUrl: 'https://help.example/kb-1' };
    const answer = await fetch(address, { headers: browser, redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://help.example/kb-1']);
    expect(read).toHaveLength(1);
  });

  it('leads to no other scheme', async () => {
    found = { ...article, portalUrl: 'javascript:alert(1)' };
    expect((await fetch(address, { headers: browser, redirect: 'manual' })).status).toBe(200);
  });

  it.each([
    ['a HEAD', { method: 'HEAD', headers: browser }],
    ['a prefetch', { headers: { ...browser, 'sec-purpose': 'prefetch;prerender' } }],
    ['an older prefetch', { headers: { ...browser, purpose: 'prefetch' } }],
    ['the preview of Teams', { headers: { 'user-agent': 'Mozilla/5.0 SkypeUriPreview Preview/0.5' } }],
    ['the preview of WhatsApp', { headers: { 'user-agent': 'WhatsApp/2.23' } }],
    ['a crawler', { headers: { 'user-agent': 'Mozilla/5.0 (compatible; bingbot/2.0)' } }],
  ])('does not count %s as reading', async (_name, options: RequestInit) => {
    expect((await fetch(address, options)).status).toBe(200);
    expect(read).toEqual([]);
  });

  it('shows the article also when the note cannot be written', async () => {
    const failing = await startServer({
      articles: { find: async () => article, markRead: () => Promise.reject(new Error('down')) },
    });
    const answer = await fetch(`${failing.url}/a/${failing.links.seal('article', {})}`, { headers: browser });
    expect(answer.status).toBe(200);
    await failing.stop();
  });

  it('opens no other token and no article that is gone', async () => {
    expect((await fetch(`${rig.url}/a/${rig.links.seal('file', {})}`)).status).toBe(404);
    expect((await fetch(`${rig.url}/a/forged`)).status).toBe(404);
    found = undefined;
    expect((await fetch(address, { headers: browser })).status).toBe(404);
  });
});

describe('GET /files/:token/:name', () => {
  let rig: ServerRig;
  let file: { bytes: Buffer; contentType: string } | HandoffError;

  beforeAll(async () => {
    rig = await startServer({
      fetchFile: async (reference) => {
        expect(reference).toEqual({ id: 'f1' });
        if (file instanceof HandoffError) throw file;
        return file;
      },
    });
  });
  afterAll(() => rig.stop());

  const get = (name: string) => fetch(`${rig.url}/files/${rig.links.seal('file', { id: 'f1' })}/${encodeURIComponent(name)}`);

  it('shows a picture', async () => {
    file = { bytes: Buffer.from('89504e470d0a1a0a00', 'hex'), contentType: 'image/png' };
    const answer = await get('café "x".png');
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('content-disposition')).toBe(
      'inline; filename="caf_ _x_.png"; filename*=UTF-8\'\'caf%C3%A9%20_x_.png',
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(file.bytes);
  });

  it.each([
    ['text/html', 'application/octet-stream'],
    ['image/svg+xml', 'application/octet-stream'],
    ['nonsense\r\nx: y', 'application/octet-stream'],
    ['application/pdf', 'application/pdf'],
  ])('only saves %s', async (contentType, served) => {
    file = { bytes: Buffer.from('<script>'), contentType };
    const answer = await get('../../x.html');
    expect(answer.headers.get('content-type')).toBe(served);
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w. ]+";/);
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  });

  it.each([
    ['gone', new HandoffError({ provider: 'x', code: 'sessionEnded', retriable: false, delivered: 'no' }), 410],
    ['out of reach', new HandoffError({ provider: 'x', code: 'outage', retriable: true, delivered: 'no' }), 503],
  ])('says when the file is %s', async (_name, error, status) => {
    file = error;
    expect((await get('x')).status).toBe(status);
  });

  it('serves nothing for a forged or expired link', async () => {
    file = { bytes: Buffer.from('x'), contentType: 'image/png' };
    expect((await fetch(`${rig.url}/files/forged/x`)).status).toBe(404);
    const expired = rig.links.seal('file', { id: 'f1' }, Date.now() - 1);
    expect((await fetch(`${rig.url}/files/${expired}/x`)).status).toBe(404);
  });
});
