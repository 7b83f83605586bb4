import type { HandoffEvent } from '../../../../../handoff/events';
import type { LiveAgentSession } from '../../../../../handoff/providers/live-agent';
import { liveAgentSession } from './fixture';
import { type ScriptedAnswer, type ScriptedDesk, startScriptedDesk } from './scriptedDesk';

const said = (text: string, sequence: number, offset?: number): ScriptedAnswer => ({
  status: 200,
  body: { messages: [{ type: 'ChatMessage', message: { text } }], sequence, ...(offset !== undefined && { offset }) },
});
const end: ScriptedAnswer = {
  status: 200,
  body: { messages: [{ type: 'ChatEnded', message: { reason: 'agent' } }], sequence: 99 },
};

describe('listening to a chat', () => {
  let desk: ScriptedDesk;

  afterEach(() => desk.close());

  /** Listens to the end with these answers; returns what came out, and the session as the relay would have it. */
  async function listen(answers: ScriptedAnswer[], changes: Partial<LiveAgentSession> = {}, moved = false) {
    desk = await startScriptedDesk(answers);
    const { inbound } = desk.provider;
    if (inbound.kind !== 'listen') throw new Error('not a provider that listens');
    let session = liveAgentSession({ url: `${desk.url}/chat/rest`, ...changes });
    const events: HandoffEvent[] = [];
    for await (const batch of inbound.listen(session, { moved }, new AbortController().signal)) {
      events.push(...batch.events);
      session = { ...session, ...(batch.session as Partial<LiveAgentSession>) };
    }
    return { events, session };
  }

  const texts = (events: HandoffEvent[]) => events.flatMap((event) => (event.kind === 'agentMessage' ? [event.text] : []));
  const acks = () => desk.requests.map((line) => /ack=(-?\d+)/.exec(line)?.[1]);

  it('acknowledges the last answer, and repeats the ack after an empty one', async () => {
    const { session } = await listen([said('a', 4, 100), { status: 204 }, said('b', 5), end]);
    expect(acks()).toEqual(['-1', '4', '4', '5']);
    expect(session).toMatchObject({ ack: 99, offset: 100, state: 'ended' });
  });

  it('asks whether it may go on before every poll: an empty answer is an empty batch', async () => {
    desk = await startScriptedDesk([{ status: 204 }, said('a', 1), said('b', 2)]);
    const { inbound } = desk.provider;
    if (inbound.kind !== 'listen') throw new Error('not a provider that listens');
    const session = liveAgentSession({ url: `${desk.url}/chat/rest` });
    const polls: number[] = [];
    for await (const batch of inbound.listen(session, { moved: false }, new AbortController().signal)) {
      polls.push(desk.requests.length);
      if (polls.length === 1) expect(batch).toEqual({ events: [], session: {} });
      if (polls.length === 3) break;
    }
    expect(polls).toEqual([1, 2, 3]);
    expect(inbound.exclusiveForInMs).toBe(30_000);
  });

  it('drops an answer that was handled, and does not hurry', async () => {
    const { events } = await listen([said('a', 4), said('a', 4), said('older', 3), said('b', 5), end]);
    expect(texts(events)).toEqual(['a', 'b']);
    expect(desk.pauses.filter((pause) => pause === 1_000)).toHaveLength(2);
  });

  it('does not hurry a server that holds nothing', async () => {
    await listen([{ status: 204 }, { status: 204 }, end]);
    expect(desk.pauses.filter((pause) => pause === 1_000)).toHaveLength(2);
  });

  it('asks once more after 409, and goes on if that is answered', async () => {
    const { events } = await listen([{ status: 409, body: 'Out of sync Ack. Expected 2. Actual 1' }, said('a', 2), end]);
    expect(texts(events)).toEqual(['a']);
  });

  it('fails, to be called again, when 409 comes twice; the chat ends only by 403', async () => {
    await expect(listen([{ status: 409 }, { status: 409 }])).rejects.toMatchObject({ code: 'outage', retriable: true });
    await desk.close();
    const { events } = await listen([{ status: 409 }, { status: 403 }]);
    expect(events).toMatchObject([{ kind: 'ended', by: 'system', eventId: 'chat-1:gone' }]);
  });

  it.each([
    [404, 'ended'],
    [403, 'ended'],
  ])('takes %i for the end', async (status, kind) => {
    expect((await listen([{ status }])).events).toMatchObject([{ kind }]);
  });

  it('takes 403 before an agent came for a failure', async () => {
    expect((await listen([{ status: 403 }], { state: 'queued' })).events).toMatchObject([{ kind: 'failed', reason: 'error' }]);
  });

  it.each([
    [{ status: 500 }, { code: 'outage', retriable: true }],
    [{ status: 400 }, { code: 'invalid', retriable: false }],
    [{ status: 405 }, { code: 'invalid', retriable: false }],
    [{ status: 429 }, { code: 'rateLimited', retriable: true }],
    [
      { status: 200, body: '<html>' },
      { code: 'outage', retriable: true },
    ],
    [
      { status: 200, body: { messages: [{ type: 'ChatMessage', message: {} }] } },
      { code: 'outage', retriable: true },
    ],
  ])('fails on %j', async (answer, expected) => {
    await expect(listen([answer])).rejects.toMatchObject(expected);
  });

  it('skips what is no message', async () => {
    const { events } = await listen([
      { status: 200, body: { messages: [null, 1, {}, { type: 'AgentTyping' }], sequence: 1 } },
      end,
    ]);
    expect(events).toMatchObject([{ kind: 'agentTyping' }, { kind: 'ended' }]);
  });

  it('does not listen to a chat that is over', async () => {
    expect((await listen([], { state: 'ended' })).events).toEqual([]);
    expect(desk.requests).toEqual([]);
  });

  describe('that moved', () => {
    const reconnected = (message: object): ScriptedAnswer => ({
      status: 200,
      body: { messages: [{ type: 'ReconnectSession', message }] },
    });
    const data: ScriptedAnswer = {
      status: 200,
      body: { messages: [{ type: 'ChasitorSessionData', message: {} }], sequence: 1, offset: 7 },
    };
    const ok: ScriptedAnswer = { status: 200, body: 'OK' };

    it('asks with the last offset, takes the transcript, says that it is ready, and goes on', async () => {
      const { session } = await listen([{ status: 503 }, reconnected({ affinityToken: 'a2' }), data, ok, end], {
        offset: 55,
        ack: 8,
      });
      expect(desk.requests).toEqual([
        'GET /chat/rest/System/Messages?ack=8',
        'GET /chat/rest/System/ReconnectSession?ReconnectSession.offset=55',
        'GET /chat/rest/System/Messages?ack=-1',
        'POST /chat/rest/Chasitor/ChasitorResyncState',
        'GET /chat/rest/System/Messages?ack=1',
      ]);
      expect(session).toMatchObject({ affinity: 'a2', epoch: 1, offset: 7 });
    });

    it('asks from the beginning when there was no offset, and goes on when the transcript does not come', async () => {
      const { session } = await listen(
        [reconnected({ affinityToken: 'a2', resetSequence: true }), { status: 204 }, ok, end],
        {},
        true,
      );
      expect(desk.requests[0]).toContain('offset=0');
      expect(session).toMatchObject({ epoch: 1 });
    });

    it('keeps numbers and ack when the server says so', async () => {
      const { session } = await listen(
        [reconnected({ affinityToken: 'a2', resetSequence: false }), { status: 204 }, ok, end],
        { ack: 8 },
        true,
      );
      expect(desk.requests[1]).toContain('ack=8');
      expect(session).toMatchObject({ affinity: 'a2', epoch: 0 });
    });

    it('is over when no server knows it', async () => {
      expect((await listen([{ status: 403 }], {}, true)).events).toMatchObject([{ kind: 'ended' }]);
      await desk.close();
      const atTheSecondStep = await listen([reconnected({ affinityToken: 'a2' }), { status: 404 }], {}, true);
      expect(atTheSecondStep.events).toMatchObject([{ kind: 'ended' }]);
    });

    it.each<[string, ScriptedAnswer[]]>([
      ['no server takes it yet', [{ status: 503 }]],
      ['there is no new address', [reconnected({})]],
      ['the transcript cannot be read', [reconnected({ affinityToken: 'a2' }), { status: 200, body: 'OK' }]],
      ['the last step fails', [reconnected({ affinityToken: 'a2' }), data, { status: 500 }]],
    ])('is tried again later when %s', async (_, answers) => {
      await expect(listen(answers, {}, true)).rejects.toMatchObject({ code: 'outage', retriable: true });
    });
  });
});
