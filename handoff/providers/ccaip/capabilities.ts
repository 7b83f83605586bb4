import type { HandoffCapabilities } from '../../capabilities';
import type { CcaipSettings } from './settings';

/** What this desk can do; knowing beforehand whether somebody is there is a matter of settings. */
export function capabilitiesFor(settings: CcaipSettings): HandoffCapabilities {
  return {
    mode: 'relay',
    // Neither typing nor read receipts were found in the interface.
    typingToAgent: false,
    typingToCustomer: false,
    // JPEG and MP4 within the vendor's sizes; everything else as a link.
    filesToAgent: 'upload',
    filesToCustomer: true,
    cardsToCustomer: false,
    queuePosition: false,
    // Told before the handoff only.
    estimatedWait: false,
    availability: settings.CCAIP_AVAILABILITY === 'on',
    transcript: 'history',
    acceptsWhileQueued: true,
    // A message has no id of ours, and posted ones cannot be read back.
    deduplicatesMessages: false,
    pausesChats: true,
    // A transfer shows as one leaving and another joining; its own event's name is not documented.
    agentLeftGraceInMs: 10_000,
  };
}
