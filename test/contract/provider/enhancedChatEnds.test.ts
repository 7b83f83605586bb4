import { startEnhancedChatStandIn } from '../../../sandbox/enhanced-chat';
import { Conversation } from './conversation';
import { createEnhancedChatHarness, type EnhancedChatHarness } from './enhancedChatHarness';

describe('Enhanced Chat, ending a conversation', () => {
  let harness: EnhancedChatHarness;
  beforeEach(async () => {
    harness = createEnhancedChatHarness(await startEnhancedChatStandIn());
  });
  afterEach(async () => {
    const violations = [...harness.violations];
    await harness.close();
    await harness.dependencies.close();
    expect(violations).toEqual([]);
  });

  it.each([403, 404, 409, 417])('closes it also when the desk says %i of the session in it', async (status) => {
    const conversation = await (await Conversation.open(harness)).accept();
    harness.faults.add({ match: '/session?', status });
    await conversation.close();
    // Nothing can open a new session in it any more.
    await expect(conversation.send('too late')).rejects.toMatchObject({ code: 'sessionEnded' });
    expect(conversation.chat().state).toBe('ended');
    await conversation.stop();
  });

  it('leaves the closing to the next attempt when ending the session fails', async () => {
    const conversation = await (await Conversation.open(harness)).accept();
    harness.faults.add({ match: '/session?', status: 429, headers: { 'retry-after': '3' } });
    await expect(conversation.close()).rejects.toMatchObject({ code: 'rateLimited', retriable: true, retryAfterInMs: 3_000 });
    expect(conversation.chat().state).toBe('active');
    await conversation.close();
    expect(conversation.chat().state).toBe('ended');
    await conversation.stop();
  });
});
