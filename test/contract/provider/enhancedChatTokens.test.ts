import { generateKeyPairSync } from 'node:crypto';
import { type Clock, systemClock } from '../../../common/clock';
import type { HandoffEvent } from '../../../handoff/events';
import type { EnhancedChatSession } from '../../../handoff/providers/enhanced-chat';
import { createEnhancedChatProvider, settingsSchema } from '../../../handoff/providers/enhanced-chat';
import { type EnhancedChatStandInOptions, startEnhancedChatStandIn } from '../../../sandbox/enhanced-chat';
import { Conversation, handoffRequest } from './conversation';
import { createEnhancedChatHarness, type EnhancedChatHarness } from './enhancedChatHarness';

const never = new AbortController().signal;
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const identity = { publicKey: keys.publicKey, keyId: 'key-1', issuer: 'switchboard', audience: 'salesforce' };
const identityEnv = {
  ENHANCED_CHAT_IDENTITY_KEY: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().replaceAll('\n', '\\n'),
  ENHANCED_CHAT_IDENTITY_KEY_ID: identity.keyId,
  ENHANCED_CHAT_IDENTITY_ISSUER: identity.issuer,
  ENHANCED_CHAT_IDENTITY_AUDIENCE: identity.audience,
};

/** Due for renewal in 50 seconds; proofs may be a minute ahead of the desk's clock. */
const shortLived = { identity, verifiedTokenLifeInMs: 110_000 };

