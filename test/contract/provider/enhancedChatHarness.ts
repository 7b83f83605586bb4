import { createEnhancedChatProvider, settingsSchema } from '../../../handoff/providers/enhanced-chat';
import type { EnhancedChatStandIn } from '../../../sandbox/enhanced-chat';
import { createTestDependencies, type ProviderHarness } from './harness';

export interface EnhancedChatHarness extends ProviderHarness {
  standIn: EnhancedChatStandIn;
}

/** The provider wired to this stand-in; `env` adds to the settings with which it finds it. */
export function createEnhancedChatHarness(standIn: EnhancedChatStandIn, env: Record<string, string> = {}): EnhancedChatHarness {
  const dependencies = createTestDependencies();
  const yes = expect.objectContaining({ answer: 'Yes', inReplyTo: expect.any(String), option: expect.any(String) });
  return {
    standIn,
    provider: createEnhancedChatProvider(settingsSchema.parse({ ...standIn.env, ...env }), dependencies),
    desk: standIn.desk,
    faults: standIn.faults,
    violations: standIn.violations,
    dependencies,
    target: { routingAttributes: { Queue: 'cards' } },
    badTargets: [
      { routingAttributes: 'cards' },
      { routingAttributes: { Queue: 7 } },
      { routingAttributes: { 'not a name': 'cards' } },
      { routingAttributes: { Queue: '' } },
      { esDeveloperName: 'not a name' },
      { unheardOf: 1 },
    ],
    card: {
      sent: { type: 'AdaptiveCard', version: '1.3', actions: [{ type: 'Action.Submit', title: 'Yes', data: { any: 'thing' } }] },
      arrives: {
        type: 'AdaptiveCard',
        version: '1.3',
        body: [],
        actions: [{ type: 'Action.Submit', title: 'Yes', data: yes }],
      },
    },
    requests: { open: 'POST /iamessage/api/v2/authorization/unauthenticated/access-token', send: '/message' },
    answers: {
      unauthorized: { status: 401, body: '{"message":"Unauthorized"}' },
      rateLimited: { status: 429 },
      outage: { status: 503 },
    },
    sendUnknownEvent: async (chatId) => {
      standIn.push(chatId, 'SomethingNew', 'CONVERSATION_SOMETHING_NEW', { of: 'some kind' });
    },
    close: standIn.close,
  };
}
