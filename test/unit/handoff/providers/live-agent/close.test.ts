import type { CloseReason } from '../../../../../handoff/provider';
import type { LiveAgentSession } from '../../../../../handoff/providers/live-agent';
import { liveAgentSession } from './fixture';
import { type ScriptedAnswer, type ScriptedDesk, startScriptedDesk } from './scriptedDesk';

describe('closing a chat', () => {
  let desk: ScriptedDesk;

  afterEach(() => desk.close());

  async function close(answers: ScriptedAnswer[], changes: Partial<LiveAgentSession> = {}, reason: CloseReason = 'customerLeft') {
    desk = await startScriptedDesk(answers);
    const session = liveAgentSession({ url: `${desk.url}/chat/rest`, key: 'chat-1!a/b=', ...changes });
    await desk.provider.close(session, reason, new AbortController().signal);
    return desk.requests;
  }

  const chatEnd = 'POST /chat/rest/Chasitor/ChatEnd';
  const deletion = 'DELETE /chat/rest/System/SessionId/chat-1!a%2Fb%3D';
  const ok: ScriptedAnswer = { status: 200, body: 'OK' };

  it('ends the chat, then deletes the session under its encoded key', async () => {
    expect(await close([ok, ok])).toEqual([chatEnd, deletion]);
  });

  it.each<[string, Partial<LiveAgentSession>, CloseReason]>([
    ['it was not accepted yet', { state: 'requested' }, 'notAccepted'],
    ['it is over', { state: 'ended' }, 'customerLeft'],
    ['the desk ended it', {}, 'afterEnd'],
  ])('only deletes the session when %s', async (_, changes, reason) => {
    expect(await close([ok], changes, reason)).toEqual([deletion]);
  });

  it.each([403, 404])('is content when the desk does not know it: %i', async (status) => {
    expect(await close([{ status }, { status }])).toEqual([chatEnd, deletion]);
  });

  it('deletes the session all the same when the chat is in no state to be ended', async () => {
    expect(await close([{ status: 500 }, ok])).toEqual([chatEnd, deletion]);
  });

  it('goes on under the number the server expects', async () => {
    expect(await close([{ status: 409, body: 'Out of sync. Expected 3. Actual 2' }, ok, ok])).toEqual([
      chatEnd,
      chatEnd,
      deletion,
    ]);
  });

  it('says that the chat moved, so that it can be closed where it is', async () => {
    await expect(close([{ status: 503 }])).rejects.toMatchObject({ code: 'sessionMoved', retriable: true });
  });

  it('does not look for a finished chat on other servers', async () => {
    expect(await close([{ status: 503 }], {}, 'afterEnd')).toEqual([deletion]);
  });

  it('reports a desk that is down', async () => {
    await expect(close([ok, { status: 500 }])).rejects.toMatchObject({ code: 'outage', retriable: true });
  });
});