describe('tokens of the enhanced-chat provider', () => {
  let harness: EnhancedChatHarness;
  /** How far the provider's clock is ahead. */
  let aheadInMs: number;
  /** What the provider wants to do later than it would notice a dead stream. */
  let planned: (() => void)[];

  const start = async (options: EnhancedChatStandInOptions, env: Record<string, string> = {}) => {
    aheadInMs = 0;
    planned = [];
    harness = createEnhancedChatHarness(await startEnhancedChatStandIn(options), env);
    const clock: Clock = {
      ...systemClock,
      now: () => Date.now() + aheadInMs,
      schedule: (delayInMs, callback) => {
        if (delayInMs <= 45_000) return systemClock.schedule(delayInMs, callback);
        planned.push(callback);
        return () => undefined;
      },
    };
    harness.provider = createEnhancedChatProvider(settingsSchema.parse({ ...harness.standIn.env, ...env }), {
      ...harness.dependencies,
      clock,
    });
  };
  const signedIn = () =>
    handoffRequest(harness, { customer: { id: 'user-1', name: 'Ada Example', contactId: 'contact-7', isAuthenticated: true } });
  const sessionOf = (conversation: Conversation) => conversation.session as EnhancedChatSession;
  const isThere = (conversation: Conversation, text: string) =>
    conversation.shows(({ entries }) => entries.some((entry) => entry.text === text));
  const listenFor = async (conversation: Conversation): Promise<HandoffEvent[]> => {
    if (harness.provider.inbound.kind !== 'listen') throw new Error('not a provider that listens');
    const events: HandoffEvent[] = [];
    for await (const batch of harness.provider.inbound.listen(conversation.session, { moved: false }, never)) {
      conversation.merge(batch.session);
      events.push(...batch.events);
      if (events.some(({ kind }) => kind === 'agentMessage')) break;
    }
    return events;
  };

  afterEach(async () => {
    const violations = [...harness.violations];
    const lines = harness.dependencies.lines.join('\n');
    await harness.close();
    await harness.dependencies.close();
    expect(violations).toEqual([]);
    expect(lines).not.toMatch(/eyJ|contact-7/);
  });

  describe('a guest', () => {
    it('has one token for the whole conversation, which ends when it does', async () => {
      await start({});
      const conversation = await (await Conversation.open(harness)).accept();
      const { token } = sessionOf(conversation);
      await conversation.send('one');
      await conversation.stop();
      harness.standIn.expireTokens();
      aheadInMs = 7 * 3_600_000;
      await expect(conversation.send('two')).rejects.toMatchObject({ code: 'sessionEnded', retriable: false, delivered: 'no' });
      expect(sessionOf(conversation).token).toBe(token);
      expect(await listenFor(conversation)).toMatchObject([{ kind: 'ended', by: 'system' }]);
      expect(await listenFor(conversation)).toEqual([]);
      await conversation.close();
    });

    it('whose token is refused before its time is told from one whose token is used up', async () => {
      await start({});
      const conversation = await (await Conversation.open(harness)).accept();
      await conversation.stop();
      harness.standIn.expireTokens();
      await expect(conversation.send('two')).rejects.toMatchObject({ code: 'unauthorized', retriable: false });
      await expect(listenFor(conversation)).rejects.toMatchObject({ code: 'unauthorized', retriable: false });
    });

    it('is every customer who has not signed in, even where proofs could be given', async () => {
      await start({ identity }, identityEnv);
      const conversation = await (await Conversation.open(harness)).accept();
      expect(sessionOf(conversation).verifiedAs).toBeUndefined();
      await conversation.stop();
    });

    it('is a signed-in customer whose proof the desk does not believe', async () => {
      await start({ identity: { ...identity, issuer: 'somebody else' } }, identityEnv);
      const conversation = await Conversation.open(harness, signedIn());
      expect(sessionOf(conversation).verifiedAs).toBeUndefined();
      expect(harness.dependencies.lines.join('\n')).toContain('did not accept the proof of identity');
      await conversation.accept();
      await conversation.stop();
    });
  });

  describe('a verified customer', () => {
    it('is known by the contact, and goes on with a new token when the old one is refused', async () => {
      await start({ identity }, identityEnv);
      const conversation = await (await Conversation.open(harness, signedIn())).accept();
      expect(sessionOf(conversation).verifiedAs).toBe('contact-7');
      const { token } = sessionOf(conversation);
      harness.standIn.expireTokens();
      await conversation.send('with another token');
      await isThere(conversation, 'with another token');
      expect(sessionOf(conversation).token).not.toBe(token);
      await conversation.stop();
    });

    it('is heard on with a new token after the stream ended with the old one', async () => {
      await start({ identity }, identityEnv);
      const conversation = await (await Conversation.open(harness, signedIn())).accept();
      const { token } = sessionOf(conversation);
      harness.standIn.expireTokens();
      harness.standIn.cutStreams('end');
      await harness.desk.say(conversation.chatId, 'still there?');
      await conversation.tap.next('agentMessage');
      expect(sessionOf(conversation).token).not.toBe(token);
      await conversation.stop();
    });

    it('gets a new token, and a new stream with it, before the old one ends', async () => {
      await start(shortLived, identityEnv);
      const conversation = await (await Conversation.open(harness, signedIn())).accept();
      const { token } = sessionOf(conversation);
      aheadInMs = 55_000;
      for (const renew of planned) renew();
      await harness.desk.say(conversation.chatId, 'one');
      await conversation.tap.next('agentMessage', ({ text }) => text === 'one');
      expect(sessionOf(conversation).token).not.toBe(token);
      await conversation.stop();
    });

    it('writes with a new token when the old one is about to end', async () => {
      await start(shortLived, identityEnv);
      const conversation = await (await Conversation.open(harness, signedIn())).accept();
      await conversation.stop();
      const { token } = sessionOf(conversation);
      aheadInMs = 55_000;
      await conversation.send('two');
      expect(sessionOf(conversation).token).not.toBe(token);
    });

    it('is not passed on as another one when the proof is no longer believed', async () => {
      await start({ identity }, identityEnv);
      const conversation = await (await Conversation.open(harness, signedIn())).accept();
      await conversation.stop();
      harness.standIn.expireTokens();
      const guest = JSON.stringify({ accessToken: 'a.b.c', context: { endUser: { subject: 'v2/iamessage/ANON/x' } } });
      harness.faults.add({ match: 'authorization/authenticated', status: 200, body: guest });
      await expect(conversation.send('who am I?')).rejects.toMatchObject({ code: 'unauthorized', retriable: false });
    });

    it('hears only of the conversation in question', async () => {
      await start({ identity }, identityEnv);
      const first = await (await Conversation.open(harness, signedIn())).accept('Grace');
      const second = await (await Conversation.open(harness, signedIn())).accept('Edsger');
      await harness.desk.say(first.chatId, 'for the first');
      await harness.desk.say(second.chatId, 'for the second');
      expect(await first.tap.next('agentMessage')).toMatchObject({ text: 'for the first', agentName: 'Grace' });
      expect(await second.tap.next('agentMessage')).toMatchObject({ text: 'for the second', agentName: 'Edsger' });
      expect(first.tap.of('agentMessage')).toHaveLength(1);
      await first.stop();
      await second.stop();
    });
  });
});
