import { Files } from '../../../bot/files';
import { createSignedLinks } from '../../../bot/signedLinks';
import { isInside, mayFetch } from '../../../common/addressGuard';
import { createHttpClient, HttpFailure, type HttpResponse } from '../../../common/http';
import { ProviderRegistry } from '../../../handoff/registry';
import type { LiveLink } from '../../../relay/linkData';
import { FakeDesk } from '../../support/fakeDesk';

describe('addresses that may be fetched', () => {
  it.each([
    'http://example.com/a',
    'https://127.0.0.1/a',
    'https://10.1.2.3/',
    'https://169.254.169.254/metadata',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00::1]/',
    'https://[::127.0.0.1]/',
    'https://[2002:7f00:1::]/',
    'https://[64:ff9b:1::1]/',
    'https://[fec0::1]/',
    'https://168.63.129.16/',
    'https://user:secret@example.com/',
    'https://0x7f000001/',
    'https://2130706433/',
    'file:///etc/passwd',
    'ftp://example.com/',
    'not an address',
  ])('do not include %s', async (url) => {
    expect(await mayFetch(url, { allowLoopback: false })).toBe(false);
  });

  it('include public addresses, and loopback only where it is allowed', async () => {
    expect(await mayFetch('https://93.184.216.34/file', { allowLoopback: false })).toBe(true);
    expect(await mayFetch('https://[2606:2800:220:1::1]/file', { allowLoopback: false })).toBe(true);
    expect(await mayFetch('http://127.0.0.1:3979/v3/attachments/1', { allowLoopback: true })).toBe(true);
    expect(await mayFetch('http://localhost/', { allowLoopback: true })).toBe(true);
    expect(await mayFetch('http://10.0.0.1/', { allowLoopback: true })).toBe(false);
    expect(isInside('nonsense')).toBe(true);
  });
});

