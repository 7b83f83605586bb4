import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../../common/packageRoot';
import { until } from '../../support/fakeClock';
import { type CrmRig, startCrmRig } from './crmRig';

const contactId = '11111111-1111-4111-8111-111111111111';
const chatActivityId = '33333333-3333-4333-8333-333333333333';
const fixture = (name: string) => readFileSync(path.join(packageRoot, 'test/fixtures/customCrm', name));
const first = fixture('chat-135.first.json');
const updated = fixture('chat-135.updated.json');
const agent = { authorization: `Basic ${Buffer.from('agent:long enough for it').toString('base64')}` };

let rig: CrmRig;
beforeEach(async () => {
  rig = await startCrmRig({
    CUSTOM_CRM_AGENT_PASSWORD: 'long enough for it',
    CUSTOM_CRM_ADAPTER_URL: 'https://customer.uc1.example',
    CUSTOM_CRM_POP_HOSTS: 'crm.example',
  });
  rig.standIn.put('contacts', contactId, {
    contactid: contactId,
    fullname: 'Kim Example',
    emailaddress1: 'kim@example.com',
    telephone1: '+12223334444',
    statecode: 0,
    statuscode: 1,
  });
});
afterEach(async () => {
  expect(rig.standIn.violations).toEqual([]);
  await rig.close();
});

/** What the bot wrote when it handed the conversation over as chat 135. */
function handOver(customer?: string): void {
  rig.standIn.put('cxlvhlp_chatactivities', chatActivityId, {
    activityid: chatActivityId,
    subject: 'Lost card',
    cxlvhlp_chatstarttime: new Date(rig.clock.now() - 60_000).toISOString().replace(/\.\d+/, ''),
    statecode: 0,
    statuscode: 1,
    ...(customer !== undefined && { _regardingobjectid_value: customer }),
  });
  rig.conversations.set('135', {
    chatActivityId,
    state: 'connected',
    topic: 'Lost card',
    channel: 'webchat',
    requestedAt: '2026-01-05T09:00:00.000Z',
  });
}
const notes = (id: string) => rig.standIn.rows('annotations').filter((note) => note['_objectid_value'] === id);
const put = (name: string, body: Uint8Array | string) => rig.call('PUT', `/sessions/files/${name}`, body);
const ask = (place: string, headers: Record<string, string> = agent) => fetch(`${rig.url()}/agent-host${place}`, { headers });

describe('the bot’s conversation', () => {
  it('is found as the record of its chat, gets its customer, and takes the agent’s work', async () => {
    handOver();
    const account = await rig.call('POST', '/accounts', { identifier: 'webchat:dl_7', name: 'Ira Example', chatId: 135 });
    const accountId = String(account.json['id']);
    const { json } = await rig.call('GET', `/records?accountId=${accountId}&chatId=135&channel=chat`);
    expect(json).toMatchObject({ id: chatActivityId, subject: 'Lost card', status: 'open', contactId: accountId });
    expect(rig.standIn.rows('cxlvhlp_chatactivities')).toMatchObject([{ _cxlvhlp_customer_value: accountId }]);
    await rig.call('POST', `/records/${chatActivityId}/comments`, { comment: 'Chat started', chatId: 135 });
    await rig.call('PATCH', `/records/${chatActivityId}`, { subject: 'their words', rating: 5, chatId: 135 });
    expect(notes(chatActivityId)).toHaveLength(2);
    expect(rig.standIn.rows('cxlvhlp_chatactivities')[0]?.['subject']).toBe('Lost card');
  });

  it('is found by its customer alone, but not for a call, and not when it is long ago', async () => {
    handOver(contactId);
    expect((await rig.call('GET', `/records?accountId=${contactId}`)).json['id']).toBe(chatActivityId);
    expect((await rig.call('GET', `/records?accountId=${contactId}&channel=voice_call`)).json).toEqual({});
    await rig.clock.advance(25 * 60 * 60_000);
    expect((await rig.call('GET', `/records?accountId=${contactId}`)).json).toEqual({});
  });
});

