import { HandoffError } from '../../../../../handoff/errors';
import { conversationIdOf, handoffIdOf } from '../../../../../handoff/providers/mluvii/session';
import type { HandoffRequest } from '../../../../../handoff/request';
import { createRig, handoff, never, registeredRig, registration } from './rig';

const open = async (overrides: Partial<HandoffRequest> = {}, settings: Record<string, string> = {}) => {
  const rig = await registeredRig(settings);
  const request = handoff(overrides);
  const opened = await rig.provider.open({ ...request, target: rig.provider.parseTarget(request.target) }, never);
  return { ...rig, opened, sent: rig.activities() };
};

describe('opening a chat', () => {
  it('posts one message with the registered headers, and what routing and operators need beside it', async () => {
    const { requests, sent, opened } = await open({
      customer: { id: 'u', name: 'Ada', email: 'a@b.example', phone: '+1', contactId: 'c-1', isAuthenticated: false },
      fields: { 'Card type': 'Debit', handoffTopic: 'own word', ' ': 'x', Empty: ' ' },
      chatActivityId: 'act-1',
      sourcePageUrl: 'https://bank.example/help',
      target: { reason: 'lost-card' },
      transcript: [{ at: '2026-01-05T08:58:00.000Z', from: 'customer', text: 'My <card>' }],
    });
    expect(requests).toMatchObject([
      { method: 'POST', url: registration.url, headers: { 'X-Key': 'abc', 'content-type': 'application/json' } },
    ]);
    expect(sent).toEqual([
      {
        id: 'h1',
        conversationId: opened.sessionKey,
        type: 'ChatMessage',
        timestamp: '2026-01-05T08:59:00.000+00:00',
        text: 'Handed over by the bot\nTopic: Card was swallowed\nName: Ada\nE-mail: a@b.example\nPhone: +1\nCard type: Debit\nhandoffTopic: own word\n\nCustomer: My &lt;card&gt;',
        conversationMetadata: {
          HandoffReason: 'lost-card',
          oo1_guest_ident: 'Ada',
          oo1_guest_email: 'a@b.example',
          oo1_guest_phone: '+1',
          HandoffId: 'h1',
          HandoffTopic: 'Card was swallowed',
          HandoffSkill: 'cards',
          HandoffLanguage: 'en-US',
          HandoffChannel: 'webchat',
          HandoffAuthenticated: 'no',
          HandoffContact: 'c-1',
          HandoffChatActivity: 'act-1',
          HandoffPage: 'https://bank.example/help',
          HandoffTranscript: 'Customer: My <card>',
          'Card type': 'Debit',
          'handoffTopic (answer)': 'own word',
        },
      },
    ]);
  });

  it('names the skill as reason when the route names none, under the parameter of the settings', async () => {
    const { sent } = await open({}, { MLUVII_ROUTING_PARAM: 'Why' });
    expect(sent[0]?.['conversationMetadata']).toMatchObject({ Why: 'cards' });
  });

  it('keeps the newest of a long past', async () => {
    const transcript = Array.from({ length: 500 }, (_, index) => ({
      at: '2026-01-05T08:58:00.000Z',
      from: 'bot' as const,
      text: `line ${index} 😀`,
      cards: [{ contentType: 'x', content: { title: 'A card', body: [{ text: 'with words', data: { text: 'not these' } }] } }],
      files: [{ name: 'a.png', contentType: 'image/png', url: 'https://secret.example' }],
    }));
    const { sent } = await open({ transcript }, { MLUVII_MAX_TEXT_LENGTH: '500' });
    const text = String(sent[0]?.['text']);
    expect(sent).toHaveLength(1);
    expect(text.length).toBeLessThanOrEqual(500);
    expect(text).toContain('line 499 😀\n[A card · with words]\n[a.png]');
    expect(text).toContain('[…]');
    expect(JSON.stringify(sent)).not.toMatch(/not these|secret\.example/);
  });

  it('cuts a single entry that is too long without half a character', async () => {
    const transcript = [{ at: '2026-01-05T08:58:00.000Z', from: 'customer' as const, text: '😀'.repeat(2_000) }];
    const { sent } = await open({ transcript }, { MLUVII_MAX_TEXT_LENGTH: '501' });
    expect(String(sent[0]?.['text']).isWellFormed()).toBe(true);
    expect(JSON.stringify(sent[0]?.['conversationMetadata'])).toContain('😀');
  });

  it('uses the same conversation on every attempt, and another at another target', () => {
    const first = conversationIdOf(handoff({ target: { reason: 'a', operatorIds: [1] } }));
    expect(conversationIdOf(handoff({ target: { operatorIds: [1], reason: 'a' } }))).toBe(first);
    expect(conversationIdOf(handoff({ target: { reason: 'b' } }))).not.toBe(first);
    expect(handoffIdOf(first)).toBe('h1');
    expect(handoffIdOf('somebody-elses')).toBeUndefined();
  });

  it('is passed over while mluvii has not registered its channel', async () => {
    const { provider, requests } = await createRig();
    const failed = provider.open(handoff(), never);
    await expect(failed).rejects.toBeInstanceOf(HandoffError);
    await expect(failed).rejects.toMatchObject({ code: 'unavailable', retriable: false, delivered: 'no' });
    expect(requests).toEqual([]);
  });

  it.each<[number, string, boolean, string]>([
    [302, 'unauthorized', false, 'no'],
    [403, 'unauthorized', false, 'no'],
    [404, 'invalid', false, 'no'],
    [408, 'timedOut', true, 'unknown'],
    [413, 'rejected', false, 'no'],
    [429, 'rateLimited', true, 'no'],
    [503, 'outage', true, 'no'],
    [504, 'outage', true, 'unknown'],
  ])('takes HTTP %s for %s', async (status, code, retriable, delivered) => {
    const { provider } = await registeredRig({}, () => ({ status }));
    await expect(provider.open(handoff(), never)).rejects.toMatchObject({ code, retriable, delivered });
  });
});

