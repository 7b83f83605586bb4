import type { Clock } from '../common/clock';
import type { Log } from '../common/log';
import type { HandoffProvider } from '../handoff/provider';
import type { ProviderRegistry } from '../handoff/registry';
import type { HandoffRequest, TranscriptEntry } from '../handoff/request';
import type { LinkStore } from '../store/links';
import type { CustomerChannel } from './delivery';
import type { DeskCalls } from './deskCalls';
import type { FormerOwner, FormerOwners } from './formerOwners';
import type { LiveLink, Route } from './linkData';
import type { Orders } from './operating/orders';
import { transcriptUntil } from './operating/transcriptUntil';
import type { RelayOptions } from './options';
import type { Step } from './steps';

/** What was said in a conversation, for the agent; written by the bot. */
export interface Transcripts {
  /** Entries at or after `since` and before `until` (ISO times), oldest first. */
  read(conversationKey: string, since: string | undefined, until: string): Promise<TranscriptEntry[]>;
}

/** What the relay is made of. */
export interface RelayDependencies {
  store: LinkStore;
  registry: ProviderRegistry;
  channel: CustomerChannel;
  transcripts: Transcripts;
  clock: Clock;
  log: Log;
  options: RelayOptions;
  /** What operators decided; nothing when absent. */
  orders?: Orders;
}

/** The same, with what all links of this process share. */
export interface WorkerDependencies extends RelayDependencies {
  desks: DeskCalls;
  formerOwners: FormerOwners;
}

/** One link with its owner's rights, as the parts of a worker (open, outbound, inbound, …) see it. */
export interface LinkActor {
  readonly deps: WorkerDependencies;
  readonly log: Log;
  /** The link as last written. */
  readonly link: LiveLink;
  /** Who had it before, when that one may still have a request open at the desk. */
  readonly formerOwner: FormerOwner | undefined;
  /** Aborts when the worker stops or lost its lease. */
  readonly signal: AbortSignal;
  /** The provider of the present route. */
  provider(): HandoffProvider;
  /**
   * Decides on the newest link and writes the step, one at a time. Resolves when it is written, with the number of the message
   * that was begun with it, if one was; `undefined` writes nothing. Throws `LeaseLost` when the link is somebody else's.
   */
  mutate(decide: (link: LiveLink) => Step | undefined): Promise<number | undefined>;
  /** Throws `LeaseLost` when this instance can no longer be sure of its leases: to be called before anything leaves. */
  assertLease(): void;
  /** A signal for one outgoing call: the worker's, with the call's time limit. */
  callSignal(timeoutInMs?: number): AbortSignal;
  /** Listening has to begin anew at the desk's new place. */
  relocate(): void;
}

/** What a desk is asked with: the link's request, for one route. */
export async function handoffRequest(deps: RelayDependencies, link: LiveLink, route: Route): Promise<HandoffRequest> {
  const { handoff, transcriptSince } = link.request;
  const transcript = await deps.transcripts.read(link.conversationKey, transcriptSince, await transcriptUntil(deps, link));
  return { ...handoff, id: link.id, target: route.target, transcript };
}
