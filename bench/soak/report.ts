import type { Chat } from './chat';
import type { Outage } from './faultRun';
import type { Lane } from './ledger';
import type { SoakRun } from './soak';
import { takeoverTimes } from './takeover';
import { percentile, sum, type Tally, tallyLane } from './tally';

export interface SoakResult {
  chats: number;
  messages: number;
  kills: number;
  lost: number;
  doubled: number;
  reordered: number;
  /** Null when nothing was killed or measured. */
  takeoverMsP95: number | null;
  /** Doubles that promise 2 allows: at 8x8 and the channel, from a crash between sending and noting. */
  doubledAllowed: number;
  /** Not delivered, and the customer was told. */
  told: number;
  /** Chats that ended although nobody ended them. */
  endedEarly: number;
  violations: number;
  stops: number;
  databaseRestarts: number;
  messagesPerSecond: number;
}

type Row = Tally & { lane: string };

/** Counts a run. Pure. */
export function resultOf(run: SoakRun): { result: SoakResult; rows: Row[]; isGood: boolean } {
  const { chats, outages } = run;
  const rows = ['8x8', 'live-agent'].flatMap((desk) => {
    const own = chats.filter((chat) => chat.desk.name === desk);
    return [
      { lane: `customer → ${desk}`, ...sum(own.map((chat) => tallyToAgent(chat, run))) },
      { lane: `${desk} → customer`, ...sum(own.map((chat) => tallyToCustomer(chat, run))) },
    ];
  });
  const total = sum(rows);
  const lanes = lanesOf(chats);
  const count = (kind: string) => outages.filter((outage) => outage.kind === kind).length;
  const result: SoakResult = {
    chats: chats.length,
    messages: total.sent,
    kills: count('kill'),
    lost: total.lost,
    doubled: total.doubled,
    reordered: total.reordered,
    takeoverMsP95:
      percentile(
        outages.flatMap((outage) => takeoverTimes(outage, lanes)),
        0.95,
      ) ?? null,
    doubledAllowed: total.doubledAllowed,
    told: chats.reduce((told, chat) => told + chat.missingToAgent().told, 0),
    endedEarly: chats.filter(({ endedAt, isClosedAtDesk }) => endedAt !== undefined || isClosedAtDesk).length,
    violations: run.violations.length,
    stops: count('stop'),
    databaseRestarts: count('database'),
    messagesPerSecond: Math.round(total.sent / (run.talkedForInMs / 1000)),
  };
  const isGood = result.lost + result.doubled + result.reordered + result.endedEarly === 0;
  return { result, rows, isGood };
}

function tallyToAgent(chat: Chat, { outages }: SoakRun): Tally {
  // Live Agent numbers what customers send: there is no excuse for a double.
  const mayRepeat = chat.desk.name === '8x8';
  return { ...tallyLane(chat.toAgent, mayRepeat, outages), lost: chat.missingToAgent().lost };
}

function tallyToCustomer(chat: Chat, { outages }: SoakRun): Tally {
  const tally = tallyLane(chat.toCustomer, true, outages);
  // A desk that ended the chat itself keeps what nobody has fetched; the early end is counted for itself.
  return chat.endedAt === undefined ? tally : { ...tally, lost: 0 };
}

/** The table and the notes for people. */
export function tableOf(run: SoakRun): string {
  const { chats } = run;
  const { result, rows } = resultOf(run);
  const columns = ['sent', 'arrived', 'lost', 'reordered', 'doubled', 'doubledAllowed'] as const;
  const head = ['', ...columns.map((name) => (name === 'doubledAllowed' ? 'doubled (crash)' : name))];
  const lines = [
    head,
    ...[...rows, { lane: 'all', ...sum(rows) }].map((row) => [row.lane, ...columns.map((name) => String(row[name]))]),
  ];
  const widths = head.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const table = lines.map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
  return [
    ...table,
    '',
    `faults       ${result.kills} kills, ${result.stops} stops, ${result.databaseRestarts} restarts of the database`,
    `throughput   ${result.messagesPerSecond} messages/s said over ${(run.talkedForInMs / 1000).toFixed(0)} s, quiet ${(run.settledInMs / 1000).toFixed(1)} s later`,
    ...run.outages.flatMap((outage) => takeoverLine(outage, run)),
    `also         ${result.endedEarly} chats ended early, ${result.told} messages not delivered but told, ${chats.reduce((count, chat) => count + chat.missingToAgent().forBot, 0)} after the end and so the bot's, ${run.repeats} posts of the channel repeated`,
    ...violationLines(run.violations),
  ].join('\n');
}

function takeoverLine(outage: Outage, { chats, talkedSince }: SoakRun): string[] {
  const times = takeoverTimes(outage, lanesOf(chats));
  const seconds = (share: number) => `${((percentile(times, share) ?? 0) / 1000).toFixed(1)} s`;
  const when = `kill at ${((outage.at - talkedSince) / 1000).toFixed(0)} s`;
  if (outage.kind !== 'kill') return [];
  return times.length === 0
    ? [`take-over    ${when}: not measured`]
    : [
        `take-over    ${when}: ${times.length} waiting chats, first message after ${seconds(0.5)} (50 %), ${seconds(0.95)} (95 %)`,
      ];
}

function violationLines(violations: readonly string[]): string[] {
  const kinds = Map.groupBy(violations, (text) => text.replace(/[\d.]+/g, '…'));
  return [...kinds].map(([text, all]) => `violation    ${all.length} × ${text}`);
}

function lanesOf(chats: readonly Chat[]): Map<number, Lane[]> {
  return new Map(chats.map((chat) => [chat.number, [chat.toAgent, chat.toCustomer]]));
}

/** Every message that did not arrive exactly once and in order, one JSON line each, for the search of a cause. */
export function findingsOf({ chats, outages }: SoakRun): string[] {
  const faults = outages.map(({ kind, at, until }) => ({ kind, at, until }));
  const findings = chats.flatMap(({ number, desk, conversation, endedAt, toAgent, toCustomer }) =>
    [toAgent, toCustomer].flatMap(({ way, saidAt, arrivals }) => {
      const copies = Map.groupBy(arrivals, ({ seq }) => seq);
      return saidAt.flatMap((said, index) => {
        const arrivedAt = (copies.get(index + 1) ?? []).map(({ at }) => at);
        if (arrivedAt.length === 1) return [];
        return [
          { chat: number, conversation, desk: desk.name, way, seq: index + 1, saidAt: said, arrivedAt, endedAt: endedAt ?? null },
        ];
      });
    }),
  );
  return [{ faults }, ...findings].map((line) => JSON.stringify(line));
}
