import { Files } from '../../../../bot/files';
import { createSignedLinks } from '../../../../bot/signedLinks';
import type { HttpRequest, HttpResponse } from '../../../../common/http';

// Names are not looked up here; those that point inside are tested with the guard itself.
jest.mock('node:dns/promises', () => ({ lookup: async () => [{ address: '93.184.216.34', family: 4 }] }));

const url = 'https://smba.trafficmanager.net/emea/v3/attachments/1/views/original';
const picture = { name: 'picture.png', contentType: 'image/png', url, needsBotToken: true } as const;
const signal = new AbortController().signal;

describe('a picture at the connector', () => {
  const asked: HttpRequest[] = [];
  const made = (token?: () => Promise<string | undefined>) => {
    const files = new Files({
      http: async (request) => {
        asked.push(request);
        return {
          status: 200,
          headers: { 'content-type': 'image/jpeg' },
          bytes: Buffer.from('x'),
          text: 'x',
          json: undefined,
        } satisfies HttpResponse;
      },
      links: createSignedLinks(['a key of the tests that is long enough']),
      publicUrl: 'https://bot.example',
      allowLoopback: false,
      uploads: { maxBytes: 1_000, types: ['image/*'] },
      now: () => Date.now(),
    });
    if (token) files.useBotToken(token);
    return files;
  };
  const sent = () => asked.at(-1)?.headers?.['authorization'];

  beforeEach(() => asked.splice(0));

  it('is read with the bot’s token, also when an agent opens its link', async () => {
    const files = made(async () => 'token');
    expect(await files.readCustomerFile(picture, signal)).toEqual({ bytes: Buffer.from('x'), contentType: 'image/jpeg' });
    expect(sent()).toBe('Bearer token');
    const link = files.linkCustomerFile(picture);
    const reference = createSignedLinks(['a key of the tests that is long enough']).open('file', link.split('/').at(-2) ?? '');
    await files.fetch(reference ?? {}, {} as never, signal);
    expect(asked).toHaveLength(2);
    expect(sent()).toBe('Bearer token');
  });

  it.each([
    { ...picture, url: 'https://evil.example/v3/attachments/1/views/original' },
    { name: 'picture.png', contentType: 'image/png', url },
  ])('is the only file that gets it: %j', async (file) => {
    await made(async () => 'token').readCustomerFile(file, signal);
    expect(sent()).toBeUndefined();
  });

  it('is asked for without one where authentication is off', async () => {
    await made(async () => undefined).readCustomerFile(picture, signal);
    await made().readCustomerFile(picture, signal);
    expect(asked.map(({ headers }) => headers)).toEqual([{}, {}]);
  });

  it('can be tried again when the token is not to be had', async () => {
    const files = made(() => Promise.reject(new Error('the issuer is down')));
    await expect(files.readCustomerFile(picture, signal)).rejects.toMatchObject({
      code: 'outage',
      retriable: true,
      delivered: 'no',
    });
    expect(asked).toEqual([]);
  });
});
