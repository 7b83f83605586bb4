import type { KeyObject } from 'node:crypto';
import type { Log } from '../../common/log';

export interface Queue {
  id: string;
  name: string;
}

/** Who may vouch for customers: the public part of the key, and what the proofs have to say. */
export interface Identity {
  publicKey: KeyObject;
  keyId: string;
  issuer: string;
  audience: string;
}

export interface EnhancedChatStandInOptions {
  /** 0 (the default) takes any free port. */
  port?: number;
  log?: Log;
  /** 18 characters; the stream wants the first 15. */
  organizationId?: string;
  deployment?: string;
  /** Channel parameters with the longest value each takes. */
  parameters?: Record<string, number>;
  queues?: Queue[];
  /** The parameter whose value is the queue to route to. */
  queueParameter?: string;
  guestTokenLifeInMs?: number;
  verifiedTokenLifeInMs?: number;
  /** Left out: no proof of identity is believed. */
  identity?: Identity;
  pingIntervalInMs?: number;
  /** Whether a stream begins with the events after `Last-Event-Id`; the docs promise it, one report denies it. */
  replaysEvents?: boolean;
  /** When routing begins; both were seen. */
  routesAt?: 'create' | 'message';
  /** Whether a message to an inactive session is answered 417 instead of being routed. */
  wantsPreChatAgain?: boolean;
  /** What an id that was seen before gets: not documented. */
  repeatedIds?: 'dropped' | 'doubled' | 'refused';
  /** Whether answers to forms are taken; their exact shape is not documented. */
  takesFormAnswers?: boolean;
  /** Whether file transfer is on for the channel. */
  takesFiles?: boolean;
  filesNeedToken?: boolean;
  /** The stream wants the long form of the organization ID after all. */
  wantsLongId?: boolean;
  /** What the org's automation says first; undefined in the options is the default text, empty is none. */
  welcome?: string;
}

export type Settled = Required<Omit<EnhancedChatStandInOptions, 'log' | 'identity'>> &
  Pick<EnhancedChatStandInOptions, 'log' | 'identity'>;

export function settle(options: EnhancedChatStandInOptions): Settled {
  return {
    port: 0,
    organizationId: '00D000000000001EAA',
    deployment: 'Switchboard_Client',
    parameters: {
      Queue: 40,
      Customer_Name: 100,
      Email: 100,
      Phone: 40,
      Topic: 255,
      Skill: 60,
      Language: 20,
      Contact_Id: 40,
      Chat_Activity_Id: 40,
      Signed_In: 5,
    },
    queues: [
      { id: 'cards', name: 'Cards' },
      { id: 'transfers', name: 'Transfers' },
      { id: 'complaints', name: 'Complaints' },
    ],
    queueParameter: 'Queue',
    guestTokenLifeInMs: 6 * 3_600_000,
    verifiedTokenLifeInMs: 3_600_000,
    pingIntervalInMs: 15_000,
    replaysEvents: true,
    routesAt: 'create',
    wantsPreChatAgain: false,
    repeatedIds: 'dropped',
    takesFormAnswers: true,
    takesFiles: true,
    filesNeedToken: false,
    wantsLongId: false,
    welcome: 'Welcome to the bank. Somebody will be with you as soon as possible.',
    ...options,
  };
}

/** The settings with which a client fills these parameters. */
export const routingAttributesSetting = JSON.stringify({
  facts: {
    name: { parameter: 'Customer_Name', maxLength: 100 },
    email: { parameter: 'Email', maxLength: 100 },
    phone: { parameter: 'Phone', maxLength: 40 },
    topic: 'Topic',
    skill: { parameter: 'Skill', maxLength: 60 },
    language: { parameter: 'Language', maxLength: 20 },
    contactId: { parameter: 'Contact_Id', maxLength: 40 },
    chatActivityId: { parameter: 'Chat_Activity_Id', maxLength: 40 },
    verified: { parameter: 'Signed_In', maxLength: 5 },
  },
});
