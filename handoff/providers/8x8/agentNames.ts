import { type Clock, sleep } from '../../../common/clock';
import { errorCode, type Log } from '../../../common/log';
import type { Analytics } from './analytics';
import { TimedCache } from './timedCache';

const MINUTE_IN_MS = 60_000;
/** The vendor waits for the answer to its webhook, and the customer for the event. */
const PATIENCE_IN_MS = 1_000;

/** Names of agents, where the analytics API may be asked; events carry ids only. */
export class AgentNames {
  private readonly cache: TimedCache<Map<string, string>>;

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
    const names = await Promise.race([this.read(), patience]);
    stopWaiting.abort();
    return names?.get(agentId);
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
