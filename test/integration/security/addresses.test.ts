import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Files } from '../../../bot/files';
import { createSignedLinks } from '../../../bot/signedLinks';
import { addressesAllowed, forbiddenAddress, isInside, publicLookup, reachOf } from '../../../common/addressGuard';
import { createHttpClient, HttpFailure } from '../../../common/http';

const strict = { allowLoopback: false };
const call = { method: 'GET', timeoutInMs: 2_000, publicOnly: true } as const;

describe('an address from outside', () => {
  it.each([
    'http://example.com/a',
    'https://example.com:8443/a',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://127.0.0.1./',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.0.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://168.63.129.16/',
    'https://0.0.0.0/',
    'https://0/',
    'https://0300.0250.1/',
    'https://127.0.0.1:443/',
    'https://example.com@127.0.0.1/',
    'https://127。0。0。1/',
    'HTTPS:\\\\127.0.0.1\\x',
    'https://[::]/',
    'https://[::127.0.0.1]/',
    'https://[::ffff:0:127.0.0.1]/',
    'https://[0:0:0:0:0:ffff:a9fe:a9fe]/',
    'https://[100::1]/',
    'https://[fec0::1]/',
    'https://[2001:db8::1]/',
    'https://[3fff::1]/',
    'https://[::1%25lo]/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a00:1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[64:ff9b:1::1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:7f00:1::]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://[ff02::1]/',
    'https://user:secret@example.com/',
    'https://⑯⑨.②⑤④.169.254/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'nonsense',
  ])('is refused before anything is sent: %s', async (url) => {
    expect(reachOf(url, strict)).toBe('no');
    const http = createHttpClient();
    await expect(http({ ...call, url })).rejects.toMatchObject({ name: 'HttpFailure', code: 'forbidden' });
    await http.close();
  });

  it.each(['https://example.com/a', 'https://93.184.216.34/', 'https://[2606:2800:220:1::1]/'])('may be public: %s', (url) => {
    expect(reachOf(url, strict)).toBe('public');
  });

  it('is refused when its name stands for an address inside, however often it is asked', async () => {
    let asked = 0;
    // Public at the first look, inside at the second: what a check before the connection would not see.
    const lookup = publicLookup((_name, done) => {
      asked += 1;
      done(null, [{ address: asked === 1 ? '93.184.216.34' : '127.0.0.1', family: 4 }]);
    });
    const resolve = () =>
      new Promise((done) => lookup('files.example', { all: true }, (error, addresses) => done(error?.code ?? addresses)));
    expect(await resolve()).toEqual([{ address: '93.184.216.34', family: 4 }]);
    expect(await resolve()).toBe(forbiddenAddress);
    const http = createHttpClient({ lookup });
    await expect(http({ ...call, url: 'https://files.example/x' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(asked).toBe(3);
    await http.close();
  });

  it.each(['localhost', 'localhost.', 'LOCALHOST', 'ip6-localhost'])(
    'is refused when it is a name of this machine: %s',
    async (name) => {
      const http = createHttpClient();
      const failure = await http({ ...call, url: `https://${name}/` }).catch((error: unknown) => error);
      // Not every machine knows every such name; none may be connected to.
      expect(['forbidden', 'refused', 'network']).toContain((failure as HttpFailure).code);
      if (name === 'localhost') expect(failure).toMatchObject({ code: 'forbidden' });
      await http.close();
    },
  );

  it('is refused when only one of its addresses is inside, or none is there', () => {
    expect(addressesAllowed(['93.184.216.34', '10.0.0.1'])).toBe(false);
    expect(addressesAllowed([])).toBe(false);
    expect(addressesAllowed(['93.184.216.34', '2606:2800:220:1::1'])).toBe(true);
    expect(isInside('::ffff:93.184.216.34')).toBe(true);
  });
});

describe('an answer that leads elsewhere', () => {
  let server: Server;
  let url: string;
  let asked: string[];

  beforeAll(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(302, { location: `${url}/inside` });
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(() => resolve(undefined))));

  it('is not followed, and the file is refused', async () => {
    const http = createHttpClient({ allowLoopback: true });
    const links = createSignedLinks(['a key for the tests that is long enough']);
    const files = new Files({ http, links, publicUrl: 'https://bot.example', allowLoopback: true, now: () => 0 });
    const file = { name: 'a', contentType: 'image/png', url: `${url}/file` };
    await expect(files.readCustomerFile(file, AbortSignal.timeout(2_000))).rejects.toMatchObject({ code: 'rejected' });
    expect(asked).toEqual(['/file']);
    await http.close();
  });

  it('is not even asked for where loopback is not allowed', async () => {
    const http = createHttpClient();
    asked = [];
    await expect(http({ ...call, url: `${url}/file` })).rejects.toBeInstanceOf(HttpFailure);
    expect(asked).toEqual([]);
    await http.close();
  });
});
