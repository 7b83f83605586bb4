import { Tokens } from '../../../../../bot/channels/mluvii/tokens';
import { HttpFailure, type HttpRequest, type HttpResponse } from '../../../../../common/http';
import { FakeClock } from '../../../../support/fakeClock';

function setUp(answers: (Partial<HttpResponse> | HttpFailure)[], scope?: string) {
  const requests: HttpRequest[] = [];
  const clock = new FakeClock();
  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    requests.push(request);
    const answer = answers.shift();
    if (answer instanceof HttpFailure) throw answer;
    return { status: 200, headers: {}, bytes: Buffer.alloc(0), text: '', json: undefined, ...answer };
  };
  const tokens = new Tokens({
    http,
    clock,
    url: 'https://m.example',
    clientId: 'id',
    clientSecret: 'secret',
    ...(scope && { scope }),
  });
  return { tokens, requests, clock };
}

const token = (name: string, seconds = 3600) => ({ json: { access_token: name, token_type: 'Bearer', expires_in: seconds } });

describe('tokens', () => {
  it('are asked for as documented, once for all who wait', async () => {
    const { tokens, requests } = setUp([token('a')], 'mluviiPublicApi');
    expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual(['a', 'a', 'a']);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'POST', url: 'https://m.example/login/connect/token' });
    expect(String(requests[0]?.body)).toBe(
      'response_type=token&grant_type=client_credentials&client_id=id&client_secret=secret&scope=mluviiPublicApi',
    );
  });

  it('are kept until half a minute before their end', async () => {
    const { tokens, clock } = setUp([token('a', 100), token('b')]);
    await tokens.get();
    await clock.advance(69_000);
    expect(await tokens.get()).toBe('a');
    await clock.advance(2_000);
    expect(await tokens.get()).toBe('b');
  });

  it('are replaced once refused, but not by a refusal of an older one', async () => {
    const { tokens } = setUp([token('a'), token('b')]);
    await tokens.get();
    tokens.refuse('a');
    expect(await tokens.get()).toBe('b');
    tokens.refuse('a');
    expect(await tokens.get()).toBe('b');
  });

  it.each([
    ['wrong keys', { status: 400, json: { error: 'invalid_client' } }],
    ['a login page', { status: 302 }],
    ['nothing in it', { json: {} }],
    ['no connection', new HttpFailure('refused')],
  ])('that cannot be had are an error without effect, and are tried again: %s', async (_what, answer) => {
    const { tokens } = setUp([answer, token('b')]);
    await expect(tokens.get()).rejects.toMatchObject({ name: 'ConnectorError', delivered: 'no' });
    expect(await tokens.get()).toBe('b');
  });

  it.each([503, 429])(
    'that a login answering %i does not give are asked for again soon, and are no wrong keys',
    async (status) => {
      const { tokens } = setUp([{ status, headers: { 'retry-after': '2' } }]);
      await expect(tokens.get()).rejects.toMatchObject({ status: undefined, delivered: 'no', retryAfterInMs: 2_000 });
    },
  );
});