describe('session data', () => {
  it('goes to the bot’s chat activity; of two versions the later one stays, whichever comes last', async () => {
    handOver(contactId);
    expect((await put('chat-135.json', first)).json['metadata']).toBe('taken');
    expect((await put('chat-135.json', updated)).json['metadata']).toBe('taken');
    expect((await put('ujet-metadata/chat-135.json', first)).json['metadata']).toBe('older');
    await rig.restart();
    expect((await put('chat-135.json', updated)).json['metadata']).toBe('same');
    expect(notes(chatActivityId)).toMatchObject([{ filename: 'chat-135.json', documentbody: updated.toString('base64') }]);
    expect(notes(chatActivityId)[0]?.['notetext']).toContain('Rating: 5');
  });

  it('goes to the record on which the agent’s work landed', async () => {
    const { json } = await rig.call('POST', '/records', { contactId, subject: 'x', chatId: 99 });
    const recordId = String(json['id']);
    await rig.call('POST', `/records/${recordId}/comments`, { comment: 'Chat started', chatId: 135 });
    await put('chat-135.json', first);
    expect(notes(recordId).map((note) => note['filename'])).toContain('chat-135.json');
    expect(rig.standIn.rows('incidents')).toHaveLength(1);
  });

  it('without a record makes a case of its customer, once', async () => {
    await put('chat-135.json', first);
    await put('chat-135.json', updated);
    expect(rig.standIn.rows('incidents')).toMatchObject([
      { title: 'Contact center chat 135: finished', _customerid_value: contactId },
    ]);
    expect((await rig.call('POST', '/records', { contactId, subject: 'late', chatId: 135 })).status).toBe(200);
  });

  it('that tells no customer, or is none, is refused for good', async () => {
    expect((await put('chat-7.json', '{"id":7}')).status).toBe(422);
    expect((await put('chat-7.json', 'no JSON')).status).toBe(422);
    expect((await put('other.json', '{}')).status).toBe(422);
    expect((await put('chat-7.txt', 'Kim: hello')).status).toBe(404);
  });

  it('seed: comes by mail, with the metadata as body and the transcript attached', async () => {
    handOver(contactId);
    const mail = [
      'From: no-reply@ccaiplatform.com',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: application/octet-stream; name="chat-135.txt"',
      'Content-Disposition: attachment; filename="chat-135.txt"',
      '',
      'Kim: hello',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      updated.toString('base64'),
      '--b--',
      '',
    ].join('\r\n');
    const raw = await rig.call('POST', '/sessions/mail', mail, { 'content-type': 'message/rfc822' });
    expect(raw).toEqual({ status: 200, json: { session: 'chat-135', metadata: 'taken', transcript: 'taken' } });
    const gateway = {
      subject: 'Chat 135',
      text: updated.toString('utf8'),
      attachments: [{ filename: 'chat-135.txt', content: Buffer.from('Kim: hello').toString('base64') }],
    };
    const json = await rig.call('POST', '/sessions/mail', gateway);
    expect(json.json).toMatchObject({ transcript: 'same' });
    expect((await rig.call('POST', '/sessions/mail', JSON.parse(first.toString()))).json).toMatchObject({ metadata: 'older' });
    const found = notes(chatActivityId).map((note) => [note['filename'], note['subject']]);
    expect(found.sort()).toEqual([
      ['chat-135.json', 'Contact center chat 135: finished'],
      ['chat-135.txt', 'Contact center chat 135: transcript'],
    ]);
  });
});

