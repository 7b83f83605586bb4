import type { BackoffOptions } from '../common/backoff';
import type { DeskLimits } from './deskCalls';

/** How patient the relay is. Durations in milliseconds. */
export interface RelayOptions {
  heartbeatInMs: number;
  /** An instance silent for this long has lost its links. Must be well above the heartbeat. */
  leaseInMs: number;
  sweepInMs: number;
  /** Links an instance that has more than its fair share gives to another one, with each sweep. */
  handOverPerSweep: number;
  callTimeoutInMs: number;
  /** How long an unanswered `open` waits for the desk's events before it counts as failed. */
  adoptWaitInMs: number;
  /** Attempts to open one route while the desk is down. */
  maxOpenAttempts: number;
  sendBackoff: BackoffOptions;
  /** A customer's message that could not be sent for this long is reported as not delivered. */
  sendForInMs: number;
  deliverBackoff: BackoffOptions;
  /** A delivery the channel did not take for this long is given up. */
  deliverForInMs: number;
  listenBackoff: BackoffOptions;
  /** A desk that cannot be listened to for this long has lost the chat. */
  deskDownForInMs: number;
  closeBackoff: BackoffOptions;
  maxCloseAttempts: number;
  /** A chat in which nobody said anything for this long is ended. */
  idleForInMs: number;
  /** The same for a channel that was handed over, in which we hear nothing of what is said. */
  transferredForInMs: number;
  /** A customer who has not answered the agent for this long is asked whether they are still there; absent: never. */
  remindAfterInMs?: number;
  /** A desk that asks for a longer pause than this before it opens a chat is passed over. */
  openPauseAtMostInMs: number;
  /** No vendor documents a limit of parallel calls; this one keeps a slow desk from holding every connection. */
  deskLimits: DeskLimits;
}

export const defaultRelayOptions: RelayOptions = {
  heartbeatInMs: 3_000,
  leaseInMs: 10_000,
  sweepInMs: 2_000,
  handOverPerSweep: 20,
  callTimeoutInMs: 20_000,
  adoptWaitInMs: 10_000,
  maxOpenAttempts: 3,
  sendBackoff: { firstInMs: 500, maxInMs: 15_000 },
  sendForInMs: 120_000,
  deliverBackoff: { firstInMs: 500, maxInMs: 15_000 },
  deliverForInMs: 600_000,
  listenBackoff: { firstInMs: 500, maxInMs: 5_000 },
  deskDownForInMs: 180_000,
  closeBackoff: { firstInMs: 1_000, maxInMs: 60_000 },
  maxCloseAttempts: 10,
  idleForInMs: 4 * 3_600_000,
  transferredForInMs: 4 * 3_600_000,
  openPauseAtMostInMs: 3_000,
  deskLimits: { maxConcurrentCalls: 64, failuresUntilOpen: 8, openForInMs: 2_000, openForAtMostInMs: 30_000 },
};
