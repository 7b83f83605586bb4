import type { PollMethods } from '../receivers/polls';
import type { BenchProcess, CommonMethods } from '../run/benchProcess';
import { BenchProcess as Processes } from '../run/benchProcess';
import type { Finding } from '../run/report';
import { targets } from '../run/targets';
import type { HoldMethods } from '../traffic/holdServer';
import { type BenchContext, receiverFile, type Scenario, startProduct, trafficFile } from './scenario';
import { selfSigned } from './selfSigned';

const settleInMs = 1_000;

/** Open agent chats of which each holds a poll: memory of each, and what they cost while nobody says anything. */
export const heldPolls: Scenario = async (context) => {
  const { scale, folder } = context;
  const tls = scale.useTls ? selfSigned(folder()) : undefined;
  const hold = await Processes.start<HoldMethods>(trafficFile('holdServer'), {
    name: 'hold server',
    argument: { holdInMs: scale.holdInMs, ...(tls && { tls }) },
    nodeOptions: ['--max-old-space-size=4096'],
  });
  const url = await hold.ask('address');
  const env: Record<string, string> = tls ? { NODE_EXTRA_CA_CERTS: tls.file } : {};
  try {
    const kind = tls ? 'over TLS' : 'plain';
    return [...(await pollsAlone(context, hold, url, kind, env)), ...(await wholeChats(context, hold, url, kind, env))];
  } finally {
    await hold.stop();
  }
};

/** The provider by itself, more and more chats in one process. */
async function pollsAlone(
  { scale, say }: BenchContext,
  hold: BenchProcess<HoldMethods>,
  url: string,
  kind: string,
  env: Record<string, string>,
): Promise<Finding[]> {
  const polls = await Processes.start<PollMethods>(receiverFile('polls'), {
    name: 'polls',
    argument: { holdUrl: url, pollTimeoutInMs: pollTimeoutInMs(scale.holdInMs) },
    env,
  });
  try {
    const findings: Finding[] = [];
    const empty = (await polls.ask('memory')).rssInBytes;
    let open = 0;
    for (const count of scale.heldChats) {
      say(`${count} held polls, ${kind}`);
      await polls.ask('listen', open, count - open);
      open = count;
      await untilHeld(hold, count);
      findings.push(...(await idle(polls, count, empty, 'poll alone', kind, scale.idleWindowInMs)));
    }
    return findings;
  } finally {
    await polls.stop();
  }
}

/** The product with all that belongs to a chat: link, worker, timers and the poll. A process of its own for each number. */
async function wholeChats(
  { scale, folder, say }: BenchContext,
  hold: BenchProcess<HoldMethods>,
  url: string,
  kind: string,
  env: Record<string, string>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  let empty = 0;
  for (const count of [0, ...scale.heldChats]) {
    say(`the product with ${count} open chats, ${kind}`);
    const product = await startProduct(
      scale,
      'product',
      {
        folder: folder(),
        links: count,
        sinksUrl: 'http://127.0.0.1:1',
        held: { url, pollTimeoutInMs: pollTimeoutInMs(scale.holdInMs) },
        phrasesPerArticle: 0,
      },
      env,
    );
    try {
      if (count === 0) {
        empty = (await product.ask('memory')).rssInBytes;
        continue;
      }
      await untilHeld(hold, count);
      findings.push(...(await idle(product, count, empty, 'whole chat', kind, scale.idleWindowInMs)));
    } finally {
      await product.stop();
    }
  }
  return findings;
}

/** Longer than the server holds; what a desk announces when the session is opened. */
const pollTimeoutInMs = (holdInMs: number) => holdInMs * 2;

async function untilHeld(hold: BenchProcess<HoldMethods>, count: number): Promise<void> {
  const until = Date.now() + 120_000;
  for (;;) {
    const { open } = await hold.ask('held');
    // A few are always between two polls.
    if (open >= count * 0.995) break;
    if (Date.now() > until) throw new Error(`only ${open} of ${count} polls are held`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await new Promise((resolve) => setTimeout(resolve, settleInMs));
}

async function idle(
  process: BenchProcess<CommonMethods>,
  count: number,
  emptyInBytes: number,
  what: string,
  kind: string,
  windowInMs: number,
): Promise<Finding[]> {
  const memory = await process.ask('memory');
  const before = await process.ask('usage');
  await new Promise((resolve) => setTimeout(resolve, windowInMs));
  const after = await process.ask('usage');
  const percent = ((after.cpuInUs - before.cpuInUs) / 1000 / (after.atInMs - before.atInMs)) * 100;
  const isMost = count === 10_000;
  const perChat = kind === 'plain' ? targets.chatInKb : targets.chatOverTlsInKb;
  return [
    {
      scenario: 'held polls',
      what: `${what}, ${kind}, ${count}: memory each`,
      unit: 'KB',
      value: (memory.rssInBytes - emptyInBytes) / count / 1024,
      ...(isMost && { target: perChat }),
      note: `process ${Math.round(memory.rssInBytes / 1024 / 1024)} MB`,
    },
    {
      scenario: 'held polls',
      what: `${what}, ${kind}, ${count}: idle CPU`,
      unit: '% of a core',
      value: percent,
      ...(isMost && { target: targets.idleCpuPercent }),
    },
  ];
}
