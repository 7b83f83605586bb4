import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Activity } from 'botbuilder';
import { BotAdapter, ConnectorError } from '../../../bot/adapter';
import { systemClock } from '../../../common/clock';
import { createHttpClient } from '../../../common/http';
import { appId } from './tokenIssuer';

interface Call {
  line: string;
  authorization: string | undefined;
  body: Partial<Activity>;
}

describe('what the bot sends to the channel', () => {
  const http = createHttpClient();
  const calls: Call[] = [];
  let respond: (response: ServerResponse) => void;
  const channel = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      calls.push({
        line: `${request.method} ${request.url}`,
        authorization: request.headers.authorization,
        body: (text ? JSON.parse(text) : {}) as Partial<Activity>,
      });
      respond(response);
    });
  });
  let serviceUrl: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => channel.listen(0, '127.0.0.1', resolve));
    serviceUrl = `http://127.0.0.1:${(channel.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    await http.close();
    await new Promise((resolve) => channel.close(resolve));
  });
  beforeEach(() => {
    calls.length = 0;
    respond = (response) => response.end('{"id":"new 1"}');
  });

  const anonymous = () =>
    new BotAdapter({ identity: { appType: 'SingleTenant', allowedCallers: [] }, http, clock: systemClock, sendTimeoutInMs: 300 });
  const reference = () => ({
    channelId: 'test',
    serviceUrl,
    conversation: { id: 'c/1' } as Activity['conversation'],
    bot: { id: 'b' } as Activity['from'],
    user: { id: 'u' } as Activity['from'],
    activityId: 'old',
  });

  it('is one call each for sending, updating and deleting, and replies to nothing old', async () => {
    await anonymous().runProactiveTurn(reference() as never, async (context) => {
      const sent = await context.sendActivity('one');
      expect(sent).toEqual({ id: 'new 1' });
      await context.updateActivity({ id: 'new 1', type: 'message', text: 'two' });
      await context.deleteActivity('new 1');
    });
    expect(calls.map(({ line }) => line)).toEqual([
      'POST /v3/conversations/c%2F1/activities',
      'PUT /v3/conversations/c%2F1/activities/new%201',
      'DELETE /v3/conversations/c%2F1/activities/new%201',
    ]);
    expect(calls[0]!.body.replyToId).toBeUndefined();
    expect(calls[0]!.authorization).toBeUndefined();
  });

  it('is a reply during a turn of the customer', async () => {
    const adapter = anonymous();
    const activity = {
      type: 'message',
      id: 'a1',
      channelId: 'test',
      serviceUrl,
      conversation: { id: 'c1' },
      from: { id: 'u' },
      recipient: { id: 'b' },
    } as Activity;
    const caller = await adapter.authenticate(activity, '');
    await adapter.runTurn(caller, activity, async (context) => {
      await context.sendActivity('answer');
    });
    expect(calls[0]!.line).toBe('POST /v3/conversations/c1/activities/a1');
    expect(calls[0]!.body.text).toBe('answer');
  });

  it('carries the bearer token when authentication is on', async () => {
    const credentials = {
      isValidAppId: async () => true,
      isAuthenticationDisabled: async () => false,
      createCredentials: async (_app: string, audience: string) => ({ getToken: async () => `token for ${audience}` }),
    };
    const identity = { appType: 'SingleTenant' as const, appId, appPassword: 'x', tenantId: 't', allowedCallers: [] };
    const adapter = new BotAdapter({
      identity,
      http,
      clock: systemClock,
      sendTimeoutInMs: 300,
      credentials: credentials as never,
    });
    await adapter.runProactiveTurn(reference() as never, async (context) => {
      await context.sendActivity('one');
    });
    expect(calls[0]!.authorization).toBe('Bearer token for https://api.botframework.com');
  });

  const failure = async () => {
    const outcome = anonymous().runProactiveTurn(reference() as never, async (context) => {
      await context.sendActivity('secret text');
    });
    return outcome.then(
      () => undefined,
      (error: unknown) => error as ConnectorError,
    );
  };

  it('fails at once and once when the channel refuses', async () => {
    respond = (response) => {
      response.writeHead(429, { 'retry-after': '7' });
      response.end('{"error":{"code":"TooManyRequests","message":"secret text"}}');
    };
    const error = await failure();
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error).toMatchObject({ status: 429, code: 'TooManyRequests', delivered: 'no', retryAfterInMs: 7000 });
    expect(error!.message).not.toContain('secret');
    expect(calls).toHaveLength(1);
  });

  it('is of unknown fate after a failure of the channel or its silence', async () => {
    respond = (response) => {
      response.statusCode = 500;
      response.end();
    };
    expect(await failure()).toMatchObject({ status: 500, delivered: 'unknown' });
    respond = () => undefined;
    expect(await failure()).toMatchObject({ status: undefined, code: 'timedOut', delivered: 'unknown' });
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['does not come', () => new Promise<string>(() => undefined), 'tokenTimedOut'],
    ['is refused', () => Promise.reject(new Error('AADSTS7000215')), 'tokenRefused'],
  ])('surely did not leave when the token %s', async (_name, getToken, code) => {
    const credentials = {
      isValidAppId: async () => true,
      isAuthenticationDisabled: async () => false,
      createCredentials: async () => ({ getToken }),
    };
    const identity = { appType: 'SingleTenant' as const, appId, appPassword: 'x', tenantId: 't', allowedCallers: [] };
    const adapter = new BotAdapter({
      identity,
      http,
      clock: systemClock,
      sendTimeoutInMs: 50,
      credentials: credentials as never,
    });
    const outcome = adapter.runProactiveTurn(reference() as never, async (context) => {
      await context.sendActivity('one');
    });
    await expect(outcome).rejects.toMatchObject({ name: 'ConnectorError', code, delivered: 'no' });
    expect(calls).toEqual([]);
  });
});
