import type { JsonObject } from '../../../common/json';
import type { HandoffProvider, InboundEvent } from '../../../handoff/provider';
import { createCcaipProvider, settingsSchema } from '../../../handoff/providers/ccaip';
import { type CcaipStandIn, startCcaipStandIn } from '../../../sandbox/ccaip';
import { createTestDependencies, type ProviderHarness } from './harness';
import { MemoryKept } from './memoryKept';
import { EventTap } from './waiting';
import { startWebhookReceiver } from './webhookReceiver';

/** Stand-in, receiver and provider for tests of what the vendor's documents leave open. */
export class CcaipRig {
  readonly inbound: InboundEvent[] = [];
  readonly kept = new MemoryKept();

  private constructor(
    readonly standIn: CcaipStandIn,
    readonly receiver: Awaited<ReturnType<typeof startWebhookReceiver>>,
    readonly harness: ProviderHarness,
  ) {}

  static async start(): Promise<CcaipRig> {
    const standIn = await startCcaipStandIn({ firstRetryInMs: 20, maxRetryInMs: 100 });
    const receiver = await startWebhookReceiver();
    standIn.connectWebhook(receiver.url);
    const dependencies = createTestDependencies();
    const unused = () => Promise.reject(new Error('not needed here'));
    const harness: ProviderHarness = {
      provider: undefined as unknown as HandoffProvider,
      desk: standIn.desk,
      faults: standIn.faults,
      violations: standIn.violations,
      dependencies,
      target: { menuId: 7 },
      badTargets: [],
      requests: { open: '', send: '' },
      answers: { unauthorized: {}, rateLimited: {}, outage: {} },
      sendUnknownEvent: unused,
      webhook: { receiver, valid: unused, malformed: unused, forged: unused, misdirected: unused, rotate: unused },
      async close() {
        await standIn.close();
        await receiver.close();
        await dependencies.close();
      },
    };
    const rig = new CcaipRig(standIn, receiver, harness);
    receiver.onEvent((event) => rig.inbound.push(event));
    rig.createProvider();
    return rig;
  }

  /** As a process would after a restart: nothing is remembered but what is kept. */
  createProvider(more: Record<string, string> = {}): HandoffProvider {
    const settings = settingsSchema.parse({ ...this.standIn.env, ...more });
    const dependencies = { ...this.harness.dependencies, kept: this.kept };
    const provider = createCcaipProvider(settings, dependencies) as unknown as HandoffProvider;
    this.receiver.attach(provider);
    this.harness.provider = provider;
    return provider;
  }

  /** Everything that comes in from now on, of whichever chat. */
  tap(): EventTap {
    const tap = new EventTap();
    this.receiver.onEvent(({ event }) => tap.push(event));
    return tap;
  }

  /** What was said in a chat, as its agents see it. */
  texts(chatId: string): string[] {
    return (
      this.standIn.desk
        .chats()
        .find(({ id }) => id === chatId)
        ?.entries.map(({ text }) => text) ?? []
    );
  }

  /** Ends everything; resolves with the breaches of the contract that were seen. */
  async close(): Promise<string[]> {
    const violations = [...this.standIn.violations];
    await this.harness.close();
    return violations;
  }
}

export const sendable = (text: string) => ({ id: text, text, files: [], at: new Date().toISOString() });

/** The session as the relay would keep it. */
export const merged = (session: JsonObject, changes: Partial<JsonObject> = {}): JsonObject =>
  JSON.parse(JSON.stringify({ ...session, ...changes })) as JsonObject;