describe('the folder of the external storage', () => {
  it('is taken over as it fills, also over restarts, and each version once', async () => {
    await rig.close();
    const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-intake-'));
    const write = (place: string, body: Uint8Array | string, at: number) => {
      const file = path.join(folder, place);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, body);
      utimesSync(file, at / 1000, at / 1000);
    };
    const now = Date.now();
    write('ujet-chat-transcripts/chat-135.txt', 'Kim: hello', now - 60_000);
    write('ujet-media/chat-135-photo-5.jpg', Buffer.from('ffd8ffe0', 'hex'), now - 60_000);
    write('ujet-metadata/chat-135.json', first, now - 60_000);
    write('ujet-metadata/half.json.tmp', 'x', now - 60_000);
    rig = await startCrmRig({ CUSTOM_CRM_INTAKE_FOLDER: folder, CUSTOM_CRM_INTAKE_SECONDS: '60' });
    const files = () =>
      rig.standIn
        .rows('annotations')
        .map((note) => String(note['filename']))
        .sort();
    await until('the files are taken', () => files().length === 3);
    expect(files()).toEqual(['chat-135-photo-5.jpg', 'chat-135.json', 'chat-135.txt']);
    expect(rig.standIn.rows('incidents')).toHaveLength(1);
    write('ujet-metadata/chat-135.json', updated, now - 30_000);
    await rig.restart();
    await until('the second version is taken', () =>
      rig.standIn.rows('annotations').some((note) => String(note['notetext']).includes('Rating: 5')),
    );
    const asked = rig.standIn.requests.length;
    await rig.clock.advance(60_000);
    expect(files()).toHaveLength(3);
    expect(rig.standIn.requests.length).toBe(asked);
    rmSync(folder, { recursive: true });
  });
});

describe('the pages of agents', () => {
  it('need the password, all of them', async () => {
    for (const place of [
      '',
      '/lookup',
      '/records/x',
      '/accounts/x',
      '/api/config',
      '/api/lookup?ani=1',
      '/api/chats/1',
      '/api/records/x',
    ]) {
      const response = await ask(place, {});
      expect([place, response.status]).toEqual([place, 401]);
      expect(response.headers.get('www-authenticate')).toContain('Basic');
    }
  });

  it('load nothing but their own, frame the tenant and the listed hosts, and may stand in the portal', async () => {
    const host = await ask('');
    expect(host.headers.get('content-security-policy')).toContain(
      "frame-src 'self' https://customer.uc1.example https://bot.example https://crm.example",
    );
    expect(host.headers.get('x-frame-options')).toBe('DENY');
    const landing = await ask('/lookup?ani=1');
    expect(landing.headers.get('content-security-policy')).toContain("frame-ancestors 'self' https://customer.uc1.example");
    expect(landing.headers.has('x-frame-options')).toBe(false);
    for (const [, name] of (await host.text()).matchAll(/assets\/([\w.]+)/g)) {
      const asset = await fetch(`${rig.url()}/agent-host/assets/${name}`);
      expect([name, asset.status]).toEqual([name, 200]);
    }
  });

  it.each(['ani=+12223334444', 'ani=%2B1%20222%20333%204444', 'cuid=x&email=kim@example.com', 'email=KIM%40example.com&ani='])(
    'seed: the lookup URL with %s leads to the customer',
    async (query) => {
      handOver(contactId);
      const answer = (await (await ask(`/api/lookup?${query}&menu_path=Orders/Order info`)).json()) as object;
      expect(answer).toMatchObject({
        account: {
          id: contactId,
          name: 'Kim Example',
          url: `${rig.standIn.url}/main.aspx?pagetype=entityrecord&etn=contact&id=${contactId}`,
        },
        records: [{ id: chatActivityId, kind: 'chat', subject: 'Lost card', status: 'open' }],
      });
    },
  );

  it('tell of which conversation a chat is', async () => {
    handOver(contactId);
    expect(await (await ask('/api/chats/135')).json()).toMatchObject({
      isFromBot: true,
      topic: 'Lost card',
      record: { id: chatActivityId },
    });
    expect(await (await ask('/api/chats/136')).json()).toEqual({ isFromBot: false });
    expect((await ask('/api/records/x')).status).toBe(404);
    expect(await (await ask('/api/lookup?email=nobody@example.com')).json()).toEqual({ records: [] });
  });
});