describe('sending', () => {
  const session = { conversationId: 'h1.00000000', lastAt: Date.parse('2026-01-05T09:00:00.000Z') };
  const message = { id: 'm1', text: 'Hello', files: [], at: '2026-01-05T08:00:00.000Z' };

  it('never goes back in time, because mluvii sorts by it', async () => {
    const { provider, activities } = await registeredRig();
    const { session: changed } = await provider.send(session, message, undefined, never);
    expect(changed).toEqual({ lastAt: session.lastAt + 1 });
    await provider.send({ ...session, ...changed }, { ...message, at: '2026-01-05T09:30:00.000Z' }, undefined, never);
    expect(activities().map(({ timestamp }) => timestamp)).toEqual([
      '2026-01-05T09:00:00.001+00:00',
      '2026-01-05T09:30:00.000+00:00',
    ]);
  });

  it('puts a long text into one batch of parts, each later than the one before', async () => {
    const { provider, activities, requests } = await registeredRig({ MLUVII_MAX_TEXT_LENGTH: '200' });
    const text = 'word '.repeat(100).trim();
    await provider.send(session, { ...message, text }, undefined, never);
    const sent = activities();
    expect(requests).toHaveLength(1);
    expect(sent.map(({ text: part }) => part).join('')).toBe(text);
    expect(sent.map(({ id }) => id)).toEqual(['m1', 'm1#2', 'm1#3']);
    expect(new Set(sent.map(({ timestamp }) => timestamp)).size).toBe(3);
  });

  it('tells files and answers on cards in words, and who speaks when it is the bot', async () => {
    const { provider, activities } = await registeredRig();
    const file = { name: 'a.png', contentType: 'image/png', url: 'https://channel.example/a' };
    await provider.send(
      session,
      { ...message, text: '', files: [file], cardSubmission: { choice: 'yes', more: { n: 1 } } },
      undefined,
      never,
    );
    await provider.send(session, { ...message, text: 'Your choice: Yes', cardSubmission: { choice: 'yes' } }, undefined, never);
    await provider.send(session, { ...message, author: 'bot', text: 'That did not arrive.' }, undefined, never);
    expect(activities().map(({ text }) => text)).toEqual([
      'choice: yes\nmore: {"n":1}\na.png: https://bot.example/files/a.png',
      'Your choice: Yes',
      '[Bot] That did not arrive.',
    ]);
    await expect(provider.send(session, { ...message, text: '  ' }, undefined, never)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('says once that the guest has left, and nothing after it', async () => {
    const { provider, activities, kept } = await registeredRig();
    await provider.close(session, 'customerLeft', never);
    expect(activities()).toEqual([
      { id: 'h1.00000000#left', conversationId: 'h1.00000000', type: 'GuestLeft', timestamp: '2026-01-05T09:00:00.001+00:00' },
    ]);
    await expect(provider.send(session, message, undefined, never)).rejects.toMatchObject({ code: 'sessionEnded' });
    expect([...kept.documents.keys()]).toEqual(['registration']);
  });
});
