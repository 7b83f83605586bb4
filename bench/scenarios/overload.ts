import type { ProductMethods } from '../receivers/product';
import type { BenchProcess } from '../run/benchProcess';
import type { Finding } from '../run/report';
import { median, quantile } from '../run/statistics';
import type { Flood } from '../traffic/flood';
import type { Load } from '../traffic/traffic';
import { type Scenario, startProduct, startTraffic } from './scenario';
import { alternate } from './windows';

const links = 512;
const manyCallers = 2_000;
/** Shorter than callers are told to stay away, so that the pressure stays on. */
const awayForInMs = 500;

/**
 * More than one core can do: twice the load that saturates it, then 2,000 callers at once. Whoever cannot be served now has to be
 * told so, quickly and by an answer; memory stays bounded; and afterwards everything goes on as before.
 */
export const overload: Scenario = async ({ scale, folder, say }) => {
  const traffic = await startTraffic();
  const sinksUrl = await traffic.ask('address');
  const options = { folder: folder(), links, sinksUrl, phrasesPerArticle: scale.phrasesPerArticle };
  const product = await startProduct(scale, 'product', options);
  try {
    const questions = await product.ask('questions');
    const toDesk: Load = { kind: 'message', url: await product.ask('address'), path: '/api/messages', links, endsAt: 'answer' };
    const loads: { name: string; load: Load }[] = [
      { name: 'customer → agent', load: toDesk },
      { name: 'answer turn', load: { ...toDesk, kind: 'question', questions } },
    ];
    const durationInMs = scale.windowInMs * 3;
    const findings: Finding[] = [];
    for (const { name, load } of loads) {
      const full = await alternate(traffic, [{ name, process: product, load }], { ...scale, rounds: Math.min(3, scale.rounds) });
      const most = median((full.get(name) ?? []).map((window) => window.turnsPerSecond));
      const perSecond = Math.round(2 * most);
      for (const [how, given] of [
        [`2 × ${Math.round(most)}/s`, { perSecond }],
        [`${manyCallers} callers at once`, { callers: manyCallers }],
      ] as const) {
        say(`${name}: ${how}`);
        const result = await traffic.ask('flood', load, { ...given, awayForInMs, durationInMs });
        findings.push(...(await describe(`${name}, ${how}`, result, product)));
      }
    }
    return findings;
  } finally {
    await Promise.all([traffic, product].map((process) => process.stop()));
  }
};

async function describe(name: string, flood: Flood, product: BenchProcess<ProductMethods>): Promise<Finding[]> {
  const peak = (await product.ask('usage')).peakRssInBytes;
  const after = (await product.ask('memory')).rssInBytes;
  const lost = Object.values(flood.broken).reduce((sum, count) => sum + count, 0) + flood.failed;
  const finding = (what: string, unit: string, value: number, note = ''): Finding => ({
    scenario: 'overload',
    what: `${name}: ${what}`,
    unit,
    value,
    ...(note !== '' && { note }),
  });
  const times = (sorted: number[]) => `p50 ${at(sorted, 0.5)} ms, p99 ${at(sorted, 0.99)} ms`;
  return [
    finding('taken', '1/s', (flood.taken / flood.elapsedInMs) * 1000, times(flood.takenInMs)),
    finding('refused with 503', '% of calls', (flood.refused / flood.sent) * 100, times(flood.refusedInMs)),
    finding('reset or failed', 'calls', lost, lost === 0 ? `of ${flood.sent}` : JSON.stringify(flood.broken)),
    finding('memory, at most so far', 'MB', peak / 2 ** 20, `${Math.round(after / 2 ** 20)} MB after it`),
  ];
}

function at(sorted: number[], share: number): string {
  return sorted.length === 0 ? '–' : Math.round(quantile(sorted, share)).toString();
}
