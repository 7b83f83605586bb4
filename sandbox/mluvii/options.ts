import type { Log } from '../../common/log';

export interface MluviiStandInOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Where the chatbot's activities go; may be set later by `chatbot.connect`. Until then they wait. */
  chatbotCallbackUrl?: string;
  /** Where the tenant's session webhook goes; may be set later by `sessionEvents.connect`. Absent: nobody subscribed. */
  sessionEventsUrl?: string;
  /** Our sides of the Generic Channel; may be set later by `genericChannel.connect`. */
  registrationUrl?: string;
  activityUrl?: string;
  /** Registers the Generic Channel until the bot takes it, as an administrator would do by hand. */
  registersItself?: boolean;
  /** Pause before the first repetition of a delivery; doubles up to `maxRetryInMs`. Default 500 and 2,000. */
  firstRetryInMs?: number;
  maxRetryInMs?: number;
  /** How long a delivery is repeated; long enough for a bot to restart. Default 120,000. */
  retryForInMs?: number;
  /** How long the callback may take. Default 2,000. */
  callbackDeadlineInMs?: number;
  log?: Log;
}

/** What the documentation leaves open or does in two ways, so that a test can have it each way. */
export interface Behavior {
  /** Pause before a `…Response` activity, in milliseconds. */
  responseDelayInMs: number;
  /** Activities whose response never comes, such as `SetCallParams`; `*` for all. */
  loseResponsesTo: string[];
  /** Activities whose response says `success: false`. */
  failResponsesTo: string[];
  /** Deliver every activity twice, although the first was acknowledged. */
  duplicate: boolean;
  /** Deliver each pair of activities of a session in reverse. */
  reverse: boolean;
  /** Names of members on the callback begin with a capital letter. */
  pascalCase: boolean;
  /** The misspelt session members of the documentation's samples. */
  misspelled: boolean;
  /** Tell the end of a session; older installs do not. */
  tellsEnd: boolean;
  /** Tell the end of a session also when the bot has handed it over. */
  tellsEndAfterHandoff: boolean;
  /** Start the conversation anew when an operator gives it back to the bot. */
  restartsOnReturn: boolean;
  /** States and reasons of groups as numbers. */
  numericStates: boolean;
  /** Which of two Generic Channel activities comes first when one operator passes a chat to another. */
  forward: 'leftFirst' | 'joinedFirst';
  /** States of operators as a page of a list instead of a bare list. */
  pagedOperatorStates: boolean;
}

export const defaultBehavior: Behavior = {
  responseDelayInMs: 0,
  loseResponsesTo: [],
  failResponsesTo: [],
  duplicate: false,
  reverse: false,
  pascalCase: false,
  misspelled: false,
  tellsEnd: true,
  tellsEndAfterHandoff: false,
  restartsOnReturn: true,
  numericStates: false,
  forward: 'leftFirst',
  pagedOperatorStates: false,
};

/** Keys an administrator would have made. */
export const credentials = {
  chatbot: {
    id: 7,
    clientId: 'sandbox-chatbot',
    clientSecret: 'sandbox-chatbot-secret',
    /** Unguessable end of the callback address, as an administrator would enter it. */
    callbackSecret: 'sandbox-chatbot-callback',
  },
  /** May use the public interface, but not the chatbot's. */
  api: { clientId: 'sandbox-api', clientSecret: 'sandbox-api-secret' },
  /** What we ask mluvii to present at our Generic Channel addresses. */
  webhook: { user: 'mluvii', password: 'sandbox-webhook-password' },
};

/** A rule of the routing; the first whose conditions all hold decides. */
export interface RoutingRule {
  /** Call parameter → value it must have; null: must not be set. */
  conditions: Record<string, string | null>;
  /** Only sessions of these sources; all when absent. */
  sources?: string[];
  target: 'chatbot' | number;
}

export const ROUTING_PARAM = 'HandoffReason';

export function defaultRules(): RoutingRule[] {
  const own = ['Default', 'Facebook', 'WhatsApp', 'Apple', 'VK', 'API'];
  return [
    // The condition that keeps a handed-off session from coming back.
    { conditions: { [ROUTING_PARAM]: null }, sources: own, target: 'chatbot' },
    { conditions: { [ROUTING_PARAM]: 'transfers' }, target: 12 },
    { conditions: { [ROUTING_PARAM]: 'complaints' }, target: 13 },
    { conditions: {}, target: 11 },
  ];
}

export type GroupState = 'ONLINE' | 'BUSY' | 'OFFLINE';

export interface Group {
  id: number;
  name: string;
  /** Absent: as many as there are operators at work say. */
  state?: GroupState;
  reasons?: string[];
  queueSize: number;
}

export function defaultGroups(): Group[] {
  return [
    { id: 11, name: 'Cards', queueSize: 10 },
    { id: 12, name: 'Transfers', queueSize: 10 },
    { id: 13, name: 'Complaints', queueSize: 10 },
  ];
}
