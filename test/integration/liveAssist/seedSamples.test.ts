import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type JsonObject, parseJson } from '../../../common/json';
import { chatRow, kbRecordRow } from '../../../dynamics/ledger/rows';
import { namesFrom, sets } from '../../../dynamics/names';
import { type Rig, settingsFor, startRig } from '../dynamics/rig';

const contactId = '0ee041e0-b428-4c3b-84b2-0a713ab6771b';
const articleId = 'e45acedc-91f8-4fd2-83fb-5d7bde158735';
const chatActivityId = '7f71dea3-eeb5-458a-a75c-e5cc402650b6';
const kbRecordId = 'e4b9fd03-1d9e-469e-bfff-44ad4d075512';
const relation = 'cxlvhlp_knowledgearticlessentbybot_relationship';
const signal = new AbortController().signal;

function seed(name: string): JsonObject {
  const file = path.join(__dirname, '../../fixtures/live-assist', `${name}.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { payload: JsonObject }).payload;
}

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
  rig.standIn.put('contacts', contactId, { fullname: 'Ada Example' });
  rig.standIn.put('knowledgearticles', articleId, { title: 'An article', statecode: 3, statuscode: 7 });
});

afterEach(async () => {
  expect(rig.standIn.violations).toEqual([]);
  await rig.close();
});

/** What the desk is told about a chat, as the seed's own bot would have written it. */
const seedChat = {
  subject: 'test from API.',
  startedAt: '2017-08-01T10:00:00.000Z',
  origin: 'web',
  sourcePageUrl: 'https://mytestsite.com/some_test_page',
  isAuthenticated: true,
  botName: 'Order Bot',
  channel: 'Bot channel 1',
  contactId,
} as const;

it('the chat activity of the seed is what the bot writes', () => {
  expect(chatRow(seedChat, namesFrom(settingsFor(rig.standIn)))).toEqual(seed('seed-chat-activity'));
});

it('the kb record of the seed is what the bot writes', () => {
  expect(kbRecordRow(articleId)).toEqual(seed('seed-kb-record'));
});

it('the link of the seed is what the bot writes, with the address of its environment', async () => {
  const { gateway, standIn } = rig;
  await gateway.create({ set: sets.chatActivities, id: chatActivityId }, seed('seed-chat-activity'), { signal });
  await gateway.create({ set: sets.kbRecords, id: kbRecordId }, seed('seed-kb-record'), { signal });
  await gateway.associate(
    { set: sets.chatActivities, id: chatActivityId },
    relation,
    { set: sets.kbRecords, id: kbRecordId },
    { signal },
  );
  const link = standIn.requests.find(({ path: target }) => target.endsWith('$ref'));
  expect(link?.path).toBe(`/api/data/v9.2/cxlvhlp_chatactivities(${chatActivityId})/${relation}/$ref`);
  const expected = JSON.parse(
    JSON.stringify(seed('seed-kb-link')).replace('https://{CRM_URL}/api/data/v8.1', `${standIn.url}/api/data/v9.2`),
  );
  expect(parseJson(link?.body ?? '')).toEqual(expected);
  expect(standIn.linkedKbRecords(chatActivityId)).toEqual([kbRecordId]);
});

it('the whole sequence of the seed, by plain POSTs, is taken by the stand-in', async () => {
  const { standIn, tokens } = rig;
  const post = async (target: string, body: JsonObject) => {
    const response = await fetch(`${standIn.url}/api/data/v9.2/${target}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await tokens.get()}`,
        Accept: 'application/json',
        'OData-Version': '4.0',
        'OData-MaxVersion': '4.0',
        'Content-Type': 'application/json; charset=utf-8',
      },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(204);
    return String(response.headers.get('odata-entityid'));
  };
  const chat = await post('cxlvhlp_chatactivities', seed('seed-chat-activity'));
  const record = await post('cxlvhlp_kbrecordsforbotconversations', seed('seed-kb-record'));
  await post(`${chat.split('/v9.2/')[1]}/${relation}/$ref`, { '@odata.id': record });
  const [row] = standIn.rows('cxlvhlp_chatactivities');
  expect(row).toMatchObject({
    subject: 'test from API.',
    cxlvhlp_chatstarttime: '2017-08-01T10:00:00Z',
    cxlvhlp_ChatOrigin: 100000000,
    cxlvhlp_SourcePageURL: 'https://mytestsite.com/some_test_page',
    cxlvhlp_IsCustomerAuthenticated: true,
    cxlvhlp_botname: 'Order Bot',
    cxlvhlp_channel: 'Bot channel 1',
    _cxlvhlp_customer_value: contactId,
    _regardingobjectid_value: contactId,
    statecode: 0,
  });
  expect(standIn.linkedKbRecords(String(row?.['activityid']))).toHaveLength(1);
});
