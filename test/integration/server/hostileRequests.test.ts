import { message, type ServerRig, startServer } from './serverRig';

describe('the server survives hostile requests', () => {
  let rig: ServerRig;

  beforeAll(async () => {
    rig = await startServer({
      upgrades: {
        '/socket': () => {
          throw new Error('an upgrade handler with a fault');
        },
      },
    });
  });
  afterAll(() => rig.stop());

  const body = JSON.stringify(message());
  const head = (line: string, ...headers: string[]) => `${line}\r\n${headers.join('\r\n')}\r\n\r\n`;
  const json = ['Content-Type: application/json', `Content-Length: ${body.length}`];

  it.each([
    [
      'junk said to be gzip',
      head('POST /api/messages HTTP/1.1', 'Host: localhost', 'Content-Encoding: gzip', ...json) + body,
      415,
    ],
    [
      'an unknown encoding',
      head('POST /api/messages HTTP/1.1', 'Host: localhost', 'Content-Encoding: zstd', ...json) + body,
      415,
    ],
    ['half an IPv6 host', head('GET /healthz HTTP/1.1', 'Host: ['), 400],
    ['a port that is no number', head('GET /healthz HTTP/1.1', 'Host: a:99999'), 400],
    ['a host with a path', head('GET /healthz HTTP/1.1', 'Host: a/b@c'), 400],
    ['two hosts', head('GET /healthz HTTP/1.1', 'Host: localhost', 'Host: evil.example'), 400],
    [
      'two lengths',
      `${head('POST /api/messages HTTP/1.1', 'Host: localhost', 'Content-Length: 4', 'Content-Length: 5')}abcde`,
      400,
    ],
    [
      'a length and chunks',
      `${head('POST /api/messages HTTP/1.1', 'Host: localhost', 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
      400,
    ],
    ['an unknown transfer encoding', head('POST /api/messages HTTP/1.1', 'Host: localhost', 'Transfer-Encoding: xchunked'), 400],
    ['a header that goes on in the next line', head('GET /healthz HTTP/1.1', 'Host: localhost', 'X-A: b', ' c'), 400],
    ['a blank before the colon', head('GET /healthz HTTP/1.1', 'Host : localhost'), 400],
    ['endless headers', head('GET /healthz HTTP/1.1', 'Host: localhost', `X-A: ${'a'.repeat(20_000)}`), 431],
    ['no host', head('GET /healthz HTTP/1.0', 'X: y'), 400],
    ['an absolute address that does not parse', head('GET http://[/x HTTP/1.1', 'Host: localhost'), 400],
    ['two slashes', head('GET //[ HTTP/1.1', 'Host: localhost'), 400],
    ['an asterisk', head('OPTIONS * HTTP/1.1', 'Host: localhost'), 400],
    ['a broken escape', head('GET /a/%E0%A4%A HTTP/1.1', 'Host: localhost'), 400],
    ['a lone percent sign', head('GET /% HTTP/1.1', 'Host: localhost'), 400],
    ['an upgrade nobody expects', head('GET /x HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket'), 400],
    ['an upgrade with a broken host', head('GET /socket HTTP/1.1', 'Host: [', 'Connection: Upgrade', 'Upgrade: websocket'), 400],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a foreign host name', head('GET /healthz HTTP/1.1', 'Host: evil.example'), 421],
  ])('%s', async (_name, text, status) => {
    expect(await rig.raw(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect((await fetch(`${rig.url}/healthz`)).status).toBe(200);
  });

  it('cuts the connection when an upgrade handler fails', async () => {
    expect(await rig.raw(head('GET /socket HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket'))).toBe('');
    expect((await fetch(`${rig.url}/healthz`)).status).toBe(200);
  });

  it('refuses a body that is too long, whether it says so or not', async () => {
    const long = 'x'.repeat(300 * 1024);
    expect((await rig.post(message({ text: long }))).status).toBe(413);
    const chunked = head(
      'POST /api/messages HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    );
    const chunk = `${long.length.toString(16)}\r\n${long}\r\n`;
    expect(await rig.raw(chunked + chunk)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it.each([
    ['not JSON', '{', 400, 'not valid JSON'],
    ['an empty object', {}, 400, '"type" is missing'],
    ['a list', [], 400, 'not an activity'],
    ['null', null, 400, 'not an activity'],
    ['text that is a number', message({ text: 7 }), 400, '"text" is not text'],
    ['no conversation', message({ conversation: undefined }), 400, '"conversation"'],
    ['a conversation without id', message({ conversation: {} }), 400, '"conversation"'],
    ['a service that is no address', message({ serviceUrl: 'file:///etc/passwd' }), 400, '"serviceUrl"'],
    ['nobody who sent it', message({ from: undefined }), 400, '"from"'],
    ['attachments that are none', message({ attachments: [1] }), 400, '"attachments"'],
  ])('refuses %s and says why', async (_name, sent, status, reason) => {
    const answer = await rig.post(sent);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { error: string }).error).toContain(reason);
  });

  it('refuses another media type', async () => {
    expect((await rig.post(message(), { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('drops a locale that is none and keeps the times as dates', async () => {
    expect((await rig.post(message({ locale: '<script>', localTimestamp: 'never' }))).status).toBe(200);
    const heard = rig.heard.at(-1)!;
    expect(heard.locale).toBeUndefined();
    expect(heard.timestamp).toEqual(new Date('2026-01-05T09:00:00.000Z'));
    expect(heard.localTimestamp).toBeUndefined();
  });

  it('says nothing about itself and repeats nothing', async () => {
    const answer = await fetch(`${rig.url}/<b>nowhere</b>`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ error: 'there is nothing here' });
    expect(answer.headers.get('server')).toBeNull();
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await fetch(`${rig.url}/api/messages`)).status).toBe(405);
  });
});
