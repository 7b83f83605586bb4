import { connect } from 'node:net';
import { until } from '../../support/fakeClock';
import { type CrmRig, headerValue, startCrmRig } from './crmRig';

const contactId = '11111111-1111-4111-8111-111111111111';
let rig: CrmRig;
let recordId: string;

async function start(env: Record<string, string> = {}): Promise<void> {
  rig = await startCrmRig(env);
  rig.standIn.put('contacts', contactId, { contactid: contactId, fullname: 'Kim', statecode: 0, statuscode: 1 });
  recordId = String((await rig.call('POST', '/records', { contactId, subject: 'x', chatId: 1 })).json['id']);
}
afterEach(() => rig.close());

/** One call to each endpoint that Dynamics takes part in. */
const calls = (): [name: string, method: string, place: string, body?: object][] => [
  ['find account', 'GET', '/accounts?email=kim@example.com'],
  ['find account by id', 'GET', `/accounts/${contactId}`],
  ['create account', 'POST', '/accounts', { name: 'Kim', email: 'kim@example.com' }],
  ['find record', 'GET', `/records?accountId=${contactId}`],
  ['create record', 'POST', '/records', { contactId, subject: 'y', chatId: 2 }],
  ['update record', 'PATCH', `/records/${recordId}`, { rating: 5, chatId: 1 }],
  ['comment', 'POST', `/records/${recordId}/comments`, { comment: 'hello' }],
  ['upload', 'POST', `/records/${recordId}/attachments`, { file: 'YWJj' }],
];

describe('while Dynamics is down', () => {
  it('every endpoint asks to come again, and none says that there is nobody', async () => {
    await start();
    for (const mode of ['down', 'throttled'] as const) {
      rig.standIn.mode = mode;
      for (const [name, method, place, body] of calls())
        expect([name, (await rig.call(method, place, body)).status]).toEqual([name, 400]);
    }
  });

  it('the status that asks to come again is a setting', async () => {
    await start({ CUSTOM_CRM_RETRY_STATUS: '503' });
    rig.standIn.mode = 'down';
    expect((await rig.call('GET', '/accounts?email=kim@example.com')).status).toBe(503);
  });

  it('what is asked again afterwards has the effect of once', async () => {
    await start();
    const before = rig.standIn.rows('incidents').length;
    for (const [, method, place, body] of calls()) {
      // The effect takes place, and the answer is lost.
      rig.standIn.faults.add({ match: 'PATCH /api', cut: 'after' });
      await rig.call(method, place, body);
      rig.standIn.faults.clear();
      const statuses = [(await rig.call(method, place, body)).status, (await rig.call(method, place, body)).status];
      expect(statuses.every((status) => status < 300)).toBe(true);
    }
    expect(rig.standIn.rows('incidents')).toHaveLength(before + 1);
    const notes = rig.standIn.rows('annotations').filter((note) => note['notetext'] === 'hello');
    expect(notes).toHaveLength(1);
    expect(rig.standIn.rows('contacts').filter((row) => row['emailaddress1'] === 'kim@example.com')).toHaveLength(1);
    await until('the file is in Dynamics', () => rig.standIn.rows('annotations').some((note) => note['isdocument'] === true));
    expect(rig.standIn.rows('annotations').filter((note) => note['isdocument'] === true)).toHaveLength(1);
  });
});

describe('when Dynamics is slow', () => {
  it('an answer is given within 70 % of the time the contact center waits', async () => {
    await start({ CUSTOM_CRM_TIMEOUT_SECONDS: '2' });
    rig.standIn.faults.add({ match: '/api/data/', delayInMs: 3_000, cut: 'before', times: 10 });
    const before = rig.standIn.requests.length;
    const answered = rig.call('GET', '/accounts?email=kim@example.com');
    await until('Dynamics is asked', () => rig.standIn.requests.length > before);
    await rig.clock.advance(1_399);
    const early = await Promise.race([answered, Promise.resolve('not yet')]);
    expect(early).toBe('not yet');
    await rig.clock.advance(1);
    expect(await answered).toMatchObject({ status: 400, json: { error: 'the call took too long' } });
  });
});

describe('a fault that does not pass', () => {
  beforeEach(() => start());

  it.each([
    ['no proof', 'GET', '/accounts', undefined, { 'x-api-key': 'wrong' }, 401],
    ['no such endpoint', 'GET', '/nothing', undefined, {}, 404],
    ['another method', 'DELETE', `/records/${contactId}`, undefined, {}, 405],
    ['no JSON', 'POST', '/accounts', '{"a":', {}, 422],
    ['a broken form', 'POST', '/accounts', 'x', { 'content-type': 'multipart/form-data; boundary=b' }, 422],
    ['a body without end', 'POST', '/accounts', 'x'.repeat(300_000), {}, 413],
    ['no record', 'PATCH', `/records/${contactId}`, { subject: 'x' }, {}, 404],
  ])('%s is never answered with the status that is repeated for a week', async (_what, method, place, body, headers, status) => {
    expect((await rig.call(method, place, body, headers)).status).toBe(status);
  });

  it('asks for a password and does not read the body of a stranger', async () => {
    const response = await fetch(`${rig.url()}/custom-crm/v1/records`, { method: 'POST', body: 'x'.repeat(1_000_000) });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Basic');
    expect(response.headers.get('connection')).toBe('close');
  });

  it('a value Dynamics refuses is 422', async () => {
    rig.standIn.faults.add({
      match: '/contacts',
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: { code: '0x80044331', message: 'too long' } }),
    });
    const { status, json } = await rig.call('GET', '/accounts?email=kim@example.com');
    expect([status, json['error']]).toEqual([422, 'the CRM refused the values (0x80044331)']);
  });

  it('missing rights are mended by somebody, so the call is asked for again', async () => {
    rig.standIn.faults.add({ match: '/contacts', status: 403 });
    expect((await rig.call('GET', '/accounts?email=kim@example.com')).status).toBe(400);
  });
});

describe('a caller that breaks off', () => {
  it('does no harm to the next', async () => {
    await start();
    const { port, hostname } = new URL(rig.url());
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `POST /custom-crm/v1/accounts HTTP/1.1\r\nHost: x\r\nx-api-key: ${headerValue}\r\nContent-Length: 100\r\n\r\n{"name"`,
          () => socket.destroy(),
        );
      });
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
    expect((await rig.call('GET', `/accounts/${contactId}`)).status).toBe(200);
  });
});
