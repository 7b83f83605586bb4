import path from 'node:path';
import type { ProductMethods, ProductOptions } from '../receivers/product';
import type { ReceiverMethods } from '../receivers/receiver';
import { BenchProcess } from '../run/benchProcess';
import type { Finding } from '../run/report';
import type { TrafficMethods } from '../traffic/traffic';

/** How thorough a run is. */
export interface Scale {
  isSmoke: boolean;
  rounds: number;
  windowInMs: number;
  lanes: number;
  /** Open chats for held polls. */
  heldChats: number[];
  holdInMs: number;
  idleWindowInMs: number;
  manyLinks: number;
  coldStarts: number;
  /** How long a started process is left alone before its memory is read. */
  settleInMs: number;
  phrasesPerArticle: number;
  useTls: boolean;
  /** Only these of the contenders for throughput, besides the limit; all when empty. */
  contenders: string[];
  /** Makes an empty PostgreSQL database; the product uses SQLite without. */
  newDatabase?: () => Promise<string>;
  /** Where the product writes a CPU profile when it ends. */
  profileFolder?: string;
}

export interface BenchContext {
  scale: Scale;
  /** A new empty folder. */
  folder(): string;
  /** What happens meanwhile, for whoever waits. */
  say(text: string): void;
}

export type Scenario = (context: BenchContext) => Promise<Finding[]>;

const root = path.join(__dirname, '..');
export const receiverFile = (name: string) => path.join(root, 'receivers', `${name}.js`);
export const trafficFile = (name: string) => path.join(root, 'traffic', `${name}.js`);

export function startTraffic(): Promise<BenchProcess<TrafficMethods>> {
  return BenchProcess.start<TrafficMethods>(trafficFile('traffic'), { name: 'traffic' });
}

export function startReceiver(name: 'limit' | 'echo'): Promise<BenchProcess<ReceiverMethods>> {
  return BenchProcess.start<ReceiverMethods>(receiverFile(name), { name });
}

/** The product with these options; `scale` says whether it is profiled. */
export async function startProduct(
  scale: Scale,
  name: string,
  options: ProductOptions,
  env: Record<string, string> = {},
): Promise<BenchProcess<ProductMethods>> {
  const nodeOptions = scale.profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${scale.profileFolder}`];
  const argument = scale.newDatabase ? { ...options, databaseUrl: await scale.newDatabase() } : options;
  return BenchProcess.start<ProductMethods>(receiverFile('product'), { name, argument, env, nodeOptions });
}
