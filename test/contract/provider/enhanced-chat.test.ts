import { capabilities } from '../../../handoff/providers/enhanced-chat';
import { startEnhancedChatStandIn } from '../../../sandbox/enhanced-chat';
import { createEnhancedChatHarness } from './enhancedChatHarness';
import { describeProvider } from './providerSuite';

const create = async () => createEnhancedChatHarness(await startEnhancedChatStandIn());

describeProvider('enhanced-chat', create, { inbound: 'listen', capabilities });
