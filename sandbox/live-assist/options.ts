import type { JsonObject } from '../../common/json';
import type { Log } from '../../common/log';

/** A chat skill: what a chat is asked for, and where it is transferred to. */
export interface Skill {
  id: string;
  name: string;
}

/** The environment's chat activities, as the vendor's own service reaches them. */
export interface ActivityRecords {
  read(id: string): JsonObject | undefined;
  write(id: string, values: JsonObject): void;
}

export interface LiveAssistStandInOptions {
  /** 0 (the default) takes any free port. */
  port?: number;
  log?: Log;
  account?: string;
  appKey?: string;
  skills?: Skill[];
  /** What becomes of the chat activity that a context names; nothing when absent. */
  records?: ActivityRecords;
  /** How long after its end a chat's activity is completed. */
  completeAfterInMs?: number;
  /** The longest `interactionTimeout` that is granted, and what is given when none is asked for. */
  chatTimeoutInMs?: number;
}

export type Settled = Required<Omit<LiveAssistStandInOptions, 'log' | 'records'>> & { log?: Log; records?: ActivityRecords };

export const defaultSkills: Skill[] = [
  { id: 'cards', name: 'Cards' },
  { id: 'transfers', name: 'Transfers' },
  { id: 'complaints', name: 'Complaints' },
];

export function settle(options: LiveAssistStandInOptions): Settled {
  return {
    port: 0,
    account: '12345678',
    // The one that the vendor's own client libraries use.
    appKey: '721c180b09eb463d9f3191c41762bb68',
    skills: defaultSkills,
    completeAfterInMs: 2_000,
    chatTimeoutInMs: 120_000,
    ...options,
  };
}
