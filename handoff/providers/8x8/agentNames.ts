import { type Clock, sleep } from '../../../common/clock';
import { errorCode, type Log } from '../../../common/log';
import type { Analytics } from './analytics';
import { TimedCache } from './timedCache';

const MINUTE_IN_MS = 60_000;
/** The vendor waits for the answer to its webhook, and the customer for the event. */
const PATIENCE_IN_MS = 1_000;
/** Ids that the list lacked lately; more are never new agents. */
const MAX_UNKNOWN = 1_000;

/** Names of agents, where the analytics API may be asked; events carry ids only. */
export class AgentNames {
  private readonly cache: TimedCache<Map<string, string>>;
  /** When an agent who was not on the list may be looked for again. */
  private readonly unknown = new Map<string, number>();

  constructor(
    private readonly analytics: Analytics,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.cache = new TimedCache(clock, 10 * MINUTE_IN_MS, MINUTE_IN_MS);
  }

  /** The agent's name, undefined when it is not known; never fails, because an event must not wait for decoration. */
  async find(agentId: string): Promise<string | undefined> {
    if (!this.analytics.isConfigured) return undefined;
    const stopWaiting = new AbortController();
    const patience = sleep(this.clock, PATIENCE_IN_MS, stopWaiting.signal).then(() => undefined);
    const name = await Promise.race([this.look(agentId), patience]);
    stopWaiting.abort();
    return name;
  }

  /** An agent who is not on the list has begun since it was read: it is read again, once a minute for each of them. */
  private async look(agentId: string): Promise<string | undefined> {
    const known = await this.read();
    if (!known || known.has(agentId)) return known?.get(agentId);
    const now = this.clock.monotonic();
    if (now < (this.unknown.get(agentId) ?? 0)) return undefined;
    if (this.unknown.size >= MAX_UNKNOWN) this.unknown.clear();
    this.unknown.set(agentId, now + MINUTE_IN_MS);
    this.cache.forget('agents');
    return (await this.read())?.get(agentId);
  }

  /** Goes on after nobody waits for it any more, so that the next event finds the names. */
  private async read(): Promise<Map<string, string> | undefined> {
    try {
      return await this.cache.get('agents', () => this.analytics.listAgentNames());
    } catch (error) {
      this.log.warn('The agents’ names could not be read', { code: errorCode(error) });
      return undefined;
    }
  }
}
