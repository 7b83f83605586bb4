import type { JsonValue } from '../../../../../common/json';
import { silentLog } from '../../../../../common/log';
import { createEightByEightProvider } from '../../../../../handoff/providers/8x8';
import { FakeClock, fakeHttp, never, type Reply, settingsWith } from './fakes';

const session = { conversationId: 'cv_1' };

function providerOver(answer: (url: string) => Reply) {
  const http = fakeHttp(({ url }) => answer(url));
  const provider = createEightByEightProvider(settingsWith({ EIGHT_BY_EIGHT_FILE_HOSTS: 'files.example.com' }), {
    http,
    clock: new FakeClock(),
    log: silentLog,
    readFile: () => Promise.reject(new Error('no file')),
    linkFile: () => '',
  });
  return { provider, http };
}

describe('how the session stands', () => {
  const ask = (state: string, assignmentType: string | undefined, agents: boolean[] | 'none') =>
    providerOver((url) => {
      if (!url.includes('/participants'))
        return { json: { id: 'cv_1', state, ...(assignmentType && { assignment: { type: assignmentType, id: '1' } }) } };
      const participants: JsonValue[] = [{ id: 'u', type: 'user', removed: false }];
      if (agents === 'none') return { json: {} };
      return {
        json: { _embedded: { participants: [...participants, ...agents.map((removed) => ({ type: 'agent', removed }))] } },
      };
    }).provider.checkSession?.(session, never);

  it.each<[string, string | undefined, boolean[] | 'none', string]>([
    ['idle', 'queue', [], 'ended'],
    ['idle', 'agent', [false], 'ended'],
    ['created', undefined, 'none', 'queued'],
    ['active', 'queue', [true], 'queued'],
    ['active', 'script', [], 'queued'],
    ['active', 'agent', [false], 'connected'],
    ['active', 'agent', [true, false], 'connected'],
    ['active', 'agent', [true], 'ended'],
    ['active', 'agent', 'none', 'connected'],
    ['active', undefined, [false], 'connected'],
    ['active', undefined, [true], 'ended'],
    ['active', undefined, [], 'queued'],
  ])('%s, assigned to %s, agents gone %j: %s', async (state, assignment, agents, expected) => {
    expect(await ask(state, assignment, agents)).toBe(expected);
  });

  it('is ended when the desk does not know it', async () => {
    expect(await providerOver(() => ({ status: 404 })).provider.checkSession?.(session, never)).toBe('ended');
  });

  it('is unknown when the desk fails or makes no sense', async () => {
    await expect(providerOver(() => ({ status: 500 })).provider.checkSession?.(session, never)).rejects.toMatchObject({
      code: 'outage',
    });
    await expect(providerOver(() => ({ json: {} })).provider.checkSession?.(session, never)).rejects.toMatchObject({
      code: 'outage',
    });
  });
});

describe('opening', () => {
  it.each<Reply>([
    { status: 202, json: {} },
    { status: 202, text: 'OK' },
  ])('may have worked when the answer is unreadable (%j)', async (reply) => {
    const { provider } = providerOver(() => reply);
    const request = {
      id: 'h',
      target: { queueId: '1' },
      skill: 's',
      topic: 't',
      language: 'en',
      customer: { id: 'u', isAuthenticated: false },
      fields: {},
      channel: 'webchat',
      transcript: [],
      requestedAt: '2026-05-04T10:15:00.000Z',
    };
    await expect(provider.open(request, never)).rejects.toMatchObject({ code: 'outage', delivered: 'unknown' });
  });
});

describe('closing', () => {
  it('takes the customer out, and is content when that was done before', async () => {
    for (const status of [204, 404]) {
      const { provider, http } = providerOver(() => ({ status }));
      await provider.close(session, 'afterEnd', never);
      expect(http.requests).toMatchObject([
        {
          method: 'PATCH',
          url: 'https://8x8.test/chat-gateway/v1/conversations/cv_1/participants/user',
          body: '{"removed":true}',
        },
      ]);
    }
  });

  it('fails when the desk does', async () => {
    await expect(providerOver(() => ({ status: 500 })).provider.close(session, 'customerLeft', never)).rejects.toMatchObject({
      code: 'outage',
    });
  });
});

describe('a file of the agent’s', () => {
  const bytes = Buffer.from([1, 2, 3]);
  const reference = { attachmentId: 'T6/c', name: 'label.png', preSignedUrl: 'https://files.example.com/T6c?sig=1' };

  it('is read through the API', async () => {
    const { provider, http } = providerOver(() => ({ bytes, headers: { 'content-type': 'application/octet-stream' } }));
    expect(await provider.fetchFile?.(session, reference, never)).toEqual({ bytes, contentType: 'image/png' });
    expect(http.requests[0]).toMatchObject({
      url: 'https://8x8.test/chat-gateway/v1/conversations/cv_1/attachments/T6%2Fc/content',
      headers: { 'x-api-key': 'eght_key' },
    });
  });

  it('gets its type from the name the answer gives, when nothing else tells', async () => {
    const headers = {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''form.pdf`,
    };
    const { provider } = providerOver(() => ({ bytes, headers }));
    expect(await provider.fetchFile?.(session, { attachmentId: 'T' }, never)).toMatchObject({ contentType: 'application/pdf' });
  });

  it('is read by its signed link, without our key, when the API does not give it', async () => {
    const { provider, http } = providerOver((url) =>
      url.startsWith('https://files.example.com') ? { bytes, headers: { 'content-type': 'image/webp' } } : { status: 404 },
    );
    expect(await provider.fetchFile?.(session, reference, never)).toEqual({ bytes, contentType: 'image/webp' });
    expect(http.requests[1]?.headers).toBeUndefined();
  });

  it.each([
    'http://files.example.com/x',
    'https://files.example.com:8443/x',
    'https://user@files.example.com/x',
    'https://evilfiles.example.com/x',
    'https://files.example.com.evil.test/x',
    'https://169.254.169.254/x',
    'https://[::1]/x',
    'https://localhost/x',
    'file:///etc/passwd',
    'nonsense',
  ])('is not read from %s', async (preSignedUrl) => {
    const { provider, http } = providerOver(() => ({ status: 404 }));
    await expect(provider.fetchFile?.(session, { ...reference, preSignedUrl }, never)).rejects.toMatchObject({
      name: 'HandoffError',
    });
    expect(http.requests).toHaveLength(1);
  });

  it('needs a reference that names it', async () => {
    await expect(providerOver(() => ({})).provider.fetchFile?.(session, {}, never)).rejects.toMatchObject({ code: 'invalid' });
  });
});
