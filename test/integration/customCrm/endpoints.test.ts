import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../common/packageRoot';
import { type CrmRig, startCrmRig } from './crmRig';

const samples = JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/customCrm/generic-api.json'), 'utf8')) as Record<
  string,
  Record<string, unknown>
>;
const kimId = '11111111-1111-4111-8111-111111111111';

let rig: CrmRig;
beforeEach(async () => {
  rig = await startCrmRig();
  rig.standIn.put('contacts', kimId, {
    contactid: kimId,
    fullname: 'Kim',
    telephone1: '+1 (123) 456-7890',
    emailaddress1: 'Kim@agents.co',
    statecode: 0,
    statuscode: 1,
    createdon: '2026-01-01T00:00:00Z',
  });
});
afterEach(async () => {
  expect(rig.standIn.violations).toEqual([]);
  await rig.close();
});

const casesOf = () => rig.standIn.rows('incidents');
const notesOf = (id: unknown) => rig.standIn.rows('annotations').filter((note) => note['_objectid_value'] === id);
const createCase = async (extra: object = {}) => {
  const { json } = await rig.call('POST', '/records', { contactId: kimId, subject: 'Record title', chatId: 135, ...extra });
  return String(json['id']);
};

describe('accounts', () => {
  it.each(['*123*456*7890', '+11234567890', '1234567890', '(123) 456-7890', '+1 123 456 7890'])(
    'seed: the account is found by the phone number %s and answered in the shape of the sample',
    async (phone) => {
      const { status, json } = await rig.call('GET', `/accounts?${new URLSearchParams({ phone })}`);
      expect(status).toBe(200);
      expect(json).toEqual({ ...samples['findAccountAnswer'], id: kimId });
    },
  );

  it.each([
    ['e-mail in another case', { email: 'kim@AGENTS.co' }],
    ['id', { id: kimId }],
    ['a composed query', { query: '(Phone:equals:+19998887777) or (Email:equals:kim@agents.co)' }],
  ])('is found by %s, in the address or in a container', async (_how, parameters) => {
    expect((await rig.call('GET', `/accounts?${new URLSearchParams(parameters)}`)).json['id']).toBe(kimId);
    expect((await rig.call('POST', '/accounts/find', { search: [parameters] })).json['id']).toBe(kimId);
  });

  it('seed: by id it is the account, or 404 so that the search goes on', async () => {
    const found = await rig.call('GET', `/accounts/${kimId}`);
    expect(found).toEqual({ status: 200, json: { ...samples['findAccountAnswer'], id: kimId } });
    for (const id of ['123', '22222222-2222-4222-8222-222222222222', "x' or 1 eq 1"])
      expect((await rig.call('GET', `/accounts/${encodeURIComponent(id)}`)).status).toBe(404);
  });

  it('nobody, nothing to look for, and two people with the same number are an empty object', async () => {
    expect(await rig.call('GET', '/accounts?email=nobody@example.com')).toEqual({ status: 200, json: {} });
    expect(await rig.call('GET', '/accounts')).toEqual({ status: 200, json: {} });
    expect(await rig.call('GET', '/accounts?phone=%2B442079460103')).toEqual({ status: 200, json: {} });
    const mei = await rig.call('GET', "/accounts?phone=%2B442079460104&email=siobhan.o'hara@example.com");
    expect(mei.json['name']).toBe("Siobhan O'Hara");
  });

  it('is created once, however often it is asked for, and found by everything that was given', async () => {
    const body = { name: 'Ira Example', phone: '+12223334444', email: 'ira@example.com', identifier: 'directline:dl_1' };
    const first = await rig.call('POST', '/accounts', body);
    await rig.restart();
    const again = await rig.call('POST', '/accounts', { account: body });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.json['id']).toBe(first.json['id']);
    for (const query of ['identifier=directline:dl_1', 'phone=*222*333*4444', 'email=ira@example.com'])
      expect((await rig.call('GET', `/accounts?${query}`)).json['id']).toBe(first.json['id']);
    expect(rig.standIn.rows('contacts').filter((row) => row['emailaddress1'] === 'ira@example.com')).toHaveLength(1);
  });

  it('a customer who is a contact already gets no second one, and is known by the identifier from then on', async () => {
    const { status, json } = await rig.call('POST', '/accounts', { email: 'kim@agents.co', identifier: 'directline:dl_2' });
    expect([status, json['id']]).toEqual([200, kimId]);
    expect((await rig.call('GET', '/accounts?identifier=directline:dl_2')).json['id']).toBe(kimId);
    const marked = 'directline:dl_2~0b0c0d0e-0000-4000-8000-000000000001';
    expect((await rig.call('GET', `/accounts?${new URLSearchParams({ identifier: marked })}`)).json['id']).toBe(kimId);
  });

  it('somebody with another identifier is somebody else, even with the same e-mail', async () => {
    await rig.call('POST', '/accounts', { email: 'kim@agents.co', identifier: 'one' });
    const other = await rig.call('POST', '/accounts', { email: 'kim@agents.co', identifier: 'two', name: 'Other' });
    expect(other.status).toBe(201);
    expect(other.json['id']).not.toBe(kimId);
  });

  it('without anything that tells the customer is refused for good', async () => {
    expect((await rig.call('POST', '/accounts', { name: 'Somebody' })).status).toBe(422);
    expect((await rig.call('POST', '/accounts', { name: 'Somebody', ujetId: 5 })).status).toBe(201);
  });
});

