import type { Finding, Target } from '../run/report';
import { spread } from '../run/statistics';
import { targets } from '../run/targets';
import type { Load } from '../traffic/traffic';
import { type Scenario, startProduct, startReceiver, startTraffic } from './scenario';
import { signatureCheck } from './signatureCheck';
import { alternate, type Contender, type Measured } from './windows';

const links = 128;

/** Turns per second and CPU per turn of each receiver, and the ratios to the limit of the same round. */
export const throughput: Scenario = async ({ scale, folder, say }) => {
  const traffic = await startTraffic();
  const sinksUrl = await traffic.ask('address');
  say('starting the receivers and learning the articles');
  const limit = await startReceiver('limit');
  const echo = await startReceiver('echo');
  const product = await startProduct(scale, 'product', {
    folder: folder(),
    links,
    sinksUrl,
    phrasesPerArticle: scale.phrasesPerArticle,
  });
  try {
    const questions = await product.ask('questions');
    const toBot = async (receiver: typeof limit): Promise<Load> => ({
      kind: 'message',
      url: await receiver.ask('address'),
      path: '/api/messages',
      links,
      endsAt: 'answer',
    });
    const toProduct = await toBot(product);
    const contenders: Contender[] = [
      { name: 'limit', process: limit, load: await toBot(limit) },
      { name: 'echo', process: echo, load: await toBot(echo) },
      { name: 'answer', process: product, load: { ...toProduct, kind: 'question', questions } },
      { name: 'toDesk', process: product, load: { ...toProduct, endsAt: 'desk' } },
      {
        name: 'toCustomer',
        process: product,
        load: { ...toProduct, kind: 'agentMessage', path: '/webhooks/bench/', endsAt: 'channel' },
      },
    ];
    const wanted = contenders.filter(
      ({ name }) => name === 'limit' || scale.contenders.length === 0 || scale.contenders.includes(name),
    );
    say(`${wanted.length} contenders, ${scale.rounds} rounds of ${scale.windowInMs} ms each`);
    const results = await alternate(traffic, wanted, scale);
    const atLimit = results.get('limit') ?? [];
    return [
      ...describe('plain Node HTTP + undici (the limit)', results.get('limit') ?? [], atLimit),
      ...describe('bare botbuilder echo on restify', results.get('echo') ?? [], atLimit),
      ...describe('answer turn: question → article card', results.get('answer') ?? [], atLimit, targets.answer),
      ...describe('relay customer → agent, durable', results.get('toDesk') ?? [], atLimit, targets.toDesk),
      ...describe('relay agent → customer, durable', results.get('toCustomer') ?? [], atLimit, targets.toCustomer),
      signatureCheck(),
    ];
  } finally {
    await Promise.all([traffic, limit, echo, product].map((process) => process.stop()));
  }
};

function describe(name: string, measured: Measured[], atLimit: Measured[], target?: Target): Finding[] {
  if (measured.length === 0) return [];
  const of = (what: string, unit: string, values: number[]): Finding => {
    const all = spread(values);
    return { scenario: 'throughput', what: `${name}: ${what}`, unit, value: all.median, spread: all };
  };
  const ratios = measured.map(({ cpuPerTurnInUs }, round) => (atLimit[round]?.cpuPerTurnInUs ?? Number.NaN) / cpuPerTurnInUs);
  return [
    of(
      'CPU per turn',
      'µs',
      measured.map(({ cpuPerTurnInUs }) => cpuPerTurnInUs),
    ),
    of(
      'turns per second',
      '1/s',
      measured.map(({ turnsPerSecond }) => turnsPerSecond),
    ),
    ...(measured === atLimit ? [] : [{ ...of('of the limit', 'ratio', ratios), ...(target && { target }) }]),
  ];
}
