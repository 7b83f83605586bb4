import { describeCapabilities } from './capabilitySuite';
import { describeFailures } from './failureSuite';
import type { CreateHarness, ProviderHarness, ProviderShape } from './harness';
import { describeLife } from './lifeSuite';
import { describeListening } from './listenSuite';
import { describeMessages } from './messageSuite';
import { describeWebhooks } from './webhookSuite';

/** Gives a suite the harness of the running test. */
export type Current = () => ProviderHarness;

/**
 * What every provider must pass whole against its stand-in. Each test gets a fresh provider and stand-in; after each
 * the stand-in must have seen no breach of the vendor's contract and the log must hold nothing a customer said.
 */
export function describeProvider(name: string, create: CreateHarness, shape: ProviderShape): void {
  describe(`the ${name} provider`, () => {
    let harness: ProviderHarness | undefined;
    const current: Current = () => {
      if (!harness) throw new Error('the harness exists only while a test runs');
      return harness;
    };

    beforeEach(async () => {
      harness = await create();
    });

    afterEach(async () => {
      const ended = current();
      harness = undefined;
      const violations = [...ended.violations];
      const lines = ended.dependencies.lines.join('\n');
      await ended.close();
      await ended.dependencies.close();
      expect(violations).toEqual([]);
      expect(lines).not.toMatch(/Ada Example|ada@example\.com|\+15550100|machine kept my card|a secret word/);
    });

    it('is of the shape its tests assume', () => {
      const { provider, webhook } = current();
      expect(provider.inbound.kind).toBe(shape.inbound);
      expect(provider.capabilities).toEqual(shape.capabilities);
      expect(webhook !== undefined).toBe(shape.inbound === 'webhook');
    });

    describeMessages(current, shape);
    describeLife(current, shape);
    describeFailures(current);
    describeCapabilities(current, shape);
    if (shape.inbound === 'webhook') describeWebhooks(current, shape);
    else describeListening(current);
  });
}
