import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'undici';
import { serve } from '../run/serve';
import { agentCall, customerActivity, type TurnKind } from './bodies';
import { type Flood, type FloodOptions, flood } from './flood';
import { conversationId, questionsPerConversation, sessionKey } from './places';
import { startSinks } from './sinks';

/** What is sent where. `links`: how many conversations are handed off; each lane takes its share of them in turn. */
export interface Load {
  kind: TurnKind;
  url: string;
  path: string;
  links: number;
  /** Where a turn ends: with the answer to it, or when its effect is at the channel or the desk as well. */
  endsAt: 'answer' | 'channel' | 'desk';
  questions?: string[];
}

export interface Volume {
  turns: number;
  elapsedInMs: number;
  /** From sending to arrival (or the answer), sorted, in milliseconds. */
  latenciesInMs: number[];
}

export type TrafficMethods = {
  address(): Promise<string>;
  /** So many lanes, each beginning its next turn when the last is over. */
  saturate(load: Load, lanes: number, durationInMs: number): Promise<Volume>;
  /** Turns begun at random times, on average so many per second, whatever becomes of them. */
  offer(load: Load, perSecond: number, durationInMs: number): Promise<Volume>;
  /** More than the receiver can take; a turn ends with its answer, whichever that is. */
  flood(load: Load, how: Omit<FloodOptions, 'url' | 'path' | 'body'>): Promise<Flood>;
};

const arrivalWithinInMs = 15_000;
const run = randomUUID().slice(0, 8);
/** Who waits for something to arrive under a name, in the order of sending. */
const arrivals = new Map<string, (() => void)[]>();
let sent = 0;
let windows = 0;

async function main(): Promise<void> {
  const sinks = await startSinks((place, name) => arrivals.get(`${place} ${name}`)?.shift()?.());
  const methods: TrafficMethods = {
    address: async () => sinks.url,
    saturate: (load, lanes, durationInMs) => saturate(sinks.url, load, lanes, durationInMs),
    offer: (load, perSecond, durationInMs) => offer(sinks.url, load, perSecond, durationInMs),
    flood: (load, how) => {
      windows += 1;
      const { url, path, links } = load;
      const body = (nth: number) => bodyOf(sinks.url, load, nth % links, Math.floor(nth / links), `${run}-${++sent}`);
      return flood({ ...how, url, path, body });
    },
  };
  serve(methods);
}

async function saturate(serviceUrl: string, load: Load, lanes: number, durationInMs: number): Promise<Volume> {
  windows += 1;
  const latenciesInMs: number[] = [];
  const begunAt = performance.now();
  const lane = async (first: number) => {
    const client = new Client(load.url);
    for (let turn = 0; performance.now() - begunAt < durationInMs; turn++) {
      const index = (first + turn * lanes) % Math.max(lanes, load.links - (load.links % lanes));
      latenciesInMs.push(await oneTurn(client, serviceUrl, load, index, turn));
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  return volume(latenciesInMs, begunAt);
}

async function offer(serviceUrl: string, load: Load, perSecond: number, durationInMs: number): Promise<Volume> {
  windows += 1;
  const clients: Client[] = [];
  const latenciesInMs: number[] = [];
  const underWay = new Set<Promise<void>>();
  const begunAt = performance.now();
  let due = begunAt;
  for (let turn = 0; due - begunAt < durationInMs; turn++) {
    due += (-Math.log(1 - Math.random()) * 1000) / perSecond;
    // Timers wake at whole milliseconds; what is due within the present one goes out together, as in a real burst.
    while (performance.now() < due) await pause(1);
    const client = clients.pop() ?? new Client(load.url);
    const job = oneTurn(client, serviceUrl, load, turn % load.links, turn).then((latency) => {
      latenciesInMs.push(latency);
      clients.push(client);
    });
    underWay.add(job);
    void job.finally(() => underWay.delete(job));
  }
  await Promise.all(underWay);
  await Promise.all(clients.map((client) => client.close()));
  return volume(latenciesInMs, begunAt);
}

function volume(latenciesInMs: number[], begunAt: number): Volume {
  return {
    turns: latenciesInMs.length,
    elapsedInMs: performance.now() - begunAt,
    latenciesInMs: latenciesInMs.sort((a, b) => a - b),
  };
}

async function oneTurn(client: Client, serviceUrl: string, load: Load, index: number, turn: number): Promise<number> {
  const id = `${run}-${++sent}`;
  const body = bodyOf(serviceUrl, load, index, turn, id);
  const startedAt = performance.now();
  const arrived = load.endsAt === 'answer' ? undefined : arrival(load.endsAt, index);
  const response = await client.request({
    method: 'POST',
    path: load.path,
    headers: { 'content-type': 'application/json' },
    body,
  });
  await response.body.dump();
  if (response.statusCode !== 200) throw new Error(`the receiver answered ${response.statusCode}`);
  const answeredAt = performance.now();
  return ((await arrived) ?? answeredAt) - startedAt;
}

function bodyOf(serviceUrl: string, load: Load, index: number, turn: number, id: string): string {
  if (load.kind === 'agentMessage') return agentCall(index, id);
  if (load.kind === 'message') return customerActivity(serviceUrl, conversationId(index), id);
  // Customers ask a few questions and go: state does not grow for ever.
  const visit = Math.floor(turn / questionsPerConversation);
  const question = load.questions?.[(turn + index) % load.questions.length];
  return customerActivity(serviceUrl, `asking-${run}-${windows}-${index}-${visit}`, id, question);
}

/** The time at which the next thing of this conversation arrives. */
function arrival(place: 'channel' | 'desk', index: number): Promise<number> {
  const name = `${place} ${place === 'channel' ? conversationId(index) : sessionKey(index)}`;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing arrived for ${name}`)), arrivalWithinInMs);
    const waiting = arrivals.get(name) ?? [];
    arrivals.set(name, waiting);
    waiting.push(() => {
      clearTimeout(timer);
      resolve(performance.now());
    });
  });
}

void main();
