import { randomBytes } from 'node:crypto';
import { until } from '../../support/fakeClock';
import { type CrmRig, headerValue, startCrmRig } from './crmRig';

const contactId = '11111111-1111-4111-8111-111111111111';
let rig: CrmRig;
let recordId: string;
beforeEach(async () => {
  rig = await startCrmRig({ CUSTOM_CRM_MAX_FILE_MEGABYTES: '1' });
  rig.standIn.put('contacts', contactId, { contactid: contactId, fullname: 'Kim', statecode: 0, statuscode: 1 });
  recordId = String((await rig.call('POST', '/records', { contactId, subject: 'x', chatId: 1 })).json['id']);
});
afterEach(() => rig.close());

const files = () => rig.standIn.rows('annotations').filter((note) => note['isdocument'] === true);
const form = (bytes: Buffer, name = 'call-97.mp3') => {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(bytes)]), name);
  return body;
};
const download = (id: unknown, headers: Record<string, string> = { 'x-api-key': headerValue }) =>
  fetch(`${rig.url()}/custom-crm/v1/records/${recordId}/attachments/${String(id)}`, { headers });

describe('files', () => {
  it('seed: a multipart upload answers with id and url, and the bytes come back by both', async () => {
    const bytes = randomBytes(100_000);
    const { status, json } = await rig.call('POST', `/records/${recordId}/attachments`, form(bytes));
    expect(status).toBe(201);
    expect(json).toEqual({ id: expect.any(String), url: expect.stringContaining('https://bot.example/custom-crm/files/') });
    const byId = await download(json['id']);
    expect(Buffer.from(await byId.arrayBuffer()).equals(bytes)).toBe(true);
    const byUrl = await fetch(String(json['url']).replace('https://bot.example', rig.url()));
    expect(Buffer.from(await byUrl.arrayBuffer()).equals(bytes)).toBe(true);
    expect(byUrl.headers.get('content-disposition')).toContain('call-97.mp3');
    expect(byUrl.headers.get('content-disposition')).toMatch(/^attachment/);
  });

  it('seed: the record may stand in the form, and a base64 upload of the same content is the same attachment', async () => {
    const bytes = Buffer.from('Kim: hello');
    const multipart = form(bytes, 'chat-1.txt');
    multipart.append('id', recordId);
    const first = await rig.call('PUT', '/attachments', multipart);
    const again = await rig.call('POST', `/records/${recordId}/attachments`, {
      c: { file: bytes.toString('base64'), filename: 'x.txt' },
    });
    expect(again.json['id']).toBe(first.json['id']);
    await until('the file is in Dynamics', () => files().length === 1);
    expect(files()).toMatchObject([{ filename: 'chat-1.txt', mimetype: 'text/plain', documentbody: bytes.toString('base64') }]);
  });

  it('a base64 upload in a form is whole, also when its signs were not encoded or it is broken into lines', async () => {
    const bytes = Buffer.from([0xfb, 0xef, 0xbe, 0xfb, 0xef, 0xbe, 0xff, 0xff, 0x41]);
    const base64 = bytes.toString('base64');
    expect(base64).toContain('+');
    const post = async (body: string) => {
      const headers = { 'x-api-key': headerValue, 'content-type': 'application/x-www-form-urlencoded' };
      const url = `${rig.url()}/custom-crm/v1/records/${recordId}/attachments`;
      const answer = (await (await fetch(url, { method: 'POST', headers, body })).json()) as { id: string };
      return Buffer.from(await (await download(answer.id)).arrayBuffer());
    };
    const broken = `${base64.slice(0, 4)}\r\n${base64.slice(4)}`;
    for (const body of [`file=${base64}`, `file=${encodeURIComponent(base64)}`, `file=${encodeURIComponent(broken)}`])
      expect(await post(body)).toEqual(bytes);
  });

  it('is kept while Dynamics is down, over a restart, and carried over afterwards', async () => {
    const bytes = Buffer.from('%PDF-1.7');
    rig.standIn.faults.add({ match: 'PATCH /api/data/v9.2/annotations', status: 503, times: 1000 });
    const { json } = await rig.call('POST', `/records/${recordId}/attachments`, { file: bytes.toString('base64') });
    expect(Buffer.from(await (await download(json['id'])).arrayBuffer()).equals(bytes)).toBe(true);
    await rig.restart();
    expect(files()).toEqual([]);
    rig.standIn.faults.clear();
    await until('the file is in Dynamics', async () => {
      await rig.clock.advance(130_000);
      return files().length === 1;
    });
    expect(files()).toMatchObject([{ mimetype: 'application/pdf' }]);
    expect((await download(json['id'])).status).toBe(200);
  });

  it('nobody gets one without proof, of another record, or by a forged link', async () => {
    const { json } = await rig.call('POST', `/records/${recordId}/attachments`, { file: 'YWJj' });
    expect((await download(json['id'], {})).status).toBe(401);
    const elsewhere = await rig.call('GET', `/records/${contactId}/attachments/${String(json['id'])}`);
    expect(elsewhere.status).toBe(404);
    expect((await fetch(`${rig.url()}/custom-crm/files/forged/x.txt`)).status).toBe(404);
    expect((await download('not-an-id')).status).toBe(404);
  });

  it.each([
    ['no file', {}, 422],
    ['no base64', { file: '!!!' }, 422],
    ['a file that is too large', { file: Buffer.alloc(1024 * 1024 + 1).toString('base64') }, 413],
    ['a body that is too large', { file: 'A'.repeat(3 * 1024 * 1024) }, 413],
  ])('%s is refused for good', async (_what, body, status) => {
    const answer = await rig.call('POST', `/records/${recordId}/attachments`, body);
    // The whole answer, so that a failure says why.
    expect(answer).toMatchObject({ status, json: { error: expect.any(String) } });
  });

  it('has a name that is only a name', async () => {
    await rig.call('POST', `/records/${recordId}/attachments`, { file: 'YWJj', filename: '../../etc/pass"wd\r\n.txt' });
    await until('the file is in Dynamics', () => files().length === 1);
    expect(files()[0]?.['filename']).toBe('passwd.txt');
  });
});
