import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { JsonObject } from '../../../common/json';
import { type Rig, startRig } from './rig';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const ask = (path: string) => fetch(`${rig.standIn.url}${path}`);
const post = (path: string, body: JsonObject, headers: Record<string, string> = {}) =>
  fetch(`${rig.standIn.url}/records/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const firstArticle = () => rig.standIn.rows('knowledgearticles')[0] ?? {};

it.each([
  ['/', 'text/html'],
  ['/page.js', 'text/javascript'],
  ['/page.css', 'text/css'],
])('%s is served with a strict policy', async (path, type) => {
  const response = await ask(path);
  expect(response.headers.get('content-type')).toContain(type);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await response.text()).not.toMatch(/https?:\/\//);
});

it('a chat is shown with words for its codes and with what belongs to it', async () => {
  const { standIn, gateway } = rig;
  const chat = { set: 'cxlvhlp_chatactivities', id: randomUUID() };
  const record = { set: 'cxlvhlp_kbrecordsforbotconversations', id: randomUUID() };
  await gateway.create(chat, {
    subject: 'Lost card',
    cxlvhlp_chatstarttime: '2026-02-01T10:00:00Z',
    cxlvhlp_ChatOrigin: '100000001',
    cxlvhlp_EndReason: 100000002,
  });
  await gateway.create(record, {
    'cxlvhlp_associatedkbarticle@odata.bind': `/knowledgearticles(${String(firstArticle()['knowledgearticleid'])})`,
    cxlvhlp_readbycustomer: true,
  });
  await gateway.associate(chat, 'cxlvhlp_knowledgearticlessentbybot_relationship', record);
  const list = (await (await ask('/records/cxlvhlp_chatactivities')).json()) as JsonObject;
  expect(list).toMatchObject({ title: 'Chats', rows: [{ to: `cxlvhlp_chatactivities/${chat.id}` }] });
  const view = await (await ask(`/records/cxlvhlp_chatactivities/${chat.id}`)).json();
  expect(view).toMatchObject({
    title: 'Lost card',
    facts: expect.arrayContaining([
      { label: 'Origin', value: { text: 'Mobile' } },
      { label: 'End reason', value: { text: 'Visitor disconnected' } },
      { label: 'State', value: { text: 'Open' } },
    ]),
    lists: expect.arrayContaining([
      expect.objectContaining({
        title: 'Articles sent by the bot',
        rows: [
          {
            to: `${record.set}/${record.id}`,
            cells: [expect.objectContaining({ text: firstArticle()['title'] }), { text: 'Yes' }, expect.anything()],
          },
        ],
      }),
    ]),
  });
  expect(standIn.violations).toEqual([]);
});

it('an article can be changed, withdrawn and published again', async () => {
  const id = String(firstArticle()['knowledgearticleid']);
  const values = { title: 'Other title', summary: 'Short', keywords: 'a, b', html: '<p>Text</p>' };
  expect((await post(`knowledgearticles/${id}`, values)).status).toBe(200);
  expect(firstArticle()).toMatchObject({ title: 'Other title', description: 'Short', content: '<p>Text</p>' });
  expect(Date.parse(String(firstArticle()['modifiedon']))).toBeGreaterThan(Date.now() - 5_000);
  await post(`knowledgearticles/${id}/unpublish`, {});
  expect(firstArticle()['statecode']).toBe(0);
  await post(`knowledgearticles/${id}/publish`, {});
  expect(firstArticle()['statecode']).toBe(3);
  expect((await post(`knowledgearticles/${id}`, { ...values, title: '' })).status).toBe(400);
  expect((await post(`knowledgearticles/${id}`, { ...values, summary: 'x'.repeat(156) })).status).toBe(400);
  expect((await post(`knowledgearticles/${randomUUID()}`, values)).status).toBe(404);
});

it('the content of an article is framed without scripts, network and origin', async () => {
  const response = await ask(`/records/content/${String(firstArticle()['knowledgearticleid'])}`);
  expect(response.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
  expect(await response.text()).toContain(String(firstArticle()['content']));
});

it('the switch makes Dynamics go down, throttle, and work again', async () => {
  const statusOf = async () =>
    rig
      .another()
      .list('contacts', { select: ['contactid'] })
      .then(
        () => 200,
        (error: { status: number }) => error.status,
      );
  expect(await statusOf()).toBe(200);
  await post('mode', { mode: 'down' });
  expect(await statusOf()).toBe(503);
  await post('mode', { mode: 'throttled' });
  expect(await statusOf()).toBe(429);
  await post('mode', { mode: 'normal' });
  expect(await statusOf()).toBe(200);
  expect((await post('mode', { mode: 'odd' })).status).toBe(400);
});

it('changes are told to whoever watches', async () => {
  const abort = new AbortController();
  const response = await fetch(`${rig.standIn.url}/records/changes`, { signal: abort.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  await reader.read();
  rig.standIn.put('tasks', randomUUID(), { subject: 'x' });
  expect((await reader.read()).value).toBe('data: changed\n\n');
  abort.abort();
});

it('other web sites get nothing', async () => {
  expect((await post('mode', { mode: 'down' }, { Origin: 'https://evil.example' })).status).toBe(403);
  expect((await post('mode', { mode: 'down' }, { 'Content-Type': 'text/plain' })).status).toBe(415);
  expect(rig.standIn.mode).toBe('normal');
  const { port } = new URL(rig.standIn.url);
  const status = await new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/records/menu', headers: { Host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});

it('what is not there is 404', async () => {
  for (const path of ['/records/none', '/records/contacts/none', '/records/content/none', '/other', '/%2e%2e/package.json']) {
    expect((await ask(path)).status).toBe(404);
  }
});
