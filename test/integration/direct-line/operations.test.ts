import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FakeClock, until } from '../../support/fakeClock';
import { type LineRig, startLine } from './lineRig';

interface Activities {
  activities: { id: string; text?: string; type: string; from: { id: string; role: string }; replyToId?: string }[];
  watermark: string;
}

describe('the Direct Line', () => {
  let rig: LineRig;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'switchboard-line-'));
  });
  afterEach(async () => {
    await rig.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function begin(user = { id: 'dl_1', name: 'Kim' }): Promise<{ id: string; token: string }> {
    const made = await rig.call('POST', '/tokens/generate', { body: { user } });
    expect(made.status).toBe(200);
    const token = made.body['token'] as string;
    const started = await rig.call('POST', '/conversations', { token });
    expect(started.status).toBe(201);
    expect(started.body).toMatchObject({
      conversationId: made.body['conversationId'],
      expires_in: expect.any(Number),
      streamUrl: expect.stringMatching(/^ws:/),
    });
    return { id: started.body['conversationId'] as string, token };
  }
  const send = (at: { id: string; token: string }, text: string) =>
    rig.call('POST', `/conversations/${at.id}/activities`, {
      token: at.token,
      body: { type: 'message', text, from: { id: 'somebody else' } },
    });
  const history = async (at: { id: string; token: string }, watermark = '') =>
    (await rig.call('GET', `/conversations/${at.id}/activities?watermark=${watermark}`, { token: at.token }))
      .body as unknown as Activities;

  it('tells the bot who came, and passes messages on under the name of the token', async () => {
    rig = await startLine();
    const at = await begin();
    await until('the bot hears of the conversation', () => rig.heard.length === 1);
    expect(rig.heard[0]).toMatchObject({ type: 'conversationUpdate', membersAdded: [{ id: 'switchboard' }, { id: 'dl_1' }] });
    const sent = await send(at, 'hello');
    expect(sent.status).toBe(200);
    expect(rig.heard[1]).toMatchObject({
      type: 'message',
      id: sent.body['id'],
      text: 'hello',
      channelId: 'directline',
      from: { id: 'dl_1', role: 'user' },
      recipient: { id: 'switchboard' },
      conversation: { id: at.id },
    });
    expect(rig.heard[1]!.serviceUrl).toBe(new URL(rig.line.url).origin);
  });

  it('puts the answers of a turn after the message they answer', async () => {
    rig = await startLine();
    const at = await begin();
    rig.onActivity = async ({ type, id, conversation }) => {
      if (type === 'message') await rig.say(conversation.id, { type: 'message', text: 'answer' }, id);
      return 200;
    };
    await send(at, 'question');
    const { activities, watermark } = await history(at);
    expect(activities.map(({ text }) => text)).toEqual(['question', 'answer']);
    expect(activities[1]).toMatchObject({ replyToId: activities[0]!.id, from: { role: 'bot' } });
    expect((await history(at, watermark)).activities).toEqual([]);
  });

  it('says so when the bot does not take a message, and does not show it', async () => {
    rig = await startLine();
    const at = await begin();
    rig.onActivity = async () => 400;
    const sent = await send(at, 'lost');
    expect(sent).toMatchObject({ status: 502, body: { error: { code: 'BotError' } } });
    expect((await history(at)).activities).toEqual([]);
  });

  it('brings a message with the same id until the bot is back', async () => {
    rig = await startLine();
    const at = await begin();
    await until('the bot hears of the conversation', () => rig.heard.length === 1);
    let times = 0;
    rig.onActivity = async () => {
      times += 1;
      return times < 3 ? 503 : 200;
    };
    expect((await send(at, 'patience')).status).toBe(200);
    const ids = rig.heard.filter(({ text }) => text === 'patience').map(({ id }) => id);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  it('waits for a bot that is not there yet', async () => {
    rig = await startLine();
    const at = await begin();
    await until('the bot hears of the conversation', () => rig.heard.length === 1);
    await rig.stopBot();
    const sent = send(at, 'early');
    await rig.startBot();
    expect((await sent).status).toBe(200);
    expect((await history(at)).activities.map(({ text }) => text)).toEqual(['early']);
  });

  it('updates and deletes what the bot said, also over a restart', async () => {
    const dataFile = path.join(folder, 'line.jsonl');
    rig = await startLine({ dataFile });
    const at = await begin();
    const first = await rig.say(at.id, { type: 'message', text: 'one' });
    const second = await rig.say(at.id, { type: 'message', text: 'two' });
    const url = (id: string) => new URL(`/v3/conversations/${at.id}/activities/${encodeURIComponent(id)}`, rig.line.url);
    const put = await fetch(url(first.id), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"type":"message","text":"ONE"}',
    });
    expect(put.status).toBe(200);
    expect((await fetch(url(second.id), { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(url(second.id), { method: 'DELETE' })).status).toBe(404);
    const texts = async () => (await history(at)).activities.map(({ text }) => text);
    expect(await texts()).toEqual(['ONE']);
    await rig.restartLine();
    expect(await texts()).toEqual(['ONE']);
  });

  it('goes on after a restart: token, history, watermark and files', async () => {
    const dataFile = path.join(folder, 'line.jsonl');
    rig = await startLine({ dataFile });
    const at = await begin();
    await send(at, 'before');
    const { watermark } = await history(at);
    const form = new FormData();
    form.append('file', new Blob(['content'], { type: 'text/plain' }), 'a b.txt');
    const uploaded = await fetch(`${rig.line.url}/conversations/${at.id}/upload?userId=dl_1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${at.token}` },
      body: form,
    });
    expect(uploaded.status).toBe(200);
    const file = rig.heard.at(-1)!.attachments![0]!;
    await rig.restartLine();
    await send(at, 'after');
    expect((await history(at)).activities.map(({ text }) => text)).toEqual(['before', undefined, 'after']);
    expect((await history(at, watermark)).activities).toHaveLength(2);
    expect(new Set((await history(at)).activities.map(({ id }) => id)).size).toBe(3);
    const served = await fetch(file.contentUrl);
    expect([await served.text(), served.headers.get('x-content-type-options')]).toEqual(['content', 'nosniff']);
    // A second start of the conversation is a return, which the bot is not told of.
    expect((await rig.call('POST', '/conversations', { token: at.token })).status).toBe(200);
  });

  it('mends a journal that a crash cut off', async () => {
    const dataFile = path.join(folder, 'line.jsonl');
    rig = await startLine({ dataFile });
    const at = await begin();
    await send(at, 'kept');
    await rig.line.stop();
    writeFileSync(dataFile, `${readFileSync(dataFile, 'utf8')}{"kind":"activity","conversa`);
    await rig.restartLine();
    await send(at, 'next');
    await rig.restartLine();
    expect((await history(at)).activities.map(({ text }) => text)).toEqual(['kept', 'next']);
  });

  it('refuses foreign, missing and expired tokens', async () => {
    const clock = new FakeClock();
    rig = await startLine({ clock, tokenLifetimeInMs: 60_000 });
    const at = await begin();
    const other = await begin({ id: 'dl_2', name: 'Lee' });
    expect((await history(at)).activities).toEqual([]);
    const get = (token: string) => rig.call('GET', `/conversations/${at.id}`, { token });
    expect((await get(at.token)).status).toBe(200);
    expect((await get(other.token)).status).toBe(403);
    expect((await get('forged.token')).status).toBe(401);
    expect((await rig.call('POST', '/tokens/generate', { token: at.token, body: {} })).status).toBe(403);
    await clock.advance(59_000);
    const refreshed = await rig.call('POST', '/tokens/refresh', { token: at.token });
    await clock.advance(2_000);
    expect(await get(at.token)).toMatchObject({ status: 403, body: { error: { code: 'TokenExpired' } } });
    expect((await get(refreshed.body['token'] as string)).status).toBe(200);
  });

  it('refuses what is too large or malformed, and names nobody gave it', async () => {
    rig = await startLine();
    const at = await begin();
    expect((await send(at, 'x'.repeat(300_000))).status).toBe(413);
    expect(
      (await rig.call('POST', `/conversations/${at.id}/activities`, { token: at.token, body: { text: 'no type' } })).status,
    ).toBe(400);
    const form = new FormData();
    form.append('file', new Blob([Buffer.alloc(4 * 1024 * 1024 + 1)]), 'big.bin');
    const upload = (body: NonNullable<RequestInit['body']>, type?: string) =>
      fetch(`${rig.line.url}/conversations/${at.id}/upload?userId=dl_1`, {
        method: 'POST',
        headers: { authorization: `Bearer ${at.token}`, ...(type && { 'content-type': type }) },
        body,
      });
    expect((await upload(form)).status).toBe(413);
    expect((await upload('junk', 'multipart/form-data; boundary=x')).status).toBe(400);
    expect((await rig.call('GET', '/conversations/unknown')).status).toBe(404);
    expect((await rig.call('GET', '/nothing')).status).toBe(404);
    const cors = await fetch(`${rig.line.url}/conversations`, { method: 'OPTIONS' });
    expect([cors.status, cors.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    // The bot's side is for no web page: it asks for a media type that a page may not send unasked.
    const foreign = await fetch(new URL(`/v3/conversations/${at.id}/activities`, rig.line.url), {
      method: 'POST',
      body: '{"type":"message"}',
    });
    expect(foreign.status).toBe(415);
  });

  it('passes typing on without keeping it', async () => {
    const clock = new FakeClock();
    rig = await startLine({ clock });
    const at = await begin();
    await rig.say(at.id, { type: 'typing' });
    expect((await history(at)).activities.map(({ type }) => type)).toEqual(['typing']);
    await clock.advance(6_000);
    expect((await history(at)).activities).toEqual([]);
    await rig.call('POST', `/conversations/${at.id}/activities`, { token: at.token, body: { type: 'typing' } });
    await until('the bot hears typing', () => rig.heard.at(-1)?.type === 'typing');
  });

  it('names the members', async () => {
    rig = await startLine();
    const at = await begin();
    const get = async (tail: string) => (await fetch(new URL(`/v3/conversations/${at.id}/${tail}`, rig.line.url))).json();
    expect(await get('members')).toEqual([
      { id: 'switchboard', name: 'Switchboard' },
      { id: 'dl_1', name: 'Kim' },
    ]);
    expect(await get('members/dl_1')).toEqual({ id: 'dl_1', name: 'Kim' });
    expect(await get('pagedmembers')).toMatchObject({ members: expect.any(Array) });
  });
});
