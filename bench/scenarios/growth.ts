import type { Finding } from '../run/report';
import { median, spread } from '../run/statistics';
import { targets } from '../run/targets';
import type { Load } from '../traffic/traffic';
import { type Scenario, startProduct, startTraffic } from './scenario';
import { alternate, type Contender } from './windows';

const few = 100;

/** What a message costs with many open chats, compared with few; messages go to all the chats in turn. */
export const growth: Scenario = async ({ scale, folder, say }) => {
  const traffic = await startTraffic();
  const sinksUrl = await traffic.ask('address');
  say(`opening ${few} and ${scale.manyLinks} chats`);
  const start = (links: number) =>
    startProduct(scale, `product with ${links} chats`, { folder: folder(), links, sinksUrl, phrasesPerArticle: 0 });
  const products = [
    { count: few, process: await start(few) },
    { count: scale.manyLinks, process: await start(scale.manyLinks) },
  ];
  try {
    const contenders: Contender[] = [];
    for (const { count, process } of products) {
      const load: Load = {
        kind: 'message',
        url: await process.ask('address'),
        path: '/api/messages',
        links: count,
        endsAt: 'desk',
      };
      contenders.push({ name: `toDesk ${count}`, process, load });
      const back: Load = { ...load, kind: 'agentMessage', path: '/webhooks/bench/', endsAt: 'channel' };
      contenders.push({ name: `toCustomer ${count}`, process, load: back });
    }
    // A message to a link that nobody works on yet would wait for the sweep.
    await waitForClaims(scale.manyLinks);
    const results = await alternate(traffic, contenders, scale);
    return (['toDesk', 'toCustomer'] as const).map((way): Finding => {
      const cost = (count: number) => (results.get(`${way} ${count}`) ?? []).map((window) => window.cpuPerTurnInUs);
      const small = cost(few);
      const ratios = cost(scale.manyLinks).map((value, round) => value / (small[round] ?? Number.NaN));
      return {
        scenario: 'growth',
        what: `${way === 'toDesk' ? 'customer → agent' : 'agent → customer'}: cost with ${scale.manyLinks} chats, of that with ${few}`,
        unit: 'ratio',
        value: median(ratios),
        spread: spread(ratios),
        target: targets.growth,
        note: `${Math.round(median(small))} µs → ${Math.round(median(cost(scale.manyLinks)))} µs`,
      };
    });
  } finally {
    await Promise.all([traffic, ...products.map(({ process }) => process)].map((process) => process.stop()));
  }
};

/** The relay claims its links in batches; the first sweep begins two seconds after the start. */
function waitForClaims(links: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3_000 + links / 2));
}
