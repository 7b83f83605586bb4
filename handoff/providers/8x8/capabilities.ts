import type { HandoffCapabilities } from '../../capabilities';
import type { EightByEightSettings } from './settings';

/** What this desk can do; knowing beforehand whether somebody is there is a matter of settings. */
export function capabilitiesFor(settings: EightByEightSettings): HandoffCapabilities {
  return {
    mode: 'relay',
    typingToAgent: true,
    typingToCustomer: true,
    filesToAgent: 'upload',
    filesToCustomer: true,
    cardsToCustomer: true,
    // The queued event names the queue and nothing else.
    queuePosition: false,
    estimatedWait: false,
    availability: canCheckAvailability(settings),
    transcript: 'history',
    // Agents see on joining what was written while the customer waited.
    acceptsWhileQueued: true,
    // Nothing makes a POST idempotent and no message id comes back.
    deduplicatesMessages: false,
    // The order of "transferred" and "left" is not promised; 5 to 15 seconds tell one from the other.
    agentLeftGraceInMs: 10_000,
  };
}

export function canCheckAvailability(settings: EightByEightSettings): boolean {
  if (settings.EIGHT_BY_EIGHT_AVAILABILITY === 'off') return false;
  return settings.EIGHT_BY_EIGHT_SCHEDULE_ID !== undefined || settings.EIGHT_BY_EIGHT_STATISTICS !== 'off';
}
