import { isReadableLink, isTrusted, toTrustedOrigin } from '../../../common/trustedUrl';

describe('an address that customers’ words may go to', () => {
  it.each([
    ['https://desk.example/x', true],
    ['http://127.0.0.1:8080/', true],
    ['http://localhost/', true],
    ['http://[::1]/', true],
    ['http://desk.example/', false],
    ['http://127.0.0.1.desk.example/', false],
    ['ftp://localhost/', false],
  ])('%s: %s', (url, isGood) => {
    expect(isTrusted(new URL(url))).toBe(isGood);
  });

  it.each([
    ['desk.example', 'https://desk.example'],
    [' https://desk.example/path?x ', 'https://desk.example'],
    ['http://127.0.0.1:8080/x', 'http://127.0.0.1:8080'],
    ['http://desk.example', undefined],
    ['desk example', undefined],
    ['https://', undefined],
    ['', undefined],
  ])('%j is %s', (text, origin) => {
    expect(toTrustedOrigin(text)).toBe(origin);
  });
});

describe('a link that somebody else wrote', () => {
  const hosts = ['files.example'];

  it.each([
    ['https://files.example/a', true],
    ['https://eu.files.example/a', true],
    ['https://notfiles.example/a', false],
    ['https://files.example.evil.example/a', false],
    ['https://files.example:8443/a', false],
    ['https://user:pw@files.example/a', false],
    ['http://files.example/a', false],
    ['https://127.0.0.1/a', false],
    ['https://[::1]/a', false],
    ['no link', false],
  ])('%s is read: %s', (link, isRead) => {
    expect(isReadableLink(link, hosts)).toBe(isRead);
    expect(isReadableLink('https://127.0.0.1/a', ['127.0.0.1'])).toBe(false);
  });
});
