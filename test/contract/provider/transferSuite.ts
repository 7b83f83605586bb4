import type { JsonObject } from '../../../common/json';
import type { HandoffCapabilities } from '../../../handoff/capabilities';
import type { HandoffProvider } from '../../../handoff/provider';
import type { HandoffRequest } from '../../../handoff/request';
import type { StandInDesk } from '../../../sandbox/desk';
import type { Fault, Faults } from '../../../sandbox/faults';

/** A customer who is in the channel with the bot, as the desk's stand-in knows them. */
export interface ChannelCustomer {
  request: HandoffRequest;
  /** Who has the conversation now. */
  holder(): 'bot' | 'desk' | 'other';
  /** What came with the conversation, for whoever takes it. */
  details(): Record<string, string>;
}

/** A provider that gives the channel itself away, wired to its stand-in, for one test. */
export interface TransferHarness {
  provider: HandoffProvider;
  desk: StandInDesk;
  faults: Faults;
  violations: readonly string[];
  lines: readonly string[];
  badTargets: JsonObject[];
  /** Picks the request that gives the conversation away (`METHOD path`, or a part of it), after `beforehand` others of its kind. */
  requests: { give: string; beforehand: number };
  answers: { unauthorized: Fault; rateLimited: Fault; outage: Fault };
  customer(): Promise<ChannelCustomer>;
  close(): Promise<void>;
}

const signal = () => AbortSignal.timeout(15_000);

/** What every provider of mode `transfer` must pass whole; there are no messages to carry and no events to take. */
export function describeTransferProvider(
  name: string,
  create: () => Promise<TransferHarness>,
  { capabilities }: { capabilities: HandoffCapabilities },
): void {
  describe(`the ${name} provider`, () => {
    let harness: TransferHarness;
    let customer: ChannelCustomer;
    beforeEach(async () => {
      harness = await create();
      customer = await harness.customer();
    });
    afterEach(async () => {
      const { violations, lines } = harness;
      await harness.close();
      expect(violations).toEqual([]);
      expect(lines.join('\n')).not.toMatch(/Ada Example|ada@example\.com|machine kept my card/);
    });

    it('says that it hands the channel over, to customers of which channels, and claims nothing else', () => {
      const { provider } = harness;
      expect(provider.capabilities).toEqual(capabilities);
      expect(capabilities.mode).toBe('transfer');
      expect(provider.inbound).toEqual({ kind: 'channel' });
      expect(provider.channels).toContain(customer.request.channel);
      const claims = Object.entries(capabilities).filter(([, value]) => value === true);
      expect(claims).toEqual([]);
    });

    it('gives the conversation away, with what the agent should know', async () => {
      const opened = await harness.provider.open(customer.request, signal());
      expect(customer.holder()).toBe('desk');
      expect(JSON.parse(JSON.stringify(opened.session))).toEqual(opened.session);
      const details = Object.values(customer.details()).join('\n');
      expect(details).toContain('Ada Example');
      expect(details).toContain('ada@example.com');
      expect(details).toContain('The machine kept my card');
      expect(details).toContain(customer.request.topic);
      expect(details).toContain(customer.request.chatActivityId);
    });

    it('gives it away once, however often it is asked', async () => {
      await harness.provider.open(customer.request, signal());
      await expect(harness.provider.open(customer.request, signal())).resolves.toBeDefined();
      expect(harness.desk.chats()).toHaveLength(1);
    });

    it('leaves the conversation with the bot when nobody can take it', async () => {
      harness.desk.setStaffed(false);
      await expect(harness.provider.open(customer.request, signal())).rejects.toMatchObject({
        name: 'HandoffError',
        code: 'unavailable',
        delivered: 'no',
      });
      expect(customer.holder()).toBe('bot');
    });

    it('takes nobody who is on another channel', async () => {
      const elsewhere = { ...customer.request, channel: 'webchat', customer: { id: 'u1', isAuthenticated: false } };
      await expect(harness.provider.open(elsewhere, signal())).rejects.toMatchObject({ code: 'rejected', retriable: false });
    });

    it.each([
      ['unauthorized', 'unauthorized', false],
      ['rateLimited', 'rateLimited', true],
      ['outage', 'outage', true],
    ] as const)('tells %s, and the conversation stays with the bot', async (answer, code, retriable) => {
      harness.faults.add({ match: harness.requests.give, times: 50, ...harness.answers[answer] });
      await expect(harness.provider.open(customer.request, signal())).rejects.toMatchObject({
        name: 'HandoffError',
        provider: name,
        code,
        retriable,
      });
      harness.faults.clear();
      expect(customer.holder()).toBe('bot');
      await harness.provider.open(customer.request, signal());
      expect(customer.holder()).toBe('desk');
    });

    it('finds out by itself whether a conversation is away when the answer was lost', async () => {
      const { give, beforehand } = harness.requests;
      // Slow on purpose but for the last, which takes effect and whose answer is lost.
      harness.faults.add({ match: give, times: beforehand, delayInMs: 1 });
      harness.faults.add({ match: give, cut: 'after' });
      await harness.provider.open(customer.request, signal());
      expect(customer.holder()).toBe('desk');
      expect(harness.desk.chats()).toHaveLength(1);
    });

    it('gives it away at the second try when the first was cut off before', async () => {
      const { give, beforehand } = harness.requests;
      harness.faults.add({ match: give, times: beforehand, delayInMs: 1 });
      harness.faults.add({ match: give, cut: 'before' });
      await expect(harness.provider.open(customer.request, signal())).rejects.toMatchObject({ retriable: true, delivered: 'no' });
      expect(customer.holder()).toBe('bot');
      await harness.provider.open(customer.request, signal());
      expect(customer.holder()).toBe('desk');
    });

    it('carries no messages, and has nothing to close', async () => {
      const { session } = await harness.provider.open(customer.request, signal());
      const message = { id: 'm1', text: 'hello', files: [], at: '2026-01-05T09:00:00.000Z' };
      await expect(harness.provider.send(session, message, undefined, signal())).rejects.toMatchObject({ name: 'HandoffError' });
      await harness.provider.close(session, 'customerLeft', signal());
      await harness.provider.close(session, 'customerLeft', signal());
      expect(customer.holder()).toBe('desk');
    });

    it('ends with a HandoffError when it is stopped', async () => {
      const over = AbortSignal.abort();
      await expect(harness.provider.open(customer.request, over)).rejects.toMatchObject({ name: 'HandoffError' });
      expect(customer.holder()).toBe('bot');
    });

    it('refuses targets it cannot use, saying why', () => {
      for (const target of harness.badTargets) expect(() => harness.provider.parseTarget(target)).toThrow(/target|must|need/i);
    });
  });
}
