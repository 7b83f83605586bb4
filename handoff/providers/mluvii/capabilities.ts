import type { HandoffCapabilities } from '../../capabilities';
import type { MluviiSettings } from './settings';

/** What operators on the Generic Channel can do: its vocabulary is text, joining and leaving, and nothing else. */
export function capabilitiesFor(settings: MluviiSettings): HandoffCapabilities {
  return {
    mode: 'relay',
    typingToAgent: false,
    typingToCustomer: false,
    filesToAgent: 'link',
    filesToCustomer: false,
    cardsToCustomer: false,
    queuePosition: false,
    estimatedWait: false,
    availability: canCheckAvailability(settings),
    transcript: 'field',
    acceptsWhileQueued: true,
    // The id of an activity is for debugging only.
    deduplicatesMessages: false,
    maxTextLength: settings.MLUVII_MAX_TEXT_LENGTH,
    // Nothing tells a chat that is passed on from one that is over.
    agentLeftGraceInMs: settings.MLUVII_AGENT_LEFT_GRACE_SECONDS * 1000,
  };
}

export function canCheckAvailability(settings: MluviiSettings): boolean {
  return settings.MLUVII_API_CLIENT_ID !== undefined;
}
