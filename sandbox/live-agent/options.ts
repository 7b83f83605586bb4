import type { Log } from '../../common/log';

/** One chat button: where chats are routed to. */
export interface Button {
  id: string;
  name: string;
}

export interface LiveAgentStandInOptions {
  /** 0 (the default) takes any free port. */
  port?: number;
  log?: Log;
  organizationId?: string;
  deploymentId?: string;
  buttons?: Button[];
  /** How long a poll is held before 204. */
  pollHoldInMs?: number;
  /** What `clientPollTimeout` says, in seconds. */
  clientPollTimeoutInSeconds?: number;
  /** No poll for this long ends the chat. */
  connectionTimeoutInMs?: number;
  /** No `ChasitorInit` for this long ends the session. */
  initTimeoutInMs?: number;
}

export type Settled = Required<Omit<LiveAgentStandInOptions, 'log'>> & { log?: Log };

export const defaultButtons: Button[] = [
  { id: '573000000000001', name: 'Cards' },
  { id: '573000000000002', name: 'Transfers' },
  { id: '573000000000003', name: 'Complaints' },
];

export function settle(options: LiveAgentStandInOptions): Settled {
  return {
    port: 0,
    organizationId: '00D000000000001',
    deploymentId: '572000000000001',
    buttons: defaultButtons,
    pollHoldInMs: 30_000,
    clientPollTimeoutInSeconds: 40,
    connectionTimeoutInMs: 40_000,
    initTimeoutInMs: 10_000,
    ...options,
  };
}
