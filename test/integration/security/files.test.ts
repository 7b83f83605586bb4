import { type ServerRig, startServer } from '../server/serverRig';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const html = Buffer.from('<!doctype html><script>alert(1)</script>');

describe('a file under a link', () => {
  let rig: ServerRig;
  let file = { bytes: png, contentType: 'image/png' };
  beforeAll(async () => {
    rig = await startServer({ fetchFile: async () => file });
  });
  afterAll(() => rig.stop());

  const get = async (name: string) => {
    const { headers } = await fetch(`${rig.url}/files/${rig.links.seal('file', {})}/${encodeURIComponent(name)}`);
    return { type: headers.get('content-type'), disposition: headers.get('content-disposition') ?? '', headers };
  };

  it.each([
    ['HTML called a picture', html, 'image/png', 'application/octet-stream'],
    ['SVG called a picture', Buffer.from('<svg onload="alert(1)"/>'), 'image/svg+xml', 'application/octet-stream'],
    ['HTML called text', html, 'text/plain', 'text/plain; charset=utf-8'],
    ['HTML called PDF', html, 'application/pdf', 'application/pdf'],
    ['script called a sound', Buffer.from('alert(1)'), 'audio/mpeg', 'application/octet-stream'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'application/pdf', 'application/pdf'],
    ['a type with another header in it', html, 'image/png\r\nx-a: b', 'application/octet-stream'],
  ])('is saved and not shown when its bytes prove no picture: %s', async (_what, bytes, contentType, served) => {
    file = { bytes, contentType };
    const { type, disposition, headers } = await get('a.png');
    expect(type).toBe(served);
    expect(disposition).toMatch(/^attachment; /);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox; frame-ancestors 'none'");
  });

  it('is shown as what its bytes are, whatever it is called', async () => {
    file = { bytes: png, contentType: 'text/html' };
    const { type, disposition } = await get('page.html');
    expect([type, disposition.split(';')[0]]).toEqual(['image/png', 'inline']);
  });

  it.each([
    ['..\\..\\evil.exe', '__.._evil.exe'],
    ['a"; filename="b.exe', 'a_; filename=_b.exe'],
    ['con\r\nset-cookie: a=b', 'con__set-cookie_ a=b'],
    ['\u202Egpj.exe', '_gpj.exe'],
  ])('has a name that stays in its place: %s', async (name, shown) => {
    file = { bytes: html, contentType: 'text/html' };
    const { disposition, headers } = await get(name);
    expect(disposition).toMatch(/^attachment; filename="[^"\\]*"; filename\*=UTF-8''[\w.%!~-]*$/);
    expect(/filename="([^"]*)"/.exec(disposition)?.[1]).toBe(shown);
    expect(headers.get('set-cookie')).toBeNull();
  });
});
