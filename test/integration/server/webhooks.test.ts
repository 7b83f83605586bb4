import { WebhookRejected } from '../../../handoff/errors';
import type { InboundEvent, WebhookInbound, WebhookRequest } from '../../../handoff/provider';
import { type ServerRig, startServer } from './serverRig';

const event: InboundEvent = { sessionKey: 's1', event: { kind: 'agentLeft', eventId: 'e1', at: '2026-01-05T09:00:00.000Z' } };

describe('webhooks', () => {
  let rig: ServerRig;
  afterEach(() => rig.stop());

  const start = (receive: WebhookInbound['receive'], onEvents: (provider: string, events: InboundEvent[]) => Promise<void>) =>
    startServer({ webhooks: new Map([['desk', { kind: 'webhook', receive }]]), onEvents }).then((started) => {
      rig = started;
    });
  const answered = (events: InboundEvent[]) => async () => ({
    events,
    response: { status: 202, body: 'taken', headers: { 'x-desk': '1' } },
  });

  it('gives the provider the bytes as they came, with path, query and headers', async () => {
    const calls: WebhookRequest[] = [];
    await start(
      async (request) => {
        calls.push(request);
        return { events: [], response: { status: 204 } };
      },
      async () => undefined,
    );
    const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
    const answer = await fetch(`${rig.url}/webhooks/desk/tenant%201/events?a=1&b=x%20y`, {
      method: 'PUT',
      headers: { 'X-Signature': 'abc', 'content-type': 'application/json' },
      body: bytes,
    });
    expect(answer.status).toBe(204);
    expect(calls[0]).toMatchObject({ method: 'PUT', path: '/tenant%201/events', query: { a: '1', b: 'x y' } });
    expect(calls[0]!.headers['x-signature']).toBe('abc');
    expect(calls[0]!.rawBody).toEqual(bytes);
    await fetch(`${rig.url}/webhooks/desk`);
    expect(calls[1]).toMatchObject({ method: 'GET', path: '/' });
  });

  it('answers only after the events are written down', async () => {
    const gate = Promise.withResolvers<void>();
    const written: unknown[] = [];
    await start(answered([event]), async (provider, events) => {
      written.push([provider, events]);
      await gate.promise;
    });
    let isAnswered = false;
    const answer = fetch(`${rig.url}/webhooks/desk/x`, { method: 'POST', body: '{}' }).then((response) => {
      isAnswered = true;
      return response;
    });
    await fetch(`${rig.url}/healthz`);
    expect(isAnswered).toBe(false);
    gate.resolve();
    const response = await answer;
    expect([response.status, await response.text(), response.headers.get('x-desk')]).toEqual([202, 'taken', '1']);
    expect(written).toEqual([['desk', [event]]]);
  });

  it('lets the desk come again when the events cannot be written', async () => {
    await start(answered([event]), () => Promise.reject(new Error('the database at 10.0.0.1 is gone')));
    const answer = await fetch(`${rig.url}/webhooks/desk/x`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.text()).not.toContain('10.0.0.1');
  });

  it('answers a rejected call with its status and writes nothing', async () => {
    const onEvents = jest.fn(async () => undefined);
    await start(() => Promise.reject(new WebhookRejected(401, 'the signature does not fit')), onEvents);
    const answer = await fetch(`${rig.url}/webhooks/desk/x`, { method: 'POST', body: '{}' });
    expect([answer.status, await answer.json()]).toEqual([401, { error: 'the signature does not fit' }]);
    expect(onEvents).not.toHaveBeenCalled();
  });

  it('knows no other desk and takes no endless body', async () => {
    await start(answered([]), async () => undefined);
    expect((await fetch(`${rig.url}/webhooks/other/x`, { method: 'POST' })).status).toBe(404);
    const long = Buffer.alloc(1024 * 1024 + 1);
    expect((await fetch(`${rig.url}/webhooks/desk/x`, { method: 'POST', body: long })).status).toBe(413);
  });
});
