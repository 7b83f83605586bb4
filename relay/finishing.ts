import { HandoffError } from '../handoff/errors';
import type { CustomerMessage } from '../handoff/request';
import type { LinkActor } from './actor';
import { isTerminal, type LiveLink } from './linkData';
import { undelivered } from './outbound';
import { finalDelivery, type Step } from './steps';

const batchSize = 200;
/** Webhooks overtake each other: the agent's last words may come just after the end. */
const lastWordsWithinInMs = 1_000;

/** Ends a link for the customer: names what did not arrive any more, then says how it ended. Runs once per link. */
export class Finishing {
  private waitUntil: number | undefined;

  constructor(
    private readonly actor: LinkActor,
    /** Resolves when the desk's words are taken in and no message is on its way to it any more, or after some seconds. */
    private readonly settled: () => Promise<void>,
  ) {}

  async run(): Promise<number | undefined> {
    const { actor } = this;
    if (!isTerminal(actor.link.state) || actor.link.data.finalQueued) return undefined;
    const waitInMs = this.waitForLastWords();
    if (waitInMs > 0) return waitInMs;
    await this.settled();
    await this.reportUnsent();
    await actor.mutate((link): Step => {
      const final = finalDelivery(link, this.deskOwnsRecord(link));
      return {
        data: { ...link.data, finalQueued: true },
        deliveries: [
          { id: 'final', delivery: final },
          { id: 'giveBack', delivery: { kind: 'giveBack', outcome: final } },
        ],
      };
    });
    return undefined;
  }

  /** Whether the desk of the last session completes the record of the chat itself. */
  private deskOwnsRecord({ data }: LiveLink): boolean {
    const past = data.pastSession;
    const provider = past && this.actor.deps.registry.find(past.provider);
    return (past && provider?.ownsRecord?.(past.session)) ?? false;
  }

  private waitForLastWords(): number {
    const { link, deps } = this.actor;
    const isHeard = deps.registry.find(link.provider)?.inbound.kind === 'webhook';
    const isOver = link.data.connectedAt === undefined || link.data.ended?.by === 'customer';
    if (!isHeard || isOver) return 0;
    this.waitUntil ??= deps.clock.monotonic() + lastWordsWithinInMs;
    return this.waitUntil - deps.clock.monotonic();
  }

  private async reportUnsent(): Promise<void> {
    const { actor } = this;
    for (;;) {
      const left = await actor.deps.store.pending(actor.link.id, 'toDesk', batchSize);
      const [first] = left;
      if (!first) return;
      const unsent: CustomerMessage[] = [];
      for (const row of left) {
        // Written by Relay.accept from this very type; the relay's own notes to the agent need no mention.
        const message = row.payload as unknown as CustomerMessage;
        if (message.author !== 'bot' && !(row.attempts > 0 && (await this.wasDelivered(message)))) unsent.push(message);
      }
      await actor.mutate(() => ({
        settled: left.map((row) => ({ seq: row.seq, as: 'failed', error: 'ended' })),
        deliveries: unsent.length > 0 ? [{ id: `final:undelivered:${first.seq}`, delivery: undelivered(unsent, false) }] : [],
      }));
    }
  }

  /** An attempt was begun before the end: the desk may be able to tell. */
  private async wasDelivered(message: CustomerMessage): Promise<boolean> {
    const { actor } = this;
    const past = actor.link.data.pastSession;
    const provider = past && actor.deps.registry.find(past.provider);
    if (!past || !provider?.wasDelivered) return false;
    const ask = provider.wasDelivered.bind(provider);
    try {
      return (
        (await actor.deps.desks.call(provider.name, 'wasDelivered', () => ask(past.session, message, actor.callSignal()))) ===
        true
      );
    } catch (error) {
      if (!(error instanceof HandoffError)) throw error;
      return false;
    }
  }
}
