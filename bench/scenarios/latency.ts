import type { Finding } from '../run/report';
import { median, quantile, spread } from '../run/statistics';
import { targets } from '../run/targets';
import type { Load, Volume } from '../traffic/traffic';
import { type Scenario, startProduct, startReceiver, startTraffic } from './scenario';
import { alternate } from './windows';

const links = 512;

/**
 * What the relay adds each way at half of its own full load: the time from sending to arrival at the other side, less
 * the same at the limit with the same load, which is what network, kernel and the load generator take.
 */
export const latency: Scenario = async ({ scale, folder, say }) => {
  const traffic = await startTraffic();
  const sinksUrl = await traffic.ask('address');
  const limit = await startReceiver('limit');
  const product = await startProduct(scale, 'product', { folder: folder(), links, sinksUrl, phrasesPerArticle: 0 });
  try {
    const toLimit: Load = {
      kind: 'message',
      url: await limit.ask('address'),
      path: '/api/messages',
      links,
      endsAt: 'channel',
    };
    const url = await product.ask('address');
    const ways: { name: string; load: Load }[] = [
      { name: 'customer → agent', load: { ...toLimit, url, endsAt: 'desk' } },
      {
        name: 'agent → customer',
        load: { ...toLimit, url, kind: 'agentMessage', path: '/webhooks/bench/', endsAt: 'channel' },
      },
    ];
    const findings: Finding[] = [];
    for (const { name, load } of ways) {
      const full = await alternate(traffic, [{ name, process: product, load }], { ...scale, rounds: Math.min(2, scale.rounds) });
      const capacity = 1_000_000 / median((full.get(name) ?? []).map((window) => window.cpuPerTurnInUs));
      const perSecond = Math.round(capacity / 2);
      say(`${name} at ${perSecond} messages per second`);
      const added: Record<'p50' | 'p99', number[]> = { p50: [], p99: [] };
      const whole: Record<'p50' | 'p99', number[]> = { p50: [], p99: [] };
      for (let round = -1; round < scale.rounds; round++) {
        const atLimit = await traffic.ask('offer', toLimit, perSecond, scale.windowInMs);
        const atRelay = await traffic.ask('offer', load, perSecond, scale.windowInMs);
        if (round < 0) continue;
        for (const [key, share] of [
          ['p50', 0.5],
          ['p99', 0.99],
        ] as const) {
          added[key].push(at(atRelay, share) - at(atLimit, share));
          whole[key].push(at(atRelay, share));
        }
      }
      for (const key of ['p50', 'p99'] as const) {
        findings.push({
          scenario: 'latency',
          what: `${name}: added, ${key} at half load`,
          unit: 'ms',
          value: median(added[key]),
          spread: spread(added[key]),
          target: key === 'p50' ? targets.addedP50InMs : targets.addedP99InMs,
          note: `${perSecond}/s; from end to end ${median(whole[key]).toFixed(2)} ms`,
        });
      }
    }
    return findings;
  } finally {
    await Promise.all([traffic, limit, product].map((process) => process.stop()));
  }
};

function at(volume: Volume, share: number): number {
  return quantile(volume.latenciesInMs, share);
}
