import type { HandoffProvider, ProviderDependencies } from '../../handoff/provider';
import { createLiveAgentProvider, type LiveAgentSession, settingsSchema } from '../../handoff/providers/live-agent';
import { sessionKey } from '../traffic/places';

/** The Live Agent provider as the product has it, against a server that only holds polls. */
export function createHeldDesk(url: string, deps: ProviderDependencies): HandoffProvider<LiveAgentSession> {
  const settings = settingsSchema.parse({
    LIVE_AGENT_URL: url,
    LIVE_AGENT_ORGANIZATION_ID: '00D000000000001',
    LIVE_AGENT_DEPLOYMENT_ID: '572000000000001',
  });
  return createLiveAgentProvider(settings, deps);
}

/** A chat with an agent, as it is kept while nothing happens. */
export function heldSession(url: string, index: number, pollTimeoutInMs: number): LiveAgentSession {
  return {
    url: `${url}/chat/rest`,
    id: sessionKey(index),
    key: `key-${index}-0123456789abcdef0123456789abcdef`,
    pollTimeoutInMs,
    affinity: 'affinity01',
    epoch: 0,
    ack: 3,
    offset: 1_234_567,
    state: 'connected',
    agentName: 'Agent',
    agentGone: false,
    agentMessages: 1,
    nextSequence: 4,
    sequenceEpoch: 0,
    sentMessages: 1,
  };
}