describe('files', () => {
  const links = createSignedLinks(['a key of the tests that is long enough']);
  let answer: () => Promise<Partial<HttpResponse>>;
  const files = new Files({
    http: async () => ({ headers: {}, text: '', json: undefined, bytes: Buffer.alloc(0), status: 200, ...(await answer()) }),
    links,
    publicUrl: 'https://bot.example',
    allowLoopback: true,
    now: () => Date.now(),
  });
  const file = { name: 'a b.png', contentType: 'image/png', url: 'http://127.0.0.1:1/x' };
  const signal = new AbortController().signal;

  it('are read from the channel, or from the address itself', async () => {
    answer = async () => ({ bytes: Buffer.from('bytes'), headers: { 'content-type': 'image/webp' } });
    expect(await files.readCustomerFile(file, signal)).toEqual({ bytes: Buffer.from('bytes'), contentType: 'image/webp' });
    const embedded = { ...file, url: `data:text/plain;base64,${Buffer.from('hä').toString('base64')}` };
    expect(await files.readCustomerFile(embedded, signal)).toEqual({ bytes: Buffer.from('hä'), contentType: 'text/plain' });
  });

  it.each([
    ['gone', async () => ({ status: 404 }), { code: 'rejected', retriable: false }],
    ['behind a server in trouble', async () => ({ status: 502 }), { code: 'outage', retriable: true }],
    ['too slow', async () => Promise.reject(new HttpFailure('timedOut')), { code: 'timedOut', retriable: true }],
  ])('that are %s fail with a clear error', async (_what, reply, error) => {
    answer = reply;
    await expect(files.readCustomerFile(file, signal)).rejects.toMatchObject({ name: 'HandoffError', ...error });
  });

  it('that are larger than allowed are refused for good, wherever they are', async () => {
    const small = new Files({
      http: async (call) => {
        expect(call.maxBytes).toBe(3);
        throw new HttpFailure('tooLarge');
      },
      links,
      publicUrl: 'https://bot.example',
      allowLoopback: true,
      uploads: { maxBytes: 3, types: ['image/*', 'text/plain'] },
      now: () => Date.now(),
    });
    const tooLarge = { code: 'rejected', retriable: false, delivered: 'no' };
    await expect(small.readCustomerFile(file, signal)).rejects.toMatchObject(tooLarge);
    await expect(small.readCustomerFile({ ...file, url: 'data:text/plain,four' }, signal)).rejects.toMatchObject(tooLarge);
    expect((await small.readCustomerFile({ ...file, url: 'data:text/plain,few' }, signal)).bytes.toString()).toBe('few');
  });

  describe('are what their bytes are', () => {
    const limits = { maxBytes: 1_000, types: ['image/*', 'application/pdf', '.doc'] };
    const read = (bytes: Buffer | string, more: Partial<typeof file> = {}, told?: string) =>
      new Files({
        http: async () => ({
          ...{ status: 200, text: '', json: undefined, bytes: Buffer.from(bytes) },
          headers: told === undefined ? {} : { 'content-type': told },
        }),
        ...{ links, publicUrl: 'https://bot.example', allowLoopback: true, uploads: limits, now: () => 0 },
      }).readCustomerFile({ ...file, ...more }, signal);
    const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic')]);
    const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom')]);

    it.each([
      ['a program', 'MZ\u0090'],
      ['a program of Linux', '\u007fELF'],
      ['a script', '#!/bin/sh'],
      ['a page', ' <!DOCTYPE html><script>'],
      ['a page after a comment', '<!-- a --><script>'],
      ['a picture that can run', '<?xml version="1.0"?><svg onload="x">'],
      ['a film', mp4],
    ])('and not read when they prove what is not taken: %s', async (_what, bytes) => {
      const refused = { name: 'HandoffError', code: 'rejected', retriable: false };
      await expect(read(bytes)).rejects.toMatchObject(refused);
      await expect(read(bytes, { name: 'a.doc', contentType: 'application/msword' })).rejects.toMatchObject(refused);
    });

    it.each([
      ['%PDF-1.7', 'image/png', undefined, 'application/pdf'],
      ['GIF89a', 'image/png', 'text/html', 'image/gif'],
      ['something', 'image/png', 'text/html', 'image/png'],
      ['something', 'image/png', 'image/tiff', 'image/tiff'],
      [heic, 'image/heic', undefined, 'image/heic'],
    ])('%j called %s, and %s by its server, is %s', async (bytes, contentType, told, type) => {
      expect((await read(bytes, { contentType }, told)).contentType).toBe(type);
    });
  });

  it('at forbidden addresses are not asked for', async () => {
    const http = createHttpClient({ allowLoopback: true });
    const guarded = new Files({ http, links, publicUrl: 'https://bot.example', allowLoopback: true, now: () => 0 });
    const refused = guarded.readCustomerFile({ ...file, url: 'http://10.0.0.1/x' }, signal);
    await expect(refused).rejects.toMatchObject({ code: 'rejected', retriable: false });
    await http.close();
  });

  it('are offered under links that open again, also after the chat', async () => {
    const desk = Object.assign(new FakeDesk(), {
      fetchFile: async (session: object, reference: object) => ({
        bytes: Buffer.from(JSON.stringify([session, reference])),
        contentType: 'x/y',
      }),
    });
    const registry = new ProviderRegistry([desk]);
    const url = files.linkAgentFile({ name: 'a.pdf', contentType: 'application/pdf', reference: { attachmentId: 'T1' } }, 'h1');
    const token = /^https:\/\/bot\.example\/files\/([\w-]+)\/a\.pdf$/.exec(url)?.[1] ?? '';
    const reference = links.open('file', token) ?? {};
    const link = (data: object) => ({ provider: 'fake', data }) as unknown as LiveLink;
    const find = (data: object) => ({ registry, link: async () => link(data) });
    const live = await files.fetch(reference, find({ session: { id: 's' } }), signal);
    expect(JSON.parse(live.bytes.toString())).toEqual([{ id: 's' }, { attachmentId: 'T1' }]);
    const past = await files.fetch(reference, find({ pastSession: { provider: 'fake', session: { id: 'old' } } }), signal);
    expect(JSON.parse(past.bytes.toString())).toEqual([{ id: 'old' }, { attachmentId: 'T1' }]);
    await expect(files.fetch(reference, find({}), signal)).rejects.toMatchObject({ code: 'sessionEnded' });
  });

  it('of customers are offered to agents by name, the address hidden', async () => {
    answer = async () => ({ bytes: Buffer.from('photo') });
    const url = files.linkCustomerFile(file);
    expect(url).toMatch(/\/a%20b\.png$/);
    expect(url).not.toContain('127.0.0.1');
    const reference = links.open('file', url.split('/')[4] ?? '') ?? {};
    const fetched = await files.fetch(reference, { registry: new ProviderRegistry([]), link: async () => undefined }, signal);
    expect(fetched.bytes.toString()).toBe('photo');
  });
});
