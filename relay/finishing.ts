import type { CustomerMessage } from '../handoff/request';
import type { LinkActor } from './actor';
import { isTerminal } from './linkData';
import { undelivered } from './outbound';
import { finalDelivery } from './steps';

const batchSize = 500;

/** Ends a link for the customer: names what did not arrive any more, then says how it ended. Runs once per link. */
export class Finishing {
  constructor(
    private readonly actor: LinkActor,
    /** Resolves when no message is on its way to the desk any more. */
    private readonly outboundIdle: () => Promise<void>,
  ) {}

  async run(): Promise<undefined> {
    const { actor } = this;
    if (!isTerminal(actor.link.state) || actor.link.data.finalQueued) return undefined;
    await this.outboundIdle();
    const left = await actor.deps.store.pending(actor.link.id, 'toDesk', batchSize);
    // Written by Relay.accept from this very type; the relay's own notes to the agent need no mention.
    const unsent = left.map((row) => row.payload as unknown as CustomerMessage).filter((message) => message.author !== 'bot');
    await actor.mutate((link) => ({
      data: { ...link.data, finalQueued: true },
      settled: left.map((row) => ({ seq: row.seq, as: 'failed', error: 'ended' })),
      deliveries: [
        ...(unsent.length > 0 ? [{ id: 'final:undelivered', delivery: undelivered(unsent, false) }] : []),
        { id: 'final', delivery: finalDelivery(link) },
      ],
    }));
    return undefined;
  }
}
