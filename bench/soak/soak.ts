import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createHttpClient } from '../../common/http';
import { Balancer, startWebhookDoor } from './balancer';
import { BotInstance } from './botInstance';
import { Chat } from './chat';
import { type CustomerChannel, startCustomerChannel } from './customerChannel';
import { openDatabase } from './database';
import { planFaults, seededRandom } from './faultPlan';
import { type Outage, runFaults } from './faultRun';
import { freePort } from './freePort';
import { openChats, readDesks } from './openChats';
import type { SoakOptions } from './options';
import { pause } from './pause';
import { settle } from './settle';
import { type StandIns, startStandIns } from './standIns';

/** What a soak has seen; what it means is `report`'s. */
export interface SoakRun {
  chats: readonly Chat[];
  outages: Outage[];
  violations: string[];
  /** When they began to talk: milliseconds since 1970. */
  talkedSince: number;
  /** Milliseconds both sides talked. */
  talkedForInMs: number;
  /** Milliseconds until all was quiet afterwards. */
  settledInMs: number;
  repeats: number;
  logFolder: string;
  /** Ends the folder with the logs unless the caller asked to keep them. */
  forgetLogs(): void;
}

const instanceCount = 2;

/** Runs a whole soak: two bots, the desks, the customers, the agents, the faults. Resolves when everything is stopped again. */
export async function runSoak(options: SoakOptions, say: (text: string) => void): Promise<SoakRun> {
  const logFolder = path.resolve(options.logFolder ?? mkdtempSync(path.join(os.tmpdir(), 'switchboard-soak-')));
  mkdirSync(logFolder, { recursive: true });
  const cleanups: (() => Promise<void> | void)[] = [];
  const cleanUp = async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  };
  try {
    const http = createHttpClient({ connections: 256 });
    cleanups.push(() => http.close());
    const database = await openDatabase(options.databaseUrl);
    cleanups.push(() => database.close());
    const urls = await Promise.all(Array.from({ length: instanceCount }, async () => `http://127.0.0.1:${await freePort()}`));
    const balancer = new Balancer(urls, http);
    const door = await startWebhookDoor(balancer);
    cleanups.push(() => door.close());
    const byConversation = new Map<string, Chat>();
    const channel = await startCustomerChannel(
      () => balancer,
      (conversation, activity) => byConversation.get(conversation)?.reachCustomer(activity),
    );
    cleanups.push(() => channel.close());
    const standIns = await startStandIns(door.url, channel.url);
    cleanups.push(() => standIns.close());
    const chats = makeChats(options.chats, standIns, channel);
    for (const chat of chats) byConversation.set(chat.conversation, chat);

    const instances = urls.map((url, index) => {
      const env = botEnvironment(url, standIns.sandboxUrl, database.url);
      return new BotInstance(`bot-${index + 1}`, url, env, logFolder, http);
    });
    cleanups.push(async () => {
      await Promise.all(instances.map((bot) => bot.stop()));
    });
    // One after the other: the second reuses what the first has learned of the articles.
    for (const bot of instances) await bot.start();
    say(`${instanceCount} bots are ready; opening ${options.chats} chats`);

    const openedIn = await openChats(chats, standIns);
    say(`all chats are open after ${seconds(openedIn)}; both sides talk for ${options.seconds} s`);
    const random = seededRandom(options.seed);
    const plan = planFaults(options.seconds * 1000, options.faultEveryInMs, options.faults, instanceCount, random);
    const silence = new AbortController();
    const talkedSince = Date.now();
    const talking = Promise.all(chats.map((chat) => chat.talk(options.everyInMs, random, silence.signal)));
    const watching = watch(chats, silence.signal, say);
    const faults = runFaults(plan, { instances, database, say });
    await Promise.race([pause(options.seconds * 1000), talking, faults.then(() => pause(options.seconds * 1000))]);
    silence.abort();
    const talkedForInMs = Date.now() - talkedSince;
    const outages = await faults;
    await Promise.all([talking, watching]);
    say('everybody is silent; waiting for what is still under way');
    const settledInMs = await settle(chats, () => readDesks(chats, standIns));
    return {
      chats,
      outages,
      violations: standIns.violations(),
      talkedSince,
      talkedForInMs,
      settledInMs,
      repeats: channel.repeats,
      logFolder,
      forgetLogs: () => {
        if (options.logFolder === undefined) rmSync(logFolder, { recursive: true, force: true });
      },
    };
  } finally {
    await cleanUp();
  }
}

function makeChats(count: number, { desks }: StandIns, channel: CustomerChannel): Chat[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0
      ? new Chat(index + 1, desks.eightByEight, 'cards', channel)
      : new Chat(index + 1, desks.liveAgent, 'transfers', channel),
  );
}

function botEnvironment(url: string, sandboxUrl: string, databaseUrl: string): Record<string, string> {
  return {
    SWITCHBOARD_MODE: 'sandbox',
    SANDBOX_URL: sandboxUrl,
    PORT: new URL(url).port,
    DATABASE_URL: databaseUrl,
    LINK_SIGNING_KEYS: 'soak-soak-soak-soak-soak-soak-soak',
    LOG_LEVEL: 'info',
  };
}

async function watch(chats: readonly Chat[], signal: AbortSignal, say: (text: string) => void): Promise<void> {
  for (let before = 0; !signal.aborted; ) {
    await pause(10_000, signal);
    const said = chats.reduce((sum, { toAgent, toCustomer }) => sum + toAgent.saidAt.length + toCustomer.saidAt.length, 0);
    const got = chats.reduce((sum, { toCustomer }) => sum + toCustomer.arrivals.length, 0);
    say(`${said} messages said (${Math.round((said - before) / 10)}/s), ${got} have reached customers`);
    before = said;
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