describe('records', () => {
  it('seed: the sample creates a case, and find answers in the shape of the sample', async () => {
    const { status, json } = await rig.call('POST', '/records', { ...samples['createRecordRequest'], contactId: kimId });
    expect(status).toBe(201);
    expect(json).toEqual({ ...samples['findRecordAnswer'], id: json['id'], contactId: kimId });
    expect(casesOf()).toMatchObject([
      { title: 'Record title', caseorigincode: 1, customersatisfactioncode: 5, _customerid_value: kimId, statecode: 0 },
    ]);
    const [note] = notesOf(json['id']);
    expect(note?.['notetext']).toContain('Feedback: the agent was great!');
    expect(note?.['notetext']).toContain('Direction: outgoing');
    const found = await rig.call('GET', `/records?accountId=${kimId}&status=open`);
    expect(found).toEqual({ status: 200, json });
  });

  it('is one per session over repeats and restarts, and keeps what was changed meanwhile', async () => {
    const id = await createCase();
    await rig.call('PATCH', `/records/${id}`, { records: [{ subject: 'Better title', chatId: 135 }] });
    await rig.restart();
    expect(await createCase()).toBe(id);
    expect(casesOf()).toMatchObject([{ incidentid: id, title: 'Better title' }]);
    expect(await createCase({ chatId: 136 })).not.toBe(id);
  });

  it('is found by the queue it belongs to', async () => {
    const cards = await createCase({ chatId: 1, queueId: 7 });
    const loans = await createCase({ chatId: 2, queueId: 8 });
    expect((await rig.call('GET', `/records?accountId=${kimId}&queueId=7`)).json['id']).toBe(cards);
    expect((await rig.call('GET', `/records?accountId=${kimId}&queueId=8`)).json['id']).toBe(loans);
    expect((await rig.call('GET', `/records?accountId=${kimId}&queueId=9`)).json).toEqual({});
  });

  it('a closed one is found only when it is asked for, and takes comments but no other title', async () => {
    const id = await createCase();
    rig.standIn.put('incidents', id, { statecode: 1, statuscode: 5 });
    expect((await rig.call('GET', `/records?accountId=${kimId}`)).json).toEqual({});
    expect((await rig.call('GET', `/records?accountId=${kimId}&status=closed`)).json['status']).toBe('closed');
    expect((await rig.call('PATCH', `/records/${id}`, { subject: 'x', rating: 4 })).status).toBe(200);
    expect(casesOf()[0]).toMatchObject({ title: 'Record title' });
    expect((await rig.call('POST', `/records/${id}/comments`, samples['commentRequest'])).status).toBe(201);
  });

  it('gathers what is told of a session in one note', async () => {
    const id = await createCase();
    await rig.call('PATCH', `/records/${id}`, { chatId: '135', waitTime: '00:12', agentEmail: 'ariel@example.com' });
    await rig.call('PATCH', `/records/${id}`, { chatId: '135', rating: '5', feedback: 'great' });
    const texts = notesOf(id).map((note) => String(note['notetext']).split('\n'));
    expect(texts).toEqual([['Chat: 135', 'Agent: ariel@example.com', 'Rating: 5', 'Feedback: great', 'Wait time: 00:12']]);
  });

  it('wants an account this service gave out', async () => {
    expect((await rig.call('POST', '/records', { subject: 'x' })).status).toBe(422);
    expect((await rig.call('POST', '/records', { subject: 'x', contactId: 123 })).status).toBe(422);
    const unknown = '22222222-2222-4222-8222-222222222222';
    expect((await rig.call('POST', '/records', { subject: 'x', contactId: unknown, chatId: 9 })).status).toBe(404);
  });
});

describe('comments', () => {
  it('seed: a comment with the record in the body or in the address, as text or HTML, is one note however often it comes', async () => {
    const id = await createCase();
    const before = notesOf(id).length;
    const comment = { ...samples['commentRequest'], id };
    const statuses = [
      (await rig.call('POST', '/comments', comment)).status,
      (await rig.call('PUT', `/records/${id}/comments`, { comment: 'Some text' })).status,
    ];
    await rig.restart();
    statuses.push((await rig.call('PATCH', `/records/${id}/comments`, { comment: '<p>Some <i>text</i></p>' })).status);
    expect(statuses).toEqual([201, 200, 200]);
    expect(notesOf(id)).toHaveLength(before + 1);
    expect((await rig.call('POST', `/records/${id}/comments`, { comment: 'Some text', chatId: 136 })).status).toBe(201);
  });

  it('wants a record that is there, and something to say', async () => {
    const id = await createCase();
    expect((await rig.call('POST', `/records/${id}/comments`, {})).status).toBe(422);
    expect((await rig.call('POST', '/comments', { comment: 'x' })).status).toBe(422);
    expect((await rig.call('POST', '/records/123/comments', { comment: 'x' })).status).toBe(404);
  });
});
